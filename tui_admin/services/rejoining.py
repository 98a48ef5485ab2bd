"""Taking back what was done to memberships."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete

from tui_admin.domain.errors import Denied, Refused
from tui_admin.domain.offices import MANAGER
from tui_admin.services.offices import administered
from tui_admin.services.undone import current, noted
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.organisations import membership

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.outcomes import Row
    from tui_admin.services.work import Work


async def restore_memberships(work: Work, events: Sequence[Any]) -> list[Row]:
    """Give people back the places they had in organisations, or had not."""
    rows = await current(work, user, events)
    await restore_places(work, events)
    done = []
    for event in events:
        leaves_at = _moment(json.loads(event.before)["leaves_at"])
        await work.change(user, [rows[event.subject_id]], {"leaves_at": leaves_at})
        done.append(noted(work, event, rows[event.subject_id].version))
    return done


async def restore_places(work: Work, events: Sequence[Any]) -> None:
    """Write the places back.

    Raises `Denied` where the operator may not, `Refused` where the last administrator would go.
    """
    facts = [(json.loads(event.before), json.loads(event.after)) for event in events]
    scope = work.rights.scope("can_manage_members")
    if not all(scope.covers(before["organisation_id"]) for before, _ in facts):
        raise Denied("not_allowed_there", permission="can_manage_members")
    for event, (before, _) in zip(events, facts, strict=True):
        await _restore(work, event.subject_id, before)
    # An administrator who goes again must not leave an organisation that had others to itself.
    lost = {before["organisation_id"] for before, after in facts if _steps_down(before, after)}
    offices = await administered(work, lost)
    for each in lost:
        if each not in offices or not offices[each].administrators:
            raise Refused("undo_impossible")


def _steps_down(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return bool(before["membership"] == MANAGER and after["membership"] != MANAGER)


async def _restore(work: Work, user_id: int, before: dict[str, Any]) -> None:
    here = (
        membership.c.user_id == user_id,
        membership.c.organisation_id == before["organisation_id"],
    )
    await work.connection.execute(delete(membership).where(*here))
    if not before["membership"]:
        return
    values = {
        "user_id": user_id,
        "organisation_id": before["organisation_id"],
        "kind": before["membership"],
        "company_administrator": before["company_administrator"],
        "created_at": _moment(before["since"]),
        "created_by": before["added_by"],
    }
    await work.connection.execute(membership.insert().values(values))


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
