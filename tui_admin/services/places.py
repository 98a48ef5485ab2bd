"""One live invitation for an address, organisation and product, and the undo window of a work."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from tui_admin.domain.lifecycle import LIVE
from tui_admin.store.schema import invitation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tui_admin.services.work import Work


async def live_others(work: Work, rows: Sequence[Any]) -> set[int]:
    """Return those of the rows that another live invitation has taken the place of.

    Also flips overdue ones of theirs, since only one live row per place is possible.
    """
    if not rows:
        return set()
    await flip_overdue(work, [row.email_key for row in rows])
    found = await work.rows(
        select(
            invitation.c.id,
            invitation.c.email_key,
            invitation.c.organisation_id,
            invitation.c.product_id,
        ).where(
            invitation.c.email_key.in_([row.email_key for row in rows]),
            invitation.c.status.in_(LIVE),
        )
    )
    taken = {_place(each): each.id for each in found}
    return {row.id for row in rows if taken.setdefault(_place(row), row.id) != row.id}


def _place(row: Any) -> tuple[Any, ...]:
    """Return what only one live invitation can stand for (rule 8)."""
    return (row.email_key, row.organisation_id, row.product_id)


async def flip_overdue(work: Work, keys: list[str]) -> None:
    """Write down that overdue invitations of these addresses have expired (rule 8)."""
    await work.connection.execute(
        update(invitation)
        .where(
            invitation.c.email_key.in_(keys),
            invitation.c.status.in_(LIVE),
            invitation.c.expires_at <= work.now,
        )
        .values(status="expired", version=invitation.c.version + 1)
    )


def undo_until(work: Work) -> datetime:
    """Return until when this work can be taken back, and its mail waits."""
    return work.now + timedelta(seconds=work.policy.undo_seconds)
