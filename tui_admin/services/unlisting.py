"""Taking back what was registered for somebody in one step: all of it, or nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from tui_admin.domain.errors import Refused
from tui_admin.domain.lifecycle import COMPLETED_MAIL
from tui_admin.services.posting import cancel_posted
from tui_admin.services.unbringing import unbring
from tui_admin.services.undeciding import leave
from tui_admin.services.undone import current, noted
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.outbox import outbox_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.outcomes import Row
    from tui_admin.services.work import Work


async def unenlist(work: Work, events: Sequence[Any]) -> list[Row]:
    """Remove registration, membership, identity and account, before anybody went further."""
    of = {
        action: [e for e in events if e.action == action] for action in {e.action for e in events}
    }
    registered = of.get("registration.register", [])
    rows = await current(work, registration, registered)
    await _unmail(work, list(rows))
    await leave(work, of.get("user.join", []))
    await work.connection.execute(delete(registration).where(registration.c.id.in_(rows)))
    for event in registered:
        noted(work, event, rows[event.subject_id].version)
    for event in of.get("user.identity", []):
        # It goes with the account.
        noted(work, event, event.subject_version)
    return await unbring(work, of.get("user.add", []))


async def _unmail(work: Work, registrations: Sequence[int]) -> None:
    keys = {f"{COMPLETED_MAIL}-{each}" for each in registrations}
    posted = select(outbox_message.c.dedupe_key).where(
        outbox_message.c.dedupe_key.in_(keys), outbox_message.c.status != "cancelled"
    )
    waiting = set((await work.connection.execute(posted)).scalars())
    if await cancel_posted(work, waiting) != waiting:
        raise Refused("undo_mail_left")
