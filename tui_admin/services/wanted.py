"""Does what a mail says still hold? Asked before one is queued again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tui_admin.domain.errors import because
from tui_admin.domain.lifecycle import (
    APPROVED_MAIL,
    INVITATION_MAIL,
    MORE_MAIL,
    REJECTED_MAIL,
    REMINDER_MAIL,
)
from tui_admin.services.chunks import chunks
from tui_admin.services.places import live_others
from tui_admin.services.posting import letter_key, reminder_key
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import registration

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.errors import Reason
    from tui_admin.services.work import Work


async def no_longer_wanted(work: Work, rows: list[Any]) -> dict[int, Reason]:
    """Return the mails about what no longer holds, and why."""
    found = await _decided_otherwise(work, rows) | await _reminders_of_before(work, rows)
    mails = [row for row in rows if row.kind == INVITATION_MAIL]
    for some in chunks([row.invitation_id for row in mails if row.invitation_id is not None]):
        letters = await work.rows(select(invitation).where(invitation.c.id.in_(some)))
        taken = await live_others(work, letters)
        why = {letter.id: _over(letter, letter.id in taken, work.now) for letter in letters}
        keys = {letter_key(letter.id, letter.token_hash) for letter in letters}
        for row in mails:
            if row.invitation_id in why:
                outdated = None if row.dedupe_key in keys else because("mail_outdated")
                if reason := why[row.invitation_id] or outdated:
                    found[row.id] = reason
    return found


def _over(letter: Any, taken: bool, now: datetime) -> Reason | None:
    """Return why an invitation leads nowhere any more, if so."""
    if letter.status not in ("queued", "sent", "failed"):
        return because("invitation_is", status=letter.status)
    if letter.expires_at <= now:
        return because("invitation_is", status="expired")
    return because("invited_again") if taken else None


async def _reminders_of_before(work: Work, rows: list[Any]) -> dict[int, Reason]:
    """Return the reminders of links that hold no longer, or that somebody has followed."""
    told = [row for row in rows if row.kind == REMINDER_MAIL]
    keys: set[str] = set()
    for some in chunks([row.invitation_id for row in told]):
        holding = invitation.c.status == "sent", invitation.c.expires_at > work.now
        for each in await work.rows(select(invitation).where(invitation.c.id.in_(some), *holding)):
            keys.add(reminder_key(each.id, each.reminder_hash or ""))
    return {row.id: because("mail_outdated") for row in told if row.dedupe_key not in keys}


async def _decided_otherwise(work: Work, rows: list[Any]) -> dict[int, Reason]:
    """Return the mails about decisions that were taken back, or that the person acted on."""
    told = [row for row in rows if row.kind in (APPROVED_MAIL, REJECTED_MAIL, MORE_MAIL)]
    keys: set[str] = set()
    for some in chunks([row.user_id for row in told]):
        theirs = registration.c.user_id.in_(some)
        for each in await work.rows(select(registration).where(theirs)):
            keys.add(f"{each.status}-{each.id}-{each.version}")
            if each.asked_at is not None and each.status == "details":
                # Whoever has begun to answer is at a later version.
                keys |= {f"{MORE_MAIL}-{each.id}-{number}" for number in range(each.version + 1)}
    return {row.id: because("mail_outdated") for row in told if row.dedupe_key not in keys}
