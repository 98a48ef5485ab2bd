"""What every way back has in common: nobody went further, and it stands in the log."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tui_admin.domain.errors import Stale
from tui_admin.domain.outcomes import Row
from tui_admin.services.chunks import chunks
from tui_admin.services.trail import Subject

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.services.work import Work


async def current(work: Work, table: Any, events: Sequence[Any]) -> dict[int, Any]:
    """Return the records of the events; raises `Stale` where one has moved on since."""
    rows: dict[int, Any] = {}
    for some in chunks([event.subject_id for event in events]):
        rows |= {row.id: row for row in await work.rows(select(table).where(table.c.id.in_(some)))}
    for event in events:
        row = rows.get(event.subject_id)
        if row is None or row.version != event.subject_version:
            raise Stale("undo_went_further", who=event.subject)
    return rows


def noted(work: Work, event: Any, version: int) -> Row:
    """Write down that an event was taken back; `version` is the record's before that."""
    subject = Subject(event.subject_kind, event.subject_id, event.subject, version + 1)
    before, after = json.loads(event.after), json.loads(event.before)
    work.trail.note(f"{event.action}.undo", subject, before, after)
    return Row(event.subject_id, event.subject)


def moment_of(text: str | None) -> datetime | None:
    """Return a time that an event holds as text."""
    return datetime.fromisoformat(text) if text else None
