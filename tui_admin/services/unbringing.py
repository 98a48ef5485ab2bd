"""Taking back what was brought: accounts that were added go, those that were changed are as before.

Nothing is taken from anybody who went further meanwhile, and nothing once a mail has left.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, exists, or_, select, update

from tui_admin.domain.errors import Refused, Stale
from tui_admin.domain.lifecycle import SET_PASSWORD_MAIL
from tui_admin.services.chunks import chunks
from tui_admin.services.people import active_administrators, find_role, naming
from tui_admin.services.undone import current, moment_of, noted
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.audit import audit_event
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import (
    digital_identity,
    portal_session,
    registration,
    verification_code,
)
from tui_admin.store.schema.organisations import membership
from tui_admin.store.schema.outbox import outbox_message

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tui_admin.domain.outcomes import Row
    from tui_admin.services.work import Work

_USED_IN: Final = (
    membership.c.user_id,
    registration.c.user_id,
    invitation.c.user_id,
    invitation.c.invited_by,
    portal_session.c.user_id,
    audit_event.c.operator_id,
)
"""Where an account stands that somebody has begun to use."""


async def unbring(work: Work, events: Sequence[Any]) -> list[Row]:
    """Take people back that were added, and changes of others."""
    rows = await current(work, user, events)
    added = [event for event in events if event.action == "user.add"]
    await _unmail(work, [event.subject_id for event in added])
    for event in events:
        before = json.loads(event.before)
        if event.action != "user.add":
            await _restore(work, rows[event.subject_id], before)
        elif before:
            await _leave(work, rows[event.subject_id])
    await _remove(work, [rows[each.subject_id] for each in added if not json.loads(each.before)])
    if not await active_administrators(work):
        raise Refused("last_administrator")
    return [noted(work, event, rows[event.subject_id].version) for event in events]


async def _unmail(work: Work, people: Collection[int]) -> None:
    """Cancel what they were to be mailed, and the links in it."""
    for some in chunks(people):
        theirs = (outbox_message.c.user_id.in_(some), outbox_message.c.kind == SET_PASSWORD_MAIL)
        left = outbox_message.c.status.not_in(("queued", "cancelled"))
        if await work.rows(select(outbox_message.c.id).where(*theirs, left).limit(1)):
            raise Refused("undo_mail_left")
        await work.connection.execute(
            update(outbox_message)
            .where(*theirs, outbox_message.c.status == "queued")
            .values(status="cancelled", version=outbox_message.c.version + 1)
        )
        links = verification_code.c.purpose == "password"
        statement = delete(verification_code).where(links, verification_code.c.user_id.in_(some))
        await work.connection.execute(statement)


async def _remove(work: Work, people: Sequence[Any]) -> None:
    """Remove accounts that were there for a moment only; the log keeps who they were."""
    for some in chunks([person.id for person in people]):
        used = (exists().where(column == user.c.id) for column in _USED_IN)
        begun = await work.rows(select(user.c.email).where(user.c.id.in_(some), or_(*used)))
        if begun:
            raise Stale("undo_went_further", who=begun[0].email)
        mails = update(outbox_message).where(outbox_message.c.user_id.in_(some))
        await work.connection.execute(mails.values(user_id=None))
        await work.connection.execute(delete(user).where(user.c.id.in_(some)))


async def _leave(work: Work, person: Any) -> None:
    """Let somebody leave the lists again who never accepted, as before they were added."""
    await work.change(user, [person], {"status": "invited", "leaves_at": work.now})
    mine = digital_identity.c.user_id == person.id
    await work.connection.execute(delete(digital_identity).where(mine))


async def _restore(work: Work, person: Any, before: dict[str, Any]) -> None:
    """Make an account what it was, as far as the log says that it was changed."""
    names = ("status", "blocked_from", "blocked_reason")
    values = {name: before[name] for name in names if name in before}
    if values:
        work.require("can_block")
    if "role" in before:
        work.require("can_change_role")
        values["role_id"] = (await find_role(work, before["role"])).id
        values["leaves_at"] = moment_of(before["leaves_at"])
    if "username" in before:
        values |= naming(person.email_key, before["username"], before["display_name"])
    if before.get("identity") == "":
        mine = digital_identity.c.user_id == person.id
        await work.connection.execute(delete(digital_identity).where(mine))
    await work.change(user, [person], values)
