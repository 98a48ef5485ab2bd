"""A field of one line for letters that come fast and over slow lines."""

from __future__ import annotations

from typing import Any

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class TypingLine(Input):
    """An input that paints itself alone, and whose cursor does not blink.

    Textual's own lays the whole screen out anew for each letter, which takes longer than finding
    what was typed; a blinking cursor sends two kilobytes a second over SSH.
    """

    virtual_size = Reactive(Size(0, 0))

    def __init__(self, value: str = "", **options: Any) -> None:
        """Begin with this value, without a frame; `options` are those of Textual's Input."""
        super().__init__(value, compact=True, select_on_focus=False, **options)
        self.cursor_blink = False
