"""What dialogs for a new account share: whether address and username are free, while typing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from textual import on, work
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Label, Static

from tui_admin.domain.errors import AdminError
from tui_admin.domain.outcomes import Outcome
from tui_admin.domain.usernames import derive
from tui_admin.tui.dialogs.base import Dialog
from tui_admin.tui.typing_line import TypingLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason
    from tui_admin.services.accounts import Availability
    from tui_admin.services.facade import Desk

SETTLES: Final = 0.12
"""Seconds without a change before the store is asked."""
FREE, TAKEN, WRONG, UNFINISHED = (
    Content.styled("✓ free", "$good"),
    Content.styled("✗ taken", "$bad"),
    Content.styled("✗ invalid", "$waiting"),
    Content.styled("no @ yet", "$off"),
)


class State(Static):
    """What is said beside a field: free, taken or invalid."""

    DEFAULT_CSS = "State { width: 10; height: 1; padding: 0 0 0 1; }"

    def __init__(self, field: str) -> None:
        """Say nothing yet."""
        super().__init__("", id=f"{field}-state")


class AccountDialog(Dialog[Outcome]):
    """A dialog with the fields `email` and `username`, each with a `State` beside it.

    The username is made from the address until it is typed.
    """

    class Looked(Message, bubble=False):
        """What can be had of address and username, and what else is wrong, as of a generation."""

        def __init__(
            self, generation: int, account: Availability | None, wrong: dict[str, Reason]
        ) -> None:
            """Bring the answer."""
            super().__init__()
            self.generation = generation
            self.account = account
            self.wrong = wrong

    def __init__(self, desk: Desk, *, id: str) -> None:
        """Ask as this operator."""
        super().__init__(id=id)
        self._desk = desk
        self._generation = 0
        self._own_username = False
        self._saving = False
        self.wrong: dict[str, Reason] = {}

    def row(self, field: str, label: str, value: str = "") -> ComposeResult:
        """Yield a field with its label and its state."""
        with Horizontal(classes="row"):
            yield Label(label, classes="label")
            yield TypingLine(value, id=field)
            yield State(field)

    def value(self, field: str) -> str:
        """Return what is typed into a field."""
        return self.query_one(f"#{field}", TypingLine).value.strip()

    @property
    def typed_username(self) -> str:
        """The username as somebody typed it, "" where it is derived."""
        return self.value("username") if self._own_username else ""

    async def judge_others(self) -> dict[str, Reason]:
        """Return what is wrong with the other fields, by name."""
        return {}

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        email, username = (
            self.query_one("#email", TypingLine),
            self.query_one("#username", TypingLine),
        )
        if event.input is username and username.has_focus:
            self._own_username = bool(username.value)
        if event.input is email and not self._own_username:
            self._derive(derive(email.value.strip()) if email.value.strip() else "")
        self.look_again()

    def look_again(self) -> None:
        """Ask anew, once typing pauses."""
        self._generation += 1
        if not self._saving:
            self._look(self._generation, self.value("email"), self.typed_username)

    @work(group="account", exclusive=True)
    async def _look(self, generation: int, email: str, username: str) -> None:
        await asyncio.sleep(SETTLES)
        account, wrong = None, {}
        try:
            account = await self._desk.users.available(email, username)
            wrong = await self.judge_others()
        except AdminError as error:
            wrong = {"": error.reason}
        self.post_message(self.Looked(generation, account, wrong))

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        if event.generation != self._generation or self._saving:
            return
        self.wrong = event.wrong
        if event.account is not None:
            self._tell_account(event.account)
        self._tell()

    def _tell_account(self, account: Availability) -> None:
        """Show what address and username are, and the username that a derived one becomes."""
        email, username = self.value("email"), self.query_one("#username", TypingLine)
        if account.email and email:
            self.wrong = {"email": account.email} | self.wrong
        if account.username_refusal:
            self.wrong = {"username": account.username_refusal} | self.wrong
        if email and not self._own_username and not username.has_focus:
            self._derive(account.username)
        self._state("email", email, account.email)
        # A username that follows from an address that is taken is of no use to anybody.
        asked = self._own_username or account.email is None
        self._state("username", username.value if asked else "", account.username_refusal)

    def _derive(self, text: str) -> None:
        username = self.query_one("#username", TypingLine)
        with username.prevent(Input.Changed):
            username.value = text
        username.cursor_position = len(text)

    def _state(self, field: str, text: str, why: Reason | None) -> None:
        state = FREE if why is None else TAKEN if why.id.endswith("_taken") else WRONG
        if field == "email" and "@" not in text:
            state = UNFINISHED
        self.query_one(f"#{field}-state", State).update(state if text else "")

    def on_descendant_focus(self) -> None:
        """Say what is wrong with the field that has the focus."""
        if not self.value("username") and self.value("email"):
            self.look_again()
        if self.wrong and not self._saving:
            self._tell()

    def _tell(self) -> None:
        """Say what is wrong: with the field that has the focus, else with the first."""
        here = self.focused.id if self.focused and self.focused.id else ""
        reason = self.wrong.get(here) or next(iter(self.wrong.values()), None)
        if reason is None or ("@" not in self.value("email") and reason.id == "address_no_at"):
            self.notice.clear()
        else:
            self.notice.tell(reason, "warning")

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()
