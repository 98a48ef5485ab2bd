"""The name of a file, completed while it is typed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input, Static

from tui_admin.tui.dialogs.base import Dialog, Line
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Paths(Suggester):
    """Completes the path of a file."""

    def __init__(self) -> None:
        """Look every time: files come and go."""
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the path of which this is the beginning, a folder with its slash."""
        return await asyncio.to_thread(completed, value) if value else None


def completed(typed: str) -> str | None:
    """Return the first path, by name, that begins as typed; None where there is none."""
    folder, slash, start = typed.rpartition("/")
    place = Path(folder + slash).expanduser() if slash else Path()
    try:
        names = sorted(
            each.name + ("/" if each.is_dir() else "")
            for each in place.iterdir()
            if each.name.startswith(start) and (start or not each.name.startswith("."))
        )
    except OSError:
        return None
    name = next(iter(names), "")
    return f"{folder}{slash}{name}" if name and name.isprintable() else None


class AskPath(Dialog[str]):
    """Ask for the name of a file; gives it, or None."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False, priority=True),
    ]

    def __init__(self, heading: str, detail: str, enter: str, value: str = "") -> None:
        """Ask under a heading; `enter` says what that key does."""
        super().__init__(id="ask-path")
        self.heading = heading
        self.keys = (("enter", enter), ("tab", "Complete"), ("esc", "Cancel"))
        self._detail = detail
        self._value = value

    def fill(self) -> ComposeResult:
        """Yield the field."""
        yield Static(self._detail, classes="detail", markup=False)
        yield Line(self._value, placeholder="path of the file", suggester=Paths(), id="path")

    def action_complete(self) -> None:
        """Take the path that is suggested."""
        line = self.query_one("#path", Line)
        line.action_end()
        line.action_cursor_right()

    @on(Input.Submitted, "#path")
    def _take(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.dismiss(event.value.strip())
