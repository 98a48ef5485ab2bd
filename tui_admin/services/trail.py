"""Writing the audit log: events of one transaction, chained to what was there before."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select, update

from tui_admin.domain.secrets import canonical, chain
from tui_admin.domain.text import fold
from tui_admin.store.schema.audit import audit_event, audit_head

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from tui_admin.services.work import Operator
    from tui_admin.store.connection import AsyncConnection


class Subject(NamedTuple):
    """Whom or what an event is about; `version` is the record's number after the change."""

    kind: str
    id: int
    label: str
    version: int = 0


class Event(NamedTuple):
    """Something that was done: the fields that changed, before and after."""

    action: str
    subject: Subject
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def event_row(
    number: int,
    previous: str,
    at: datetime,
    who: tuple[int | None, str],
    event: Event,
    origin: str,
) -> dict[str, Any]:
    """Return the row of an event that follows one of hash `previous`; `who` is id and name."""
    facts = {
        "id": number,
        "at": at.isoformat(),
        "operator_id": who[0],
        "operator": who[1],
        "action": event.action,
        "subject_kind": event.subject.kind,
        "subject_id": event.subject.id,
        "subject_version": event.subject.version,
        "subject": event.subject.label,
        "before": canonical(dict(event.before)),
        "after": canonical(dict(event.after)),
        "origin": origin,
    }
    text = canonical(facts)
    found_by = {"search": fold(str(facts["subject"]))}
    return facts | found_by | {"at": at, "text": text, "hash": chain(previous, text)}


def tampered(row: Any, previous: str) -> bool:
    """Say whether a stored event is not what was written after one of hash `previous`."""
    if chain(previous, row.text) != row.hash:
        return True
    facts = json.loads(row.text)
    if row.search != fold(row.subject):
        return True
    stored = row._asdict() | {"at": row.at.isoformat()}
    return any(stored[name] != value for name, value in facts.items())


class Trail:
    """The events of one transaction, until they are appended at its end."""

    def __init__(self, now: datetime, operator: Operator, origin: str) -> None:
        """Events are told as this operator's, at this time, from there."""
        self.now, self.operator, self.origin = now, operator, origin
        self.events: list[Event] = []

    def note(
        self,
        action: str,
        subject: Subject,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Remember one event."""
        self.events.append(Event(action, subject, before or {}, after or {}))

    async def append(self, connection: AsyncConnection) -> tuple[int, ...]:
        """Write the events behind the log's head and return their ids."""
        if not self.events:
            return ()
        head = (await connection.execute(select(audit_head.c.seq, audit_head.c.hash))).one()
        number, previous = int(head.seq), str(head.hash)
        rows = []
        for event in self.events:
            number += 1
            who = (self.operator.id or None, self.operator.username)
            rows.append(event_row(number, previous, self.now, who, event, self.origin))
            previous = rows[-1]["hash"]
        await connection.execute(audit_event.insert(), rows)
        await connection.execute(update(audit_head).values(seq=number, hash=previous))
        return tuple(row["id"] for row in rows)
