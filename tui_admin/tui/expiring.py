"""Lists that read otherwise as the clock passes: what has expired is shown as expired at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on

from tui_admin.domain.errors import AdminError
from tui_admin.tui.lists.list_screen import ListScreen
from tui_admin.tui.lists.record_list import RecordList
from tui_admin.tui.working import background

if TYPE_CHECKING:
    from datetime import datetime

TICK = 1.0
"""Seconds between two looks at the clock; only when something expired is anything read."""


class ExpiryFollowing(ListScreen):
    """A screen that reads again once the next invitation has expired."""

    _expires_at: datetime | None = None

    def on_mount(self) -> None:
        """Look at the clock from now on."""
        self.set_interval(TICK, self._look_at_the_clock)

    @on(RecordList.RowsArrived)
    def _rows_came(self) -> None:
        background(self, self._learn_expiry, group="expiry")

    async def _learn_expiry(self) -> None:
        try:
            self._expires_at = await self.dashboard.opened_desk.invitations.next_expiry()
        except AdminError:
            return  # the rows say what is wrong

    def _look_at_the_clock(self) -> None:
        if self._expires_at is not None and self._expires_at <= self.dashboard.now():
            self._expires_at = None
            self.list.moved(shown=self.is_current)
