"""The mail as it will look, with how many will have it and what that costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_admin.domain.text import safe
from tui_admin.tui.dialogs.base import MUTED, Dialog
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.services.posting import Seen

LONGEST = 20_000
"""Characters of a mail's text that are shown."""


class Preview(Dialog[None]):
    """Shows one mail; nothing in it opens anything."""

    CSS_PATH: ClassVar[Any] = [sheet("dialogs"), sheet("invite")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f6", "leave", "Close", show=False),
    ]
    heading = "The mail as it will look"
    keys = (("↑↓", "Scroll"), ("esc", "Back"))

    def __init__(self, letter: Seen, about: str) -> None:
        """Show this mail; `about` says how many will have it, and at what cost."""
        super().__init__(id="invite-preview")
        self._letter = letter
        self._about = about

    def fill(self) -> ComposeResult:
        """Yield what is in it."""
        letter = self._letter
        yield Static(
            Content.assemble(
                (f"{safe(self._about)}\n", "bold"),
                ("To       ", MUTED),
                f"{safe(letter.to)}\n",
                ("Subject  ", MUTED),
                safe(letter.subject),
            ),
            id="head",
        )
        with VerticalScroll(id="letter"):
            yield Static(Content(safe(letter.text, LONGEST, lines=True)))

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#letter").focus()
