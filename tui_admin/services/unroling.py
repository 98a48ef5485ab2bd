"""Taking back what was done to roles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, or_, select

from tui_admin.domain.errors import Stale
from tui_admin.domain.roles import Edit, why_not_edit
from tui_admin.services.roles import role_now, write_role
from tui_admin.services.undone import current, noted
from tui_admin.store.schema.accounts import role, role_permission, user
from tui_admin.store.schema.inviting import invitation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.outcomes import Row
    from tui_admin.services.work import Work


async def unmake_role(work: Work, events: Sequence[Any]) -> list[Row]:
    """Delete roles that were just made; raises `Stale` for one that somebody was given."""
    rows = await current(work, role, events)
    for number, row in rows.items():
        having = select(user.c.id).where(user.c.role_id == number).limit(1)
        invited = select(invitation.c.id).where(invitation.c.role_id == number).limit(1)
        if await work.rows(having) or await work.rows(invited):
            raise Stale("undo_role_given", role=row.name)
    await work.connection.execute(
        delete(role_permission).where(or_(*(role_permission.c.role_id == each for each in rows)))
    )
    await work.connection.execute(delete(role).where(role.c.id.in_(rows)))
    return [noted(work, event, rows[event.subject_id].version) for event in events]


async def restore_role(work: Work, events: Sequence[Any]) -> list[Row]:
    """Give roles back what they were; raises `Refused` where that is above the ceiling."""
    rows = await current(work, role, events)
    done = []
    for event in events:
        before = json.loads(event.before)
        now = await role_now(work, event.subject_id)
        was, has = frozenset(before["permissions"]), now.permissions
        edit = Edit(now.id, None, was - has, has - was, before["name"], before["description"])
        after = edit.applied(now)
        why = why_not_edit(work.rights, now, after)
        if why is not None:
            raise why.refusal
        await write_role(work, now, after)
        done.append(noted(work, event, rows[event.subject_id].version))
    return done
