"""Taking back what was done with domains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete

from tui_admin.domain.errors import Refused
from tui_admin.domain.lifecycle import CLAIM_MAIL
from tui_admin.services.posting import cancel_posted
from tui_admin.services.undone import current, noted
from tui_admin.store.schema.environment import domain_claim, email_domain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.outcomes import Row
    from tui_admin.services.work import Work


async def unclaim(work: Work, events: Sequence[Any]) -> list[Row]:
    """Ask nobody after all, as long as the mail has not left."""
    rows = await current(work, domain_claim, events)
    keys = {f"{CLAIM_MAIL}-{each}" for each in rows}
    if await cancel_posted(work, keys) != keys:
        raise Refused("undo_mail_left")
    await work.connection.execute(delete(domain_claim).where(domain_claim.c.id.in_(rows)))
    return [noted(work, event, rows[event.subject_id].version) for event in events]


async def unshare(work: Work, events: Sequence[Any]) -> list[Row]:
    """Let a domain be nobody's in particular again."""
    rows = await current(work, email_domain, events)
    await work.connection.execute(delete(email_domain).where(email_domain.c.id.in_(rows)))
    return [noted(work, event, rows[event.subject_id].version) for event in events]
