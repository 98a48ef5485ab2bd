"""Everybody who is about to be approved, and those who are left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.dialogs.base import MUTED, Dialog
from tui_admin.tui.present import email_fitted
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.lists.approvals import ApprovalRow

SHOWN = 1_000
"""People shown of each kind; the rest is a number."""
ROOM = 60
Part = Content | tuple[str, str] | str


def approved(rows: tuple[ApprovalRow, ...]) -> Content:
    """Return those who are approved, with what they are approved for."""
    parts: list[Part] = []
    for row in rows[:SHOWN]:
        what = " · ".join(filter(None, (row.organisation, row.product)))
        parts += [*_person("✓", "$good", row), (f"    {safe(what, 56)}\n", MUTED)]
    return Content.assemble(*parts, *_more(len(rows)))


def left_out(rows: tuple[ApprovalRow, ...]) -> Content:
    """Return those who are left out, each with what there is to look at."""
    parts: list[Part] = []
    for row in rows[:SHOWN]:
        parts += _person("!", "$waiting", row)
        parts += [(f"    {safe(say(each))}\n", "$waiting") for each in row.warnings]
    return Content.assemble(*parts, *_more(len(rows)))


def _person(glyph: str, tone: str, row: Any) -> list[Part]:
    email = email_fitted(safe(row.email, 120), ROOM)
    name = f"  {safe(row.display_name, 40)}" if row.display_name else ""
    name = name if len(name) + len(email) <= ROOM else ""
    return [(f"  {glyph} ", tone), email, (f"{name}\n", MUTED)]


def _more(number: int) -> list[Part]:
    return [(f"    and {number - SHOWN:,} more\n", MUTED)] if number > SHOWN else []


def people(number: int) -> str:
    """Return a number of people in words."""
    return "1 person" if number == 1 else f"{number:,} people"


class ApproveSeveral(Dialog[bool]):
    """Show who is approved and who is left out; gives True for a plain `y` only."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", show=False),
        Binding("n", "answer(False)", show=False),
        Binding("enter", "remind", show=False),
    ]
    heading = "Approve"
    keys = (("y", "Approve"), ("n", "No"), ("↑↓", "Scroll"))

    def __init__(self, clean: tuple[ApprovalRow, ...], warned: tuple[ApprovalRow, ...]) -> None:
        """Show these: those to approve, and those with something to look at first."""
        super().__init__(id="several")
        self._clean, self._warned = clean, warned

    def fill(self) -> ComposeResult:
        """Yield the question, and everybody."""
        question = f"Approve {people(len(self._clean))}?"
        left = len(self._warned)
        others = f"   ! {left:,} left out, at the end of the list" if left else ""
        yield Static(Content.assemble(question, (others, "$waiting")), classes="question")
        with VerticalScroll(id="everybody"):
            yield Static(approved(self._clean))
            if self._warned:
                words = f"Left out, to look at first: {people(len(self._warned))}"
                yield Static(Content.styled(words, "bold"), id="left")
                yield Static(left_out(self._warned))

    def on_mount(self) -> None:
        """Let the arrows scroll."""
        self.query_one("#everybody").focus()

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)

    def action_remind(self) -> None:
        """Say what to press: a held Enter approves nobody."""
        self.notice.tell("Press y for yes or n for no.", "info")

    def action_leave(self) -> None:
        """Take escape for no."""
        self.dismiss(False)
