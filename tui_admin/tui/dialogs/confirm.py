"""The one question before something that cannot be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from tui_admin.domain.text import safe
from tui_admin.tui.dialogs.base import Dialog
from tui_admin.tui.dialogs.outcome import foreseen
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.outcomes import Outcome

NAMED = 10
"""How many people are named before the rest is a number."""
FEW = 4
"""The same where others are named, too, who are left alone: all has to fit 24 lines."""


def naming(people: tuple[str, ...], total: int) -> str:
    """Return the people one a line, and how many more there are."""
    lines = [f"  {safe(each)}" for each in people[:NAMED]]
    more = max(total, len(people)) - len(lines)
    if more > 0:
        lines.append(f"  and {more:,} more" if lines else "")
    return "\n".join(line for line in lines if line)


def told(plan: Outcome | None) -> ComposeResult:
    """Yield whom a plan leaves alone, where there is somebody."""
    if plan is not None and plan.skipped:
        yield Static(foreseen(plan), classes="left-alone")


class Confirm(Dialog[bool]):
    """Ask once, naming the count and the people; gives True only for a plain yes.

    `enter` answers yes only where `danger` is off: a held or buffered Enter never does harm.
    """

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", show=False, id="confirm.yes"),
        Binding("n", "answer(False)", show=False, id="confirm.no"),
        Binding("enter", "default", show=False),
    ]

    def __init__(
        self,
        question: str,
        people: tuple[str, ...] = (),
        *,
        total: int = 0,
        detail: str = "",
        heading: str = "Sure?",
        yes: str = "Yes",
        danger: bool = True,
        plan: Outcome | None = None,
    ) -> None:
        """Ask `question` about these people (`total` where more than named are meant).

        `plan` is what a rehearsal of the act came to; whom it leaves alone is told.
        """
        super().__init__(classes="-danger" if danger else "")
        self.heading = heading
        self.keys = (("y" if danger else "enter", yes), ("n", "No"))
        self._question = question
        some = people[:FEW] if plan is not None and plan.skipped else people
        self._people = naming(some, max(total, len(people)))
        self._detail = detail
        self._danger = danger
        self._plan = plan

    def fill(self) -> ComposeResult:
        """Yield the question, the people, and what it means."""
        yield Static(Content(safe(self._question)), classes="question")
        if self._people:
            yield Static(Content(self._people), classes="people")
        yield from told(self._plan)
        if self._detail:
            yield Static(Content(safe(self._detail)), classes="detail")

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)

    def action_default(self) -> None:
        """Take Enter for yes, but never for danger."""
        if self._danger:
            self.notice.tell("Press y for yes or n for no.", "info")
        else:
            self.dismiss(True)

    def action_leave(self) -> None:
        """Take escape for no."""
        self.dismiss(False)
