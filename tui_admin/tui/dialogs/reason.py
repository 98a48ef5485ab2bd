"""A reason in the operator's own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from tui_admin.domain.errors import Refused
from tui_admin.domain.text import one_line, safe
from tui_admin.tui.dialogs.base import MUTED, Dialog
from tui_admin.tui.dialogs.confirm import naming, told
from tui_admin.tui.sheets import sheet
from tui_admin.tui.typing_line import TypingLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.outcomes import Outcome

LONGEST = 500
"""Characters a reason may have; it goes into the audit log and, at times, into a mail."""


class AskReason(Dialog[str]):
    """Ask why; gives the text (empty where that is allowed), or None to call the act off."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "offer(1)", show=False),
        Binding("up", "offer(-1)", show=False),
    ]

    def __init__(
        self,
        question: str,
        people: tuple[str, ...] = (),
        *,
        total: int = 0,
        heading: str = "Why?",
        yes: str = "Do it",
        required: bool = False,
        hint: str = "",
        plan: Outcome | None = None,
        offers: tuple[str, ...] = (),
    ) -> None:
        """Ask `question` about these people; `required` refuses an empty answer.

        `hint` stands in the empty field and says what becomes of the reason. `plan` is what a
        rehearsal of the act came to; whom it leaves alone is told. `offers` are reasons to choose
        from, each of which can be changed once it is chosen.
        """
        super().__init__()
        self.heading = heading
        self.keys = (("enter", yes), ("esc", "Cancel"))
        if offers:
            self.keys = (("enter", yes), ("↑↓", "Choose a reason"), ("esc", "Cancel"))
        self._offers, self._at = offers, -1
        self._question = question
        self._people = naming(people, total)
        self._plan = plan
        self._required = required
        self._hint = hint or ("a reason" if required else "a reason, or nothing")

    def fill(self) -> ComposeResult:
        """Yield the question, the people and the field."""
        yield Static(Content(safe(self._question)), classes="question")
        if self._people:
            yield Static(Content(self._people), classes="people")
        yield from told(self._plan)
        yield TypingLine(placeholder=self._hint, max_length=LONGEST, id="why")
        if self._offers:
            yield Static(self._shown(), id="offers", markup=False)

    def _shown(self) -> Content:
        """Return the reasons there are, with a sign at the one that was chosen."""
        lines = []
        for at, each in enumerate(self._offers):
            sign, style = ("›", "") if at == self._at else (" ", MUTED)
            lines.append(Content.styled(f"{sign} {safe(each)}", style))
        return Content("\n").join(lines)

    def action_offer(self, by: int) -> None:
        """Put the next reason, or the one before, into the field."""
        if not self._offers:
            return
        self._at = max(0, min(self._at + by, len(self._offers) - 1))
        field = self.query_one("#why", TypingLine)
        field.value = self._offers[self._at]
        field.cursor_position = len(field.value)
        self.query_one("#offers", Static).update(self._shown())

    @on(Input.Submitted, "#why")
    def _answer(self, event: Input.Submitted) -> None:
        try:
            text = one_line(event.value, field="reason", limit=LONGEST, required=self._required)
        except Refused as refused:
            self.notice.tell(refused.reason)
        else:
            self.dismiss(text)
