"""Inviting people, as a command of every list that they come to stand in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.tui.commands import command

if TYPE_CHECKING:
    from tui_admin.tui.app import Dashboard


class Inviting:
    """A screen from which people are invited; mixed in, so each has the command as its own."""

    if TYPE_CHECKING:

        @property
        def dashboard(self) -> Dashboard:
            """The app."""

    @command(
        "i",
        "Invite",
        "Invite people by e-mail.",
        needs="can_invite",
        cli="invite FILE",
        priority=10,
    )
    async def invite(self) -> None:
        """Open the dialog that takes a paste of anything."""
        from tui_admin.tui.dialogs.invite import invite

        await invite(self.dashboard)
