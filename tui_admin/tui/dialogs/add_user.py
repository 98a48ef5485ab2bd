"""Adding a user directly: address, name, username and role, checked while typing."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.binding import Binding, BindingType

from tui_admin.domain.errors import AdminError, because
from tui_admin.domain.permissions import BASIC
from tui_admin.tui.dialogs.account import AccountDialog
from tui_admin.tui.dialogs.choose import Item
from tui_admin.tui.dialogs.field import ChoiceField
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.services.facade import Desk

MAILS: Final = (Item("mail", "a link to choose a password"), Item("", "none"))
"""What a new user is mailed."""


class AddUser(AccountDialog):
    """Add one account; gives the outcome, or None where nobody was added."""

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
        super().__init__(desk, id="add-user")
        self._known = {"email": email, "name": name}

    def fill(self) -> ComposeResult:
        """Yield the fields."""
        for field, label in (("email", "E-mail"), ("name", "Name"), ("username", "Username")):
            yield from self.row(field, label, self._known.get(field, ""))
        yield ChoiceField("Role", id="role")
        yield ChoiceField("Mail", id="mail")

    def on_mount(self) -> None:
        """Ask which roles can be given."""
        self.query_one("#email").focus()
        self.query_one("#mail", ChoiceField).offer(MAILS, "mail")
        self._offer_roles()

    @work(group="add-user-roles")
    async def _offer_roles(self) -> None:
        """Offer the roles within the operator's ceiling; whoever may not invite gives Basic."""
        field = self.query_one("#role", ChoiceField)
        try:
            roles = (await self._desk.inviting.options()).roles
            items = tuple(Item(each.value, each.label) for each in roles)
        except AdminError:
            items = (Item(BASIC, BASIC),)
        field.offer(items, BASIC)

    def action_save(self) -> None:
        """Add the user; a derived username gives way to a taken one, a typed one does not."""
        if self._saving:
            return
        if not self.value("email"):
            self.query_one("#email").focus()
            self.notice.tell(because("add_user_no_address"))
            return
        self._saving = True
        self.notice.tell("Adding …", "info")
        mail = self.query_one("#mail", ChoiceField).value == "mail"
        self._add(self.query_one("#role", ChoiceField).value or "", mail=mail)

    @work(group="add-user")
    async def _add(self, role: str, *, mail: bool) -> None:
        try:
            outcome = await self._desk.users.add(
                self.value("email"),
                username=self.typed_username,
                name=self.value("name"),
                role=role,
                mail=mail,
            )
        except AdminError as error:
            self._saving = False
            self.notice.tell(error.reason)
        else:
            self.dismiss(outcome)
