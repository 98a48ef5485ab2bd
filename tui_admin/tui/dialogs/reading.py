"""Something to read, and nothing to decide."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui_admin.tui.dialogs.base import Dialog
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.content import Content


class ShowText(Dialog[None]):
    """Show a text that can be scrolled; closes with Enter or escape."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q", "leave", show=False)]
    keys = (("enter", "Close"), ("↑↓", "Scroll"))

    def __init__(self, heading: str, text: Content) -> None:
        """Show this text."""
        super().__init__()
        self.heading = heading
        self._text = text

    def fill(self) -> ComposeResult:
        """Yield the text."""
        with VerticalScroll(id="read"):
            yield Static(self._text)
