"""How fast keys come: as a hand presses them, or faster than they are dealt with."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.events import Key

from tui_admin.tui.gate import HELD

if TYPE_CHECKING:
    from textual.app import App

    from tui_admin.tui.app import Dashboard

APART = 0.02
"""Seconds between keys that a hand typed, and no paste brought."""


def type_ahead(app: App[Any], *keys: str) -> None:
    """Have keys of one letter each come in before the first is dealt with."""
    now = monotonic()
    for number, key in enumerate(keys):
        event = Key(key, key)
        event.time = now + number * APART
        app.post_message(event)


def a_hand_may_press(app: Dashboard, key: str) -> bool:
    """Say whether the gate would not take a press for a key held down: it goes by the real time."""
    last = app.gate.last
    return last is None or last.key != key or monotonic() - last.time > HELD
