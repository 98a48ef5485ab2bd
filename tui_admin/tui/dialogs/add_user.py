"""Adding a user directly: address, name, username and role, checked while typing."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Label

from tui_admin.domain.errors import AdminError, because
from tui_admin.domain.outcomes import Outcome
from tui_admin.domain.permissions import BASIC
from tui_admin.domain.usernames import derive
from tui_admin.tui.dialogs.base import Dialog, Line
from tui_admin.tui.dialogs.choose import Item
from tui_admin.tui.dialogs.field import ChoiceField
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason
    from tui_admin.services.facade import Desk

SETTLES = 0.12
"""Seconds without a change before the store is asked whether something is taken."""


class AddUser(Dialog[Outcome]):
    """Add one account; gives the outcome, or None where nobody was added."""

    class Looked(Message, bubble=False):
        """Whether address or username are taken, as of that generation."""

        def __init__(self, generation: int, reason: Reason | None) -> None:
            """Bring the answer."""
            super().__init__()
            self.generation = generation
            self.reason = reason

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "save", "Add", show=False, id="add_user.save"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    heading = "Add user"
    keys = (("ctrl+s", "Add"), ("tab", "Next field"), ("esc", "Cancel"))

    def __init__(self, desk: Desk, *, email: str = "", name: str = "") -> None:
        """Add as this operator; address and name may be known already."""
        super().__init__(id="add-user")
        self._desk = desk
        self._known = {"email": email, "name": name}
        self._generation = 0
        self._own_username = False
        self._saving = False

    def fill(self) -> ComposeResult:
        """Yield the fields."""
        for name, label in (("email", "E-mail"), ("name", "Name"), ("username", "Username")):
            with Horizontal(classes="row"):
                yield Label(label, classes="label")
                yield Line(self._known.get(name, ""), id=name)
        yield ChoiceField("Role", id="role")

    def on_mount(self) -> None:
        """Ask which roles can be given."""
        self.query_one("#email").focus()
        self._offer_roles()

    def _value(self, name: str) -> str:
        return self.query_one(f"#{name}", Line).value.strip()

    @work(group="add-user-roles")
    async def _offer_roles(self) -> None:
        """Offer the roles within the operator's ceiling; whoever may not invite gives Basic."""
        field = self.query_one(ChoiceField)
        try:
            roles = (await self._desk.inviting.options()).roles
            items = tuple(Item(each.value, each.label) for each in roles)
        except AdminError:
            items = (Item(BASIC, BASIC),)
        field.offer(items, BASIC)

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        email, username = self.query_one("#email", Line), self.query_one("#username", Line)
        if event.input is username and username.has_focus:
            self._own_username = bool(username.value)
        if event.input is email and not self._own_username:
            with username.prevent(Input.Changed):
                username.value = derive(email.value.strip()) if email.value.strip() else ""
        self._generation += 1
        if "@" in email.value and not self._saving:
            self._look(self._generation, self._value("email"), self._value("username"))

    @work(group="add-user-taken", exclusive=True)
    async def _look(self, generation: int, email: str, username: str) -> None:
        await asyncio.sleep(SETTLES)
        wanted = username if self._own_username else ""
        try:
            reason = (await self._desk.users.available(email, wanted)).refusal
        except AdminError as error:
            reason = error.reason
        self.post_message(self.Looked(generation, reason))

    @on(Looked)
    def _looked(self, event: Looked) -> None:
        if event.generation != self._generation or self._saving:
            return
        if event.reason:
            self.notice.tell(event.reason, "warning")
        else:
            self.notice.tell("✓ free", "info")

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    def action_save(self) -> None:
        """Add the user; a derived username gives way to a taken one, a typed one does not."""
        if self._saving:
            return
        if not self._value("email"):
            self.query_one("#email").focus()
            self.notice.tell(because("add_user_no_address"))
            return
        self._saving = True
        self.notice.tell("Adding …", "info")
        username = self._value("username") if self._own_username else ""
        self._add(username, self.query_one(ChoiceField).value or "")

    @work(group="add-user")
    async def _add(self, username: str, role: str) -> None:
        try:
            outcome = await self._desk.users.add(
                self._value("email"), username=username, name=self._value("name"), role=role
            )
        except AdminError as error:
            self._saving = False
            self.notice.tell(error.reason)
        else:
            self.dismiss(outcome)
