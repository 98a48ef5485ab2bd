"""The batches that were sent: a tab of screen 2 with a key of its own."""

from __future__ import annotations

from functools import cached_property

from tui_admin.domain.lists.batches import BATCHES
from tui_admin.tui.commands import command
from tui_admin.tui.expiring import ExpiryFollowing
from tui_admin.tui.lists.list_screen import nothing_current
from tui_admin.tui.lists.record_list import RecordList
from tui_admin.tui.lists.spec import ListSpec, Tab
from tui_admin.tui.screens import PLACES

HERE = 1
"""Which of the tabs this is."""


class BatchesScreen(ExpiryFollowing):
    """Who sent what when, how many came in, and where the others are stuck."""

    SECTION = "batches"
    heading = "Batches"
    spec = ListSpec(
        BATCHES,
        lambda desk: desk.batches,
        (Tab("Invitations", place="invitations"), Tab("Batches")),
        "i on screen 2 invites people",
        lambda desk: desk.invitations,
    )

    @cached_property
    def list(self) -> RecordList:
        """The list, which is the second of the tabs."""
        made = RecordList(self.spec)
        made.tab = made.tabs.active = HERE
        return made

    @command(
        "enter",
        "Invitations",
        "Show the invitations of the batch.",
        cli="invitations list --batch {id}",
        why_not=nothing_current,
        priority=10,
    )
    def open_invitations(self) -> None:
        """Show the invitations that were sent together."""
        self.show_details(True)

    def show_details(self, shown: bool) -> None:
        """Go to the batch's invitations: they say all there is to know of it."""
        row = self.list.current
        if shown and row is not None:
            place = next(each for each in PLACES if each.module == "invitations")
            self.dashboard.go(place, f"batch:{row.id}")
