"""The name of a file, completed while it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.widgets import Input, Static

from tui_admin.tui.dialogs.base import Dialog
from tui_admin.tui.dialogs.path_line import PathLine
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult


class AskPath(Dialog[str]):
    """Ask for the name of a file; gives it, or None."""

    CSS_PATH = sheet("dialogs")

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
        yield PathLine(self._value, id="path")

    @on(Input.Submitted, "#path")
    def _take(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.dismiss(event.value.strip())
