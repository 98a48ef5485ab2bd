"""Who somebody is, filled in for them: step by step, and gone on with where it was left."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Label, Static

from tui_admin.domain.errors import AdminError, Invalid
from tui_admin.domain.outcomes import Outcome
from tui_admin.domain.text import safe
from tui_admin.tui.dialogs.base import MUTED, Dialog, Hints
from tui_admin.tui.sheets import sheet
from tui_admin.tui.typing_line import TypingLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason
    from tui_admin.services.facade import Desk
    from tui_admin.services.registering import Details

LABELS: Final = {
    "given_names": "First names",
    "family_name": "Family name",
    "date_of_birth": "Born",
    "phone": "Telephone",
}
STEPS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("Name", ("given_names", "family_name")),
    ("Birth and telephone", ("date_of_birth", "phone")),
    ("Check and register", ()),
)
HELP: Final = (
    "As in the passport, with prefixes before the family name.",
    "The day as 31-01-1990. The telephone number may stay empty.",
    "Registered in your name: you vouch for it.",
)


class RegisterIdentity(Dialog[Outcome]):
    """Register who somebody is; gives the outcome, or None where it was left for later."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10,pagedown", "next", "Next", show=False, id="identity.next"),
        Binding("pageup", "back", "Back", show=False, id="identity.back"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    heading = "Personal details"

    def __init__(self, desk: Desk, user_id: int, label: str) -> None:
        """Fill in for this account."""
        super().__init__(id="identity")
        self.heading = f"Personal details of {label}"
        self._desk = desk
        self._user_id = user_id
        self._details: Details | None = None
        self._step = 0
        self._busy = True

    def fill(self) -> ComposeResult:
        """Yield the step, its fields, and what they are for."""
        yield Static(id="step", classes="question")
        for field, label in LABELS.items():
            with Horizontal(classes="row", id=f"{field}-row"):
                yield Label(label, classes="label")
                yield TypingLine(id=field)
        yield Static(id="said", classes="people")
        yield Static(id="help", classes="detail")

    def on_mount(self) -> None:
        """Fetch what is known."""
        self._show()
        self._load()

    @work(group="identity")
    async def _load(self) -> None:
        try:
            details = await self._desk.registering.details(self._user_id)
        except AdminError as error:
            self.notice.tell(error.reason)
            return
        self._details = details
        for field in LABELS:
            self.query_one(f"#{field}", TypingLine).value = details.answers[field]
        self._busy = False
        if details.drafted:
            self._step = _first_open(details.answers)
            self.notice.tell("It goes on where you left it.", "info")
        self._show()

    @property
    def answers(self) -> dict[str, str]:
        """What is filled in, by field."""
        return {field: self.query_one(f"#{field}", TypingLine).value for field in LABELS}

    def _show(self) -> None:
        """Show the fields of the step, or at the end all that was filled in."""
        name, fields = STEPS[self._step]
        head = Content.assemble((f"Step {self._step + 1} of {len(STEPS)}", MUTED), f"  {name}")
        self.query_one("#step", Static).update(head)
        self.query_one("#help", Static).update(HELP[self._step])
        for field in LABELS:
            self.query_one(f"#{field}-row").display = field in fields
        said = "" if fields else _summary(self.answers)
        self.query_one("#said", Static).update(said)
        self.query_one("#said").display = not fields
        if fields:
            self.query_one(f"#{fields[0]}").focus()
        else:
            self.set_focus(None)
        self._show_keys()

    def _show_keys(self) -> None:
        onward = "Next" if STEPS[self._step][1] else "Register"
        back = (("pgup", "Back"),) if self._step else ()
        self.query_one(Hints).show(
            (("enter" if STEPS[self._step][1] else "ctrl+s", onward), *back, ("esc", "Later"))
        )

    @on(Input.Submitted)
    def _submitted(self) -> None:
        """Go to the field below, and from the last one to the next step."""
        fields = STEPS[self._step][1]
        if self.focused and self.focused.id != fields[-1]:
            self.focus_next()
        else:
            self.action_next()

    def action_back(self) -> None:
        """Go to the step before."""
        if self._step and not self._busy:
            self._step -= 1
            self.notice.clear()
            self._show()

    def action_next(self) -> None:
        """Keep what was typed and go to the next step; from the last one, register."""
        if not self._busy and self._details is not None:
            self._busy = True
            if self._step < len(STEPS) - 1:
                self._keep(self.answers)
            else:
                self._register(self.answers, self._details.version)

    @work(group="identity")
    async def _keep(self, answers: dict[str, str]) -> None:
        try:
            wrong = await self._desk.registering.keep(self._user_id, answers)
        except AdminError as error:
            self.notice.tell(error.reason)
        else:
            here = [field for field in STEPS[self._step][1] if field in wrong]
            if here:
                self._point_at(here[0], wrong)
            else:
                self._step += 1
                self.notice.clear()
                self._show()
        self._busy = False

    @work(group="identity")
    async def _register(self, answers: dict[str, str], version: int) -> None:
        try:
            outcome = await self._desk.registering.register(self._user_id, answers, version)
        except Invalid as invalid:
            first = next(field for field in LABELS if field in invalid.reasons)
            self._step = next(at for at, each in enumerate(STEPS) if first in each[1])
            self._show()
            self._point_at(first, invalid.reasons)
        except AdminError as error:
            self.notice.tell(error.reason)
        else:
            self.dismiss(outcome)
            return
        self._busy = False

    def _point_at(self, field: str, wrong: dict[str, Reason]) -> None:
        self.query_one(f"#{field}").focus()
        self.notice.tell(wrong[field])

    def action_leave(self) -> None:
        """Close; what was typed is kept, to go on with later."""
        if self._details is None or self.answers == self._details.answers:
            self.dismiss(None)
        elif not self._busy:
            self._busy = True
            self._leave(self.answers)

    @work(group="identity")
    async def _leave(self, answers: dict[str, str]) -> None:
        try:
            await self._desk.registering.keep(self._user_id, answers)
        except AdminError as error:
            self.notice.tell(error.reason)
            self._busy = False
        else:
            self.dismiss(None)


def _first_open(answers: dict[str, str]) -> int:
    """Return the first step with something that is still to be filled in."""
    for at, (_, fields) in enumerate(STEPS):
        if any(field != "phone" and not answers[field].strip() for field in fields):
            return at
    return len(STEPS) - 1


def _summary(answers: dict[str, str]) -> Content:
    parts: list[str | tuple[str, str]] = []
    for field, label in LABELS.items():
        parts += [(f"{label:<15}", MUTED), f"{safe(answers[field].strip(), 100) or '-'}\n"]
    return Content.assemble(*parts)
