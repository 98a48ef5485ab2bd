"""Taking back what was done to organisations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from tui_admin.domain.errors import Denied, Stale
from tui_admin.domain.organisations import Profile
from tui_admin.services.organisations import EDITS, columns_of, require_free
from tui_admin.services.undone import current, noted
from tui_admin.store.schema.everything import metadata
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.outcomes import Row
    from tui_admin.services.work import Work


async def unmake_organisation(work: Work, events: Sequence[Any]) -> list[Row]:
    """Delete organisations that were just made; raises `Stale` for one that is in use."""
    rows = await current(work, organisation, events)
    for event in events:
        if await _in_use(work, event.subject_id, event.operator_id):
            raise Stale("undo_organisation_used", organisation=event.subject)
    await work.connection.execute(delete(membership).where(membership.c.organisation_id.in_(rows)))
    await work.connection.execute(delete(organisation).where(organisation.c.id.in_(rows)))
    return [noted(work, event, rows[event.subject_id].version) for event in events]


async def _in_use(work: Work, number: int, maker: int) -> bool:
    """Say whether anything names an organisation but the place of whoever made it."""
    for table in metadata.sorted_tables:
        for column in table.c:
            if not any(key.column is organisation.c.id for key in column.foreign_keys):
                continue
            asked = select(table.c.id).where(column == number).limit(1)
            if table is membership:
                asked = asked.where(membership.c.user_id != maker)
            if await work.rows(asked):
                return True
    return False


async def restore_profile(work: Work, events: Sequence[Any]) -> list[Row]:
    """Say of organisations what was said before; raises `Invalid` where that is taken by now."""
    rows = await current(work, organisation, events)
    done = []
    for event in events:
        row = rows[event.subject_id]
        _require(work, row)
        before = Profile(**json.loads(event.before))
        await require_free(work, before, row.id)
        await work.change(organisation, [row], columns_of(before))
        done.append(noted(work, event, row.version))
    return done


async def restore_status(work: Work, events: Sequence[Any]) -> list[Row]:
    """Give organisations back the status they had."""
    rows = await current(work, organisation, events)
    done = []
    for event in events:
        row = rows[event.subject_id]
        _require(work, row)
        status = json.loads(event.before)["status"]
        await work.change(organisation, [row], {"status": status})
        done.append(noted(work, event, row.version))
    return done


def _require(work: Work, row: Any) -> None:
    if not work.rights.scope(EDITS).covers(row.id):
        raise Denied("not_allowed_there", permission=EDITS)
