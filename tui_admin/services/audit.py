"""The audit log, read and verified."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from tui_admin.domain.lists.audit import AUDIT, AuditRow
from tui_admin.domain.secrets import GENESIS
from tui_admin.services.lister import Lister
from tui_admin.services.trail import tampered
from tui_admin.services.work import Work, reads
from tui_admin.store.pages import Source
from tui_admin.store.schema.audit import audit_event, audit_head

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.store.pages import Column

VERIFIED_AT_ONCE = 2000
SHOWN_OF_ONE = 50

SOURCE = Source(
    AUDIT,
    select(audit_event),
    audit_event.c.id,
    audit_event.c.id,
    {
        "at": audit_event.c.at,
        "operator": audit_event.c.operator,
        "action": audit_event.c.action,
        "status": audit_event.c.action,
    },
    search=audit_event.c.search,
)


class Verified(NamedTuple):
    """How many events were checked, and the id of the first that is not what was written."""

    events: int
    bad: int | None


def audit_row(row: Any) -> AuditRow:
    """Return an event as front ends see it."""
    return AuditRow(
        row.id,
        row.at,
        row.operator,
        row.action,
        row.subject,
        row.before,
        row.after,
        row.origin,
        row.hash,
    )


class Audit(Lister[AuditRow]):
    """Who did what to whom, and when."""

    source = SOURCE
    needs = "can_view_audit"

    def visible(self, work: Work) -> list[Column]:  # noqa: ARG002
        """Hide nothing: the permission is for the whole log."""
        return []

    async def present(self, work: Work, found: Sequence[Any]) -> tuple[AuditRow, ...]:  # noqa: ARG002
        """Return the events."""
        return tuple(audit_row(row) for row in found)

    async def counts(self, work: Work) -> dict[str, int]:
        """Return how many events there are: the last one's number, since none is left out."""
        return {"": await work.connection.scalar(select(func.max(audit_event.c.id))) or 0}

    @reads("can_view_audit")
    async def verify(self, work: Work) -> Verified:
        """Follow the chain from the first event to the head."""
        previous, last = GENESIS, 0
        while True:
            some = await work.rows(
                select(audit_event)
                .where(audit_event.c.id > last)
                .order_by(audit_event.c.id)
                .limit(VERIFIED_AT_ONCE)
            )
            for row in some:
                if row.id != last + 1 or tampered(row, previous):
                    return Verified(last, last + 1)
                last, previous = row.id, row.hash
            if len(some) < VERIFIED_AT_ONCE:
                break
        heads = [(head.seq, head.hash) for head in await work.rows(select(audit_head))]
        # The head shows where the tail was cut off.
        return Verified(last, None if heads == [(last, previous)] else last + 1)


async def events_about(work: Work, kind: str, subject_id: int) -> tuple[AuditRow, ...]:
    """Return the latest events about one record, as far as the operator may see the log."""
    if not work.rights.scope("can_view_audit").everywhere:
        return ()
    found = await work.rows(
        select(audit_event)
        .where(audit_event.c.subject_kind == kind, audit_event.c.subject_id == subject_id)
        .order_by(audit_event.c.id.desc())
        .limit(SHOWN_OF_ONE)
    )
    return tuple(audit_row(row) for row in found)
