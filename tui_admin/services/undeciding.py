"""Taking back a decision on registrations, with all that an approval gave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, exists, or_, select

from tui_admin.domain.errors import Denied, Refused, Stale
from tui_admin.domain.lifecycle import APPROVED_MAIL, REJECTED_MAIL
from tui_admin.services.people import active_administrators, find_role
from tui_admin.services.posting import cancel_posted
from tui_admin.services.undone import current, noted
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.organisations import membership, organisation
from tui_admin.store.schema.products import coupon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.outcomes import Row
    from tui_admin.services.work import Work

ADMITTED: Final = frozenset({"organisation.add", "user.join", "user.promote"})
"""What an approval brings along; it goes back with the approval, never by itself."""


async def unapprove(work: Work, events: Sequence[Any]) -> list[Row]:
    """Let people wait again, without the place and the role, before word of it has left."""
    done = await _undecide(work, _of(events, "registration.approve"), APPROVED_MAIL)
    await _demote(work, _of(events, "user.promote"))
    await leave(work, _of(events, "user.join"))
    await _unmake(work, _of(events, "organisation.add"))
    return done


async def unreject(work: Work, events: Sequence[Any]) -> list[Row]:
    """Let people wait again, before word of it has left."""
    return await _undecide(work, events, REJECTED_MAIL)


def _of(events: Sequence[Any], action: str) -> list[Any]:
    return [event for event in events if event.action == action]


async def _undecide(work: Work, events: Sequence[Any], kind: str) -> list[Row]:
    rows = await current(work, registration, events)
    scope = work.rights.scope("can_approve")
    if not all(scope.covers(row.organisation_id) for row in rows.values()):
        raise Denied("not_allowed_there", permission="can_approve")
    keys = {f"{kind}-{row.id}-{row.version}" for row in rows.values()}
    if await cancel_posted(work, keys) != keys:
        raise Refused("undo_mail_left")
    for event in events:
        before = json.loads(event.before)
        values = {
            "status": before["status"],
            "organisation_id": before["organisation_id"],
            "reason": "",
            "decided_at": None,
            "decided_by": None,
        }
        await work.change(registration, [rows[event.subject_id]], values)
    return [noted(work, event, rows[event.subject_id].version) for event in events]


async def _demote(work: Work, events: Sequence[Any]) -> None:
    rows = await current(work, user, events)
    for event in events:
        role = await find_role(work, json.loads(event.before)["role"])
        await work.change(user, [rows[event.subject_id]], {"role_id": role.id})
        noted(work, event, rows[event.subject_id].version)
    if events and not await active_administrators(work):
        raise Refused("last_administrator")


async def leave(work: Work, events: Sequence[Any]) -> None:
    """Take memberships back; whoever was given more in the organisation since has gone further."""
    for event in events:
        after = json.loads(event.after)
        statement = delete(membership).where(
            membership.c.user_id == event.subject_id,
            membership.c.organisation_id == after["organisation_id"],
            membership.c.version == 1,
        )
        if not (await work.connection.execute(statement)).rowcount:
            raise Stale("undo_went_further", who=event.subject)
        noted(work, event, event.subject_version - 1)


async def _unmake(work: Work, events: Sequence[Any]) -> None:
    """Take companies back that came with a registration, unless they are used by now."""
    rows = await current(work, organisation, events)
    for event in events:
        row = rows[event.subject_id]
        used = or_(
            *(
                exists(select(table.c.id).where(table.c.organisation_id == row.id))
                for table in (membership, registration, invitation, coupon)
            )
        )
        if await work.connection.scalar(select(used)):
            raise Stale("undo_went_further", who=event.subject)
        await work.connection.execute(delete(organisation).where(organisation.c.id == row.id))
        noted(work, event, row.version)
