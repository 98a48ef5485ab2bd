"""Everything about one event of the log."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.text import safe
from tui_admin.tui.details.lines import INTERNAL, Part, fact, heading, moment, section, told

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.lists.audit import AuditRow


def event_details(event: AuditRow, now: datetime) -> Content:
    """Return who did what to whom, and each field as it was and became."""
    words = event.action.replace(".", " ").replace("_", " ")
    before, after = _facts(event.before), _facts(event.after)
    names = [name for name in {**before, **after} if name not in INTERNAL]
    return Content.assemble(
        *heading(words, event.subject),
        *fact("When", moment(event.at, now)),
        *fact("Operator", event.operator),
        *fact("From", event.origin),
        *fact("Event", f"{event.id:,}"),
        *section("Changed", (_change(each, before, after) for each in names)),
        *section("In the chain", [[(f"{event.hash}\n", "$off")]]),
    )


def _facts(text: str) -> dict[str, object]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


NOTHING: tuple[object, ...] = (None, "", [])


def _change(name: str, before: dict[str, object], after: dict[str, object]) -> list[Part]:
    label = name.replace("_", " ")
    was, became = before.get(name), after.get(name) if name in after else None
    if was in NOTHING or (name in after and was == became):
        return fact(label, "" if became in NOTHING else _said(became))
    return [
        (f"{label}\n", "$off"),
        (f"  − {_said(was)}\n", "$waiting"),
        (f"  + {_said(became)}\n" if became not in NOTHING else "", "$good"),
    ]


def _said(value: object) -> str:
    if isinstance(value, list):
        return safe(", ".join(map(told, value)), 2_000)
    return safe(told(value), 2_000)
