"""Screen 9: the environment at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_admin.domain.errors import AdminError
from tui_admin.i18n import say
from tui_admin.tui.commands import command
from tui_admin.tui.frame import Framed
from tui_admin.tui.messages import Opened, StoreMoved
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import ScreenResume

    from tui_admin.domain.errors import Reason
    from tui_admin.services.overview import Numbers

PARTS = ("users", "invitations", "waiting", "decided", "mail", "portal", "events")


class OverviewScreen(Framed):
    """Users, invitations, approvals, mail and the last events in numbers."""

    class Counted(Message, bubble=False):
        """Numbers arrived, or the reason there are none."""

        def __init__(self, numbers: Numbers | None, reason: Reason | None = None) -> None:
            """Carry them."""
            super().__init__()
            self.numbers = numbers
            self.reason = reason

    SECTION = "overview"
    CSS_PATH = sheet("overview")
    heading = "Overview"
    numbers: Numbers | None = None

    def body(self) -> ComposeResult:
        """Yield the blocks."""
        with Vertical(id="glance"):
            yield Static("Reading the numbers …", id="blank", markup=False)
            with Horizontal(id="people"):
                yield Static(id="users", markup=False)
                yield Static(id="invitations", markup=False)
            yield Static(id="waiting", markup=False)
            yield Static(id="decided", markup=False)
            yield Static(id="mail", markup=False)
            yield Static(id="portal", markup=False)
            yield Static(id="events", markup=False)

    def on_mount(self) -> None:
        """Read at once where the store is open already."""
        super().on_mount()
        self._show_blank("Reading the numbers …")
        self._read()

    @command("escape", "Back", "Go back to the screen before.", priority=0)
    def step_back(self) -> None:
        """Go back to where the operator came from."""
        self.dashboard.back()

    @on(Opened)
    @on(StoreMoved)
    def _moved(self) -> None:
        if self.is_current:
            self._read()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Catch up with what changed meanwhile."""
        super().on_screen_resume(event)
        self._read()

    @work(group="numbers", exclusive=True)
    async def _read(self) -> None:
        desk = self.dashboard.desk
        if desk is None:
            return
        try:
            self.post_message(self.Counted(await desk.overview.numbers()))
        except AdminError as error:
            self.post_message(self.Counted(None, error.reason))

    @on(Counted)
    def _counted(self, event: Counted) -> None:
        self.numbers = event.numbers
        if event.reason is not None:
            self._show_blank(f"{say(event.reason)}\n\nctrl+r tries again")
        else:
            self._paint()
        self.dashboard.first_rows()

    def on_resize(self) -> None:
        """Fit the bars and the events to the room there is."""
        self.call_after_refresh(self._paint)

    def _show_blank(self, text: str) -> None:
        self.query_one("#blank", Static).update(Content(text))
        self.set_class(True, "-blank")

    def _paint(self) -> None:
        numbers = self.numbers
        if numbers is None:
            return
        from tui_admin.tui import glance

        self.set_class(False, "-blank")
        now, width = self.dashboard.now(), self.size.width - 4
        half = (width - 4) // 2
        served = self.dashboard.wiring.portal
        decided = glance.decided(numbers, width)
        rows = self.size.height - 17 - bool(served) - bool(decided.plain)
        texts = (
            glance.users(numbers, half),
            glance.invitations(numbers, half),
            glance.waiting(numbers, now),
            decided,
            glance.mail(numbers.mail, now),
            glance.portal(served),
            glance.recent(numbers.recent, width, rows, now),
        )
        for name, text in zip(PARTS, texts, strict=True):
            self.query_one(f"#{name}", Static).update(text)
        may_see_mail = self.dashboard.may("can_manage_mail")
        self.query_one("#mail").display = may_see_mail
        self.query_one("#portal").display = bool(served)
        self.query_one("#waiting").display = self.dashboard.may("can_approve")
        self.query_one("#decided").display = bool(decided.plain)
