"""Keys that come in faster than they are dealt with."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from textual.events import Key, Paste

if TYPE_CHECKING:
    from textual.app import App

APART = 0.02
"""Seconds between keys that a hand typed, and no paste brought."""


def type_ahead(app: App[Any], *keys: str, paste: str = "", then: tuple[str, ...] = ()) -> None:
    """Have keys, a paste and more keys come in before the first is dealt with."""
    now = monotonic()
    for number, key in enumerate([*keys, None, *then]):
        if key is None and paste:
            app.post_message(Paste(paste))
        elif key is not None:
            event = Key(key, " " if key == "space" else key if len(key) == 1 else None)
            event.time = now + number * APART
            app.post_message(event)
