"""Signing in with a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from textual import on, work
from textual.containers import Horizontal
from textual.widgets import Input, Label

from tui_admin.domain.errors import AdminError, because
from tui_admin.tui.dialogs.base import Dialog
from tui_admin.tui.sheets import sheet
from tui_admin.tui.typing_line import TypingLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.services.operators import Operator


class SignsIn(Protocol):
    """The part of the operators' service this dialog needs."""

    async def sign_in(self, who: str, password: str) -> Operator:
        """Return the operator, or raise Denied."""


class SignIn(Dialog["Operator"]):
    """Ask for username and password until they fit; gives the operator, or None to quit."""

    CSS_PATH = sheet("dialogs")
    keys = (("enter", "Sign in"), ("tab", "Next field"), ("esc", "Quit"))

    def __init__(self, operators: SignsIn, *, who: str = "", environment: str = "") -> None:
        """Sign in through this service, with `who` filled in."""
        super().__init__(id="sign-in")
        self.heading = f"Sign in to {environment}" if environment else "Sign in"
        self._operators = operators
        self._who = who
        self._asking = False

    def fill(self) -> ComposeResult:
        """Yield the two fields."""
        with Horizontal(classes="row"):
            yield Label("Username", classes="label")
            yield TypingLine(self._who, placeholder="or e-mail address", id="who")
        with Horizontal(classes="row"):
            yield Label("Password", classes="label")
            yield TypingLine(password=True, id="password")

    def on_mount(self) -> None:
        """Begin where something is missing."""
        self.query_one("#password" if self._who else "#who").focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        who, password = self.query_one("#who", TypingLine), self.query_one("#password", TypingLine)
        if event.input is who and not password.value:
            password.focus()
        elif not who.value.strip() or not password.value:
            self.notice.tell(because("sign_in_incomplete"))
        elif not self._asking:
            self._asking = True
            self.notice.tell("Signing in …", "info")
            self._ask(who.value.strip(), password.value)

    @work(group="sign-in", exit_on_error=True)
    async def _ask(self, who: str, password: str) -> None:
        try:
            operator = await self._operators.sign_in(who, password)
        except AdminError as error:
            field = self.query_one("#password", TypingLine)
            field.value = ""
            field.focus()
            self.notice.tell(error.reason)
        else:
            self.dismiss(operator)
        finally:
            self._asking = False
