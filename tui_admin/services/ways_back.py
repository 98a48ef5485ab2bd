"""The batch that somebody sent a moment ago, and the way back while its mails wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from tui_admin.domain.errors import NotFound, Refused
from tui_admin.domain.outcomes import Undo
from tui_admin.services.work import Service, Work, reads
from tui_admin.store.schema.audit import audit_event
from tui_admin.store.schema.inviting import invitation, invitation_batch

if TYPE_CHECKING:
    from sqlalchemy import Select


AMONG = 1_000
"""Batches, the newest, among which an operator's own is looked for: the window is seconds long."""


class Recent(NamedTuple):
    """A batch that was sent, how many it had, and how to take all of it back."""

    batch: int
    size: int
    undo: Undo


class WaysBack(Service):
    """Finds the way back anew, for whoever has lost it: another process, or another line."""

    @reads("can_invite")
    async def of_batch(self, work: Work, batch: int | None = None) -> Recent:
        """Return the operator's batch of that number, or the latest, and how to take it back.

        Raises `NotFound` for one that there is not, or that is another's; `Refused` once the time
        for it is over.
        """
        found = await work.rows(_newest(work.rights.operator_id, batch))
        if not found:
            raise NotFound("batch_unknown", batch=batch or 0)
        row = found[0]
        if row.undone_at is not None or row.undo_until <= work.now:
            raise Refused("batch_undone" if row.undone_at is not None else "undo_over")
        return Recent(row.id, row.size, Undo(await _events(work, row.id), row.undo_until))


def _newest(operator: int, batch: int | None) -> Select[Any]:
    number = invitation_batch.c.id
    last = select(func.max(number)).scalar_subquery()
    return (
        select(invitation_batch)
        .where(invitation_batch.c.created_by == operator)
        .where(number == batch if batch is not None else number > last - AMONG)
        .order_by(number.desc())
        .limit(1)
    )


async def _events(work: Work, batch: int) -> tuple[int, ...]:
    theirs = select(invitation.c.id).where(invitation.c.batch_id == batch)
    found = await work.connection.execute(
        select(audit_event.c.id)
        .where(
            audit_event.c.subject_kind == "invitation",
            audit_event.c.action == "invitation.send",
            audit_event.c.subject_id.in_(theirs),
        )
        .order_by(audit_event.c.id)
    )
    return tuple(found.scalars())
