"""The text area of the Invite dialog: takes a paste of anything, Tab included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from tui_admin.domain.paste import LARGEST
from tui_admin.domain.text import guard

if TYPE_CHECKING:
    from rich.text import Text
    from textual import events

    from tui_admin.tui.dialogs.invite.spots import Edit

HINT = """\
Paste or type addresses, in any shape:

  jan@acme.example, "Piet Post" <piet@acme.example>
  a column out of a spreadsheet, a CSV, a whole mail"""
_NUL_STANDS_AS = "\x01"
"""PostgreSQL keeps no NUL; this control is refused in an address just the same."""


def line_ends(text: str) -> str:
    """Return pasted text with line feeds for ends of lines, and without NUL."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", _NUL_STANDS_AS)


class AddressArea(TextArea):
    """Where addresses are pasted, typed and mended."""

    class Left(Message):
        """Escape was pressed."""

    class TooLong(Message):
        """A paste was longer than a draft may be, and was not taken."""

        limit = LARGEST

    def __init__(self) -> None:
        """Make an area that takes Tab as text."""
        super().__init__(
            id="addresses",
            compact=True,
            soft_wrap=False,
            tab_behavior="indent",
            show_line_numbers=True,
            placeholder=HINT,
            highlight_cursor_line=True,
        )
        self.indent_type = "tabs"
        self.cursor_blink = False

    def get_line(self, line_index: int) -> Text:
        """Return a line as it may be shown; the document keeps what was pasted."""
        line = super().get_line(line_index)
        if not line.plain.isprintable():
            # One mark for one character, so that the cursor stands where it says.
            line.plain = guard(line.plain.replace("\t", " "))
        return line

    @property
    def line(self) -> int:
        """The line of the cursor, from one."""
        return self.cursor_location[0] + 1

    async def _on_key(self, event: events.Key) -> None:
        if event.key in {"escape", "shift+tab"}:
            event.stop()
            event.prevent_default()
            self.post_message(self.Left())
        elif event.key == "ctrl+j":
            # The line feed of a paste that came without brackets.
            event.stop()
            event.prevent_default()
            if not self.read_only:
                self.replace("\n", *self.selection, maintain_selection_offset=False)

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.take(event.text)

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self.call_after_refresh(self.scroll_cursor_visible)

    def take(self, text: str) -> None:
        """Put pasted text where the cursor is."""
        if self.read_only:
            return
        if len(text) + len(self.document.text) > LARGEST:
            self.post_message(self.TooLong())
            return
        result = self.replace(line_ends(text), *self.selection, maintain_selection_offset=False)
        self.move_cursor(result.end_location)
        self.focus()

    def line_text(self, line: int) -> str:
        """Return a line, counted from one; the empty text where there is none."""
        inside = 1 <= line <= self.document.line_count
        return self.document.get_line(line - 1) if inside else ""

    def edit_line(self, line: int, edit: Edit) -> None:
        """Change a line, counted from one; ctrl+z takes it back."""
        row = line - 1
        start, end = (row, edit.start), (row, edit.end)
        if edit.whole_line and row + 1 < self.document.line_count:
            end = (row + 1, 0)
        elif edit.whole_line and row:
            start = (row - 1, len(self.document.get_line(row - 1)))
        self.replace(edit.text, start, end, maintain_selection_offset=False)

    def go_to(self, line: int, start: int, end: int) -> None:
        """Move to a line (from one) and select these characters of it, so that typing mends it."""
        row = min(max(line - 1, 0), self.document.line_count - 1)
        self.move_cursor((row, start), center=True)
        self.selection = Selection((row, start), (row, end))
        self.focus()
