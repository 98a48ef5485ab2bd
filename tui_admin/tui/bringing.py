"""The ways people come in, as commands of a list of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.tui.commands import command
from tui_admin.tui.inviting import Inviting
from tui_admin.tui.lists.list_screen import ListScreen, nothing_current

if TYPE_CHECKING:
    from textual.screen import Screen

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.outcomes import Outcome


def _adds_nobody(screen: ListScreen) -> Reason | None:
    """Refuse where no account can be added."""
    return screen.dashboard.lacks("can_add_user")


class BringingScreen(Inviting, ListScreen):
    """A list of people that invites and adds some, and fills in who they are."""

    SECTION = "users"

    @command(
        "plus",
        "Add",
        "Add a user without an invitation.",
        needs="can_add_user",
        cli="users add EMAIL",
        priority=11,
    )
    async def add(self) -> None:
        """Open the dialog that adds one account."""
        from tui_admin.tui.dialogs.add_user import AddUser

        desk = self.dashboard.opened_desk
        await self._told(AddUser(desk))

    @command(
        "I,shift+i",
        "Import",
        "Bring many at once: a CSV, or pairs.",
        needs="can_add_user",
        cli="users import FILE",
        priority=0,
    )
    async def import_users(self) -> None:
        """Open the dialog that previews every row."""
        from tui_admin.tui.dialogs.importing import bring

        await bring(self.dashboard)

    @command(
        "R,shift+r",
        "Register",
        "Add somebody with everything at once.",
        needs="can_register_identity",
        cli="users register EMAIL",
        why_not=_adds_nobody,
        priority=0,
    )
    async def register(self) -> None:
        """Open the dialog with everything on one page."""
        from tui_admin.tui.dialogs.enlist import Enlist

        app = self.dashboard
        await self._told(Enlist(app.opened_desk, organisation=app.organisation))

    @command(
        "p",
        "Identity",
        "Fill in who the person is, step by step.",
        needs="can_register_identity",
        cli="users identity {id}",
        why_not=nothing_current,
        priority=0,
    )
    async def personal_details(self) -> None:
        """Open the dialog that goes on where it was left."""
        from tui_admin.tui.dialogs.identity import RegisterIdentity

        row = self.list.current
        dialog = RegisterIdentity(self.dashboard.opened_desk, row.id, row.email)
        await self._told(dialog)

    async def _told(self, dialog: Screen[Outcome]) -> None:
        """Open a dialog, and say what it did where it did anything."""
        outcome: Outcome | None = await self.app.push_screen_wait(dialog)
        if outcome is not None:
            self.dashboard.tell_outcome(outcome)
            self.list.moved(shown=True)
