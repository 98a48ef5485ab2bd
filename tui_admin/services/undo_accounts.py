"""Taking back what was done to accounts: they get back the status and the role they had."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import Refused
from tui_admin.services.people import active_administrators, find_role
from tui_admin.services.undone import current, moment_of, noted
from tui_admin.store.schema.accounts import user

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tui_admin.domain.outcomes import Row
    from tui_admin.services.work import Work


async def unact(work: Work, events: Sequence[Any]) -> list[Row]:
    """Give accounts back what they were before these events."""
    rows = await current(work, user, events)
    await restore_accounts(work, events, rows)
    return [noted(work, event, rows[event.subject_id].version) for event in events]


async def restore_accounts(work: Work, events: Sequence[Any], rows: Mapping[int, Any]) -> None:
    """Write it; raises `Refused` where no active Administrator would be left."""
    alike: dict[str, list[Any]] = {}
    for event in events:
        alike.setdefault(event.before, []).append(rows[event.subject_id])
    for text, people in alike.items():
        before = json.loads(text)
        role = await find_role(work, before["role"])
        values = {
            "status": before["status"],
            "blocked_from": before["blocked_from"],
            "blocked_reason": before["blocked_reason"],
            "role_id": role.id,
            "leaves_at": moment_of(before["leaves_at"]),
        }
        await work.change(user, people, values)
    if not await active_administrators(work):
        raise Refused("last_administrator")
