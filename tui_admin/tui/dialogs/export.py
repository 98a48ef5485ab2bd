"""What a list is written to, and how."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from tui_admin.tui.dialogs.base import MUTED, Dialog
from tui_admin.tui.dialogs.choose import Item
from tui_admin.tui.dialogs.field import ChoiceField
from tui_admin.tui.sheets import sheet
from tui_admin.tui.typing_line import TypingLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

FORMS = (
    Item("csv", "CSV", "for a spreadsheet; nothing in it is taken for a formula"),
    Item("json", "JSON", "one document"),
    Item("jsonl", "JSON Lines", "one object a line"),
)


class Target(NamedTuple):
    """Where to, and in which form."""

    path: Path
    form: str


class AskTarget(Dialog[Target]):
    """Ask for a form and a file; gives both, or None."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "write", show=False, priority=True),
    ]
    heading = "Export"
    keys = (("enter", "Write"), ("↑↓", "Fields"), ("esc", "Cancel"))

    def __init__(self, what: str, name: str) -> None:
        """Ask about `what`; the file is called `name` at first, in the home directory."""
        super().__init__(id="export")
        self._what, self._name = what, name
        self._sure = ""

    def fill(self) -> ComposeResult:
        """Yield what is written, the form, and the file."""
        yield Static(Content(self._what), classes="question")
        yield ChoiceField("Form", id="form")
        yield Static(Content.styled("  File", MUTED))
        yield TypingLine(f"~/{self._name}.csv", id="file")

    def on_mount(self) -> None:
        """Begin with the file; its name says the form, too."""
        self.query_one("#form", ChoiceField).offer(FORMS, "csv")
        line = self.query_one("#file", TypingLine)
        line.focus()
        line.cursor_position = len(line.value)

    @on(ChoiceField.Changed)
    def _formed(self, event: ChoiceField.Changed) -> None:
        line = self.query_one("#file", TypingLine)
        path = Path(line.value)
        if path.suffix.removeprefix(".") in {each.value for each in FORMS}:
            line.value = str(path.with_suffix(f".{event.field.value}"))

    @on(Input.Submitted, "#file")
    def _submitted(self) -> None:
        self.action_write()

    def action_write(self) -> None:
        """Give the answer; a file that is there already is asked about once."""
        typed = self.query_one("#file", TypingLine).value.strip()
        path = Path(typed).expanduser()
        if not typed or path.is_dir() or not path.parent.is_dir():
            self.notice.tell("There is no such directory." if typed else "Type a file's name.")
        elif path.exists() and self._sure != typed:
            self._sure = typed
            self.notice.tell("It exists; enter once more replaces it.", "warning")
        else:
            self.dismiss(Target(path, self.query_one("#form", ChoiceField).value or "csv"))
