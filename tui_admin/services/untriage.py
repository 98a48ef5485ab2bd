"""Taking back what was done with those who wait, short of deciding."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import Denied, Refused
from tui_admin.domain.lifecycle import MORE_MAIL
from tui_admin.services.posting import cancel_posted
from tui_admin.services.undone import current, moment_of, noted
from tui_admin.store.schema.joining import digital_identity, registration

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.outcomes import Row
    from tui_admin.services.work import Work

MOMENTS = ("asked_at", "answered_at", "snoozed_until")


async def unask(work: Work, events: Sequence[Any]) -> list[Row]:
    """Let people wait again as before, as long as the question has not left."""
    rows = await _within_reach(work, events)
    keys = {f"{MORE_MAIL}-{row.id}-{row.version}" for row in rows.values()}
    if await cancel_posted(work, keys) != keys:
        raise Refused("undo_mail_left")
    return await _restore(work, events, rows)


async def unsnooze(work: Work, events: Sequence[Any]) -> list[Row]:
    """Put people off, or back, as they were."""
    return await _restore(work, events, await _within_reach(work, events))


async def unvalidate(work: Work, events: Sequence[Any]) -> list[Row]:
    """Let personal details be what the person said, and no more."""
    rows = await current(work, digital_identity, events)
    values = {"status": "supplied", "validated_by": None, "validated_at": None}
    await work.change(digital_identity, rows.values(), values)
    return [noted(work, event, rows[event.subject_id].version) for event in events]


async def _within_reach(work: Work, events: Sequence[Any]) -> dict[int, Any]:
    rows = await current(work, registration, events)
    scope = work.rights.scope("can_approve")
    if not all(scope.covers(row.organisation_id) for row in rows.values()):
        raise Denied("not_allowed_there", permission="can_approve")
    return rows


async def _restore(work: Work, events: Sequence[Any], rows: dict[int, Any]) -> list[Row]:
    done = []
    for event in events:
        before = json.loads(event.before)
        values = {
            name: moment_of(value) if name in MOMENTS else value for name, value in before.items()
        }
        await work.change(registration, [rows[event.subject_id]], values)
        done.append(noted(work, event, rows[event.subject_id].version))
    return done
