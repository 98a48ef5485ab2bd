"""How details are written: a heading, facts in two columns, sections, a trail. Pure."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.text import safe
from tui_admin.tui.present import age, look

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_admin.domain.lists.audit import AuditRow

Part = str | tuple[str, str] | Content
INTERNAL = frozenset(
    {
        *("token_hash", "reminder_hash", "moved_at", "told", "leaves_at", "blocked_from"),
        *("search", "version", "organisation_id", "since", "added_by"),
    }
)
"""Recorded for taking an act back, and nothing to a reader."""
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
TONES = {"good": "$good", "waiting": "$waiting", "bad": "$bad", "off": "$off"}


def heading(title: str, below: str = "") -> list[Part]:
    """Return the name of the record, and a line under it."""
    parts: list[Part] = [(f"{safe(title)}\n", "bold")]
    if below and below != title:
        parts.append((f"{safe(below)}\n", "$off"))
    return [*parts, "\n"]


def status(word: str) -> Content:
    """Return a status with its glyph and colour."""
    shown = look(word)
    return Content.assemble((f"{shown.glyph} {word.replace('_', ' ')}", TONES[shown.tone]))


def fact(label: str, value: str | Content) -> list[Part]:
    """Return one fact; nothing where there is no value."""
    if not value:
        return []
    shown = safe(value) if isinstance(value, str) else value
    return [(f"{label:<14}", "$off"), shown, "\n"]


def moment(then: datetime | None, now: datetime) -> str:
    """Return a time in the operator's zone, with its age in words."""
    if then is None:
        return ""
    words = age(then, now)
    ago = words if words.startswith("in ") or words == "now" else f"{words} ago"
    return f"{then.astimezone():%Y-%m-%d %H:%M} · {ago}"


def section(title: str, lines: Iterable[list[Part]]) -> list[Part]:
    """Return a titled block; nothing where it is empty."""
    body = [part for line in lines for part in line]
    return ["\n", (f"{title}\n", "bold $accent"), *body] if body else []


def trail(events: tuple[AuditRow, ...], now: datetime) -> list[Part]:
    """Return what was done to the record, the latest first."""
    return section("History", (_event(each, now) for each in events[:12]))


def _event(event: AuditRow, now: datetime) -> list[Part]:
    what = changes(event)
    return [
        (f"{age(event.at, now):>7}  ", "$off"),
        safe(event.action.replace(".", " ").replace("_", " ")),
        (f" by {safe(event.operator, 40)}\n", "$off"),
        (f"         {what}\n" if what else "", "$off"),
    ]


def changes(event: AuditRow) -> str:
    """Return what an event changed, as `status: active → blocked`."""
    try:
        before, after = json.loads(event.before or "{}"), json.loads(event.after or "{}")
    except ValueError:
        return ""
    said = []
    if event.action.startswith("membership."):
        said.append(told(before.get("organisation", "")))
    for name, value in after.items():
        old = before.get(name)
        if name in INTERNAL or value == old or value in (None, "", []):
            continue
        arrow = f"{told(old)} → {told(value)}" if old not in (None, "", []) else told(value)
        said.append(f"{name.removesuffix('_at').replace('_', ' ')}: {arrow}")
    return safe(" · ".join(said), 160)


def told(value: object) -> str:
    """Return a recorded value as people say it: times in the operator's zone."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    if isinstance(value, str) and TIME.match(value):
        with suppress(ValueError):
            return f"{datetime.fromisoformat(value).astimezone():%Y-%m-%d %H:%M}"
    return text
