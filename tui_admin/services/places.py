"""One live invitation for an address, organisation and product, and the undo window of a work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, update

from tui_admin.domain.lifecycle import LIVE
from tui_admin.services.chunks import chunks
from tui_admin.store.schema.inviting import invitation

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from tui_admin.services.work import Work


async def live_others(work: Work, rows: Sequence[Any]) -> set[int]:
    """Return those of the rows that another live invitation has taken the place of.

    Also flips overdue ones of theirs, since only one live row per place is possible. Of several
    rows for one place the first may have it, or the one that is live in the store.
    """
    keys, ids = {row.email_key for row in rows}, {row.id for row in rows}
    await flip_overdue(work, work.for_real(list(keys)), ids)
    live = select(
        invitation.c.id,
        invitation.c.email_key,
        invitation.c.organisation_id,
        invitation.c.product_id,
    ).where(invitation.c.status.in_(LIVE), invitation.c.expires_at > work.now)
    taken: dict[tuple[Any, ...], int] = {}
    for some in chunks(keys):
        found = await work.rows(live.where(invitation.c.email_key.in_(some)))
        taken |= {_place(each): each.id for each in found}
    ordered = sorted(rows, key=lambda row: row.status not in LIVE)
    return {row.id for row in ordered if taken.setdefault(_place(row), row.id) != row.id}


def _place(row: Any) -> tuple[Any, ...]:
    """Return what only one live invitation can stand for (rule 8)."""
    return (row.email_key, row.organisation_id, row.product_id)


async def flip_overdue(
    work: Work, keys: Collection[str], left_alone: Collection[int] = frozenset()
) -> None:
    """Write down that overdue invitations of these addresses have expired (rule 8).

    Those that are being acted on are left alone: their versions were read already.
    """
    overdue = and_(invitation.c.status.in_(LIVE), invitation.c.expires_at <= work.now)
    found: set[int] = set()
    for some in chunks(keys):
        wanted = select(invitation.c.id).where(overdue, invitation.c.email_key.in_(some))
        found |= set((await work.connection.execute(wanted)).scalars())
    for few in chunks(found - set(left_alone)):
        await work.connection.execute(
            update(invitation)
            .where(invitation.c.id.in_(few))
            .values(status="expired", version=invitation.c.version + 1)
        )


def undo_until(work: Work) -> datetime:
    """Return until when this work can be taken back, and its mail waits."""
    return work.now + timedelta(seconds=work.policy.undo_seconds)
