"""The dashboard: wires the store, the operator, the screens and the frame together, and no more."""

from __future__ import annotations

import importlib
from asyncio import gather
from datetime import UTC, datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from tui_admin.domain.errors import AdminError, OutOfReach, Reason, because
from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.everywhere import Everywhere
from tui_admin.tui.frame import Framed
from tui_admin.tui.gate import Gate
from tui_admin.tui.messages import OrganisationChanged, StoreMoved
from tui_admin.tui.notices import Notice, Notices
from tui_admin.tui.opening import follow, open_store
from tui_admin.tui.screens import PLACES, Place
from tui_admin.tui.sheets import sheet
from tui_admin.tui.terminal.app import SturdyApp, run
from tui_admin.tui.working import background

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Mapping
    from pathlib import Path

    from textual.events import Event
    from textual.message import Message
    from textual.screen import Screen
    from textual.timer import Timer

    from tui_admin.domain.listings import Count
    from tui_admin.domain.outcomes import Outcome, Undo
    from tui_admin.domain.permissions import Rights
    from tui_admin.services.facade import Desk, Hub
    from tui_admin.services.operators import Operator
    from tui_admin.tui.working import Stoppable

PAINTED = 0.2
"""Seconds after which rows that have just been read are on the screen of a slow line, too."""


class Wiring(NamedTuple):
    """What bootstrap hands in.

    `identify` says who is at the keyboard; without it the operator signs in. `send_mail` runs the
    mail worker for as long as the dashboard is open, and is started after the first rows.
    `read_mailbox` reads the demo's mailbox, newest first; elsewhere there is none. `portal` is the
    address of the pages for invitees where the dashboard serves them. `keymap` gives commands other
    keys, by id. `incidents` is the directory for records of crashes. `files` says whether the files
    that this process can read are the operator's to read, too; `bell` whether the terminal's rings
    when somebody comes to wait for approval.
    """

    environment: str
    connect: Callable[[], Awaitable[Hub]]
    incidents: Path
    identify: Callable[[Hub], Awaitable[Operator]] | None = None
    send_mail: Callable[[Hub], Coroutine[Any, Any, None]] | None = None
    read_mailbox: Callable[[], tuple[Any, ...]] | None = None
    portal: str = ""
    keymap: Mapping[str, str] = {}
    theme: str = "tui-admin"
    mouse: bool = True
    files: bool = True
    bell: bool = False


class Dashboard(Everywhere, SturdyApp):
    """The app; what every screen may ask of it is public here."""

    CSS_PATH: ClassVar[Any] = [sheet("base"), sheet("frame"), sheet("lists")]
    ENABLE_COMMAND_PALETTE = False
    TITLE = "tui-admin"

    def __init__(self, wiring: Wiring) -> None:
        """Wire, but open nothing yet."""
        super().__init__(incidents=wiring.incidents, mouse=wiring.mouse, theme_name=wiring.theme)
        self.wiring = wiring
        self.environment = wiring.environment
        self.organisation = ""
        self.hub: Hub | None = None
        self.desk: Desk | None = None
        self.operator: Operator | None = None
        self.rights: Rights | None = None
        self.left: dict[str, dict[str, Any]] = {}
        self.waiting: Count | None = None
        self.notices = Notices()
        self.running: list[Stoppable] = []
        self.left_alone: Outcome | None = None
        self.gate = Gate(self)
        self.clock: Callable[[], float] = monotonic
        self.now: Callable[[], datetime] = partial(datetime.now, UTC)
        self._trail: list[Place] = []
        self._ticking: Timer | None = None
        self._send_mail = wiring.send_mail
        self.update_keymap(dict(wiring.keymap))

    def run_dashboard(self) -> int:
        """Run on this terminal and return the exit status."""
        return run(self)

    # Screens

    def get_default_screen(self) -> Screen[Any]:
        """Return screen 1: an empty one below it would be laid out and painted for nothing."""
        self._trail.append(PLACES[0])
        return self._screen_of(PLACES[0])

    def on_ready(self) -> None:
        """Open the store once the first frame is there."""
        self.open_store()

    async def on_unmount(self) -> None:
        """Let go of the store, once nobody reads from it any more."""
        self.workers.cancel_all()
        await gather(*(each.wait() for each in self.workers), return_exceptions=True)
        if self.hub is not None:
            await self.hub.close()

    def go(self, place: Place, query: str | None = None) -> None:
        """Show a numbered screen, and of its list what matches a query."""
        if not self._trail or self._trail[-1] != place:
            self._trail = [each for each in self._trail if each != place] + [place]
            self._show(place)
        if query is not None:
            screen: Any = self._screen_of(place)
            screen.call_later(screen.narrow, query)

    def back(self) -> None:
        """Show the numbered screen that was there before."""
        if len(self._trail) > 1:
            self._trail.pop()
            self._show(self._trail[-1])

    def _show(self, place: Place) -> None:
        """Put a screen above screen 1, which is always the lowest, or go back to that one."""
        if place == PLACES[0]:
            self.pop_screen()
        elif len(self.screen_stack) == 1:
            self.push_screen(self._screen_of(place))
        else:
            self.switch_screen(self._screen_of(place))

    def _screen_of(self, place: Place) -> Screen[Any]:
        name = place.module
        if not self.is_screen_installed(name):
            module = importlib.import_module(f"tui_admin.tui.screens.{name}")
            self.install_screen(getattr(module, place.screen)(), name)
        return self.get_screen(name)

    async def on_event(self, event: Event) -> None:
        """Let the gate see every key on its way."""
        from textual.events import Key

        if isinstance(event, Key) and not event.is_forwarded:
            self.gate.saw(event)
        await super().on_event(event)

    def open_store(self) -> None:
        """Connect, find out who is at the keyboard, and follow the store."""
        background(self, open_store, self, group="opening")

    def first_rows(self) -> None:
        """Start what can wait until the rows are painted: the mail worker, and the portal."""
        send_mail, self._send_mail = self._send_mail, None
        if send_mail is not None:
            self.set_timer(PAINTED, partial(self._begin_sending, send_mail))

    def _begin_sending(self, send_mail: Callable[[Hub], Coroutine[Any, Any, None]]) -> None:
        if self.hub is None:
            return
        background(self, send_mail, self.hub, group="mail")
        if self.wiring.portal:
            self.tell(f"The pages for invitees are at {safe(self.wiring.portal)}")

    @property
    def opened_desk(self) -> Desk:
        """Return the services; raises `OutOfReach` as long as the store is not open."""
        if self.desk is None:
            raise OutOfReach("still_connecting")
        return self.desk

    def announce(self, make: Callable[[], Message]) -> None:
        """Post a message to every screen there is, shown or not."""
        for each in {*self.screen_stack, *map(self.get_screen, self._installed_screens)}:
            if each.is_running:
                each.post_message(make())

    def moved(self) -> None:
        """Have every screen read again; a store that was away is looked for at once."""
        if self.desk is None:
            self.open_store()
        elif self.notices.offline:
            background(self, follow, self, -1, group="feed")
        else:
            self.announce(StoreMoved)

    def narrow(self, organisation: str) -> None:
        """Narrow the lists to one organisation, or to none with an empty name."""
        self.organisation = organisation
        self.announce(OrganisationChanged)
        self.frame_again()

    # Rights

    def may(self, permission: str) -> bool:
        """Say whether the operator has a permission anywhere; the services decide for each act."""
        return self.lacks(permission) is None

    def lacks(self, permission: str) -> Reason | None:
        """Return why the operator has not got a permission, or None."""
        if self.rights is None:
            return because("still_connecting")
        if self.rights.scope(permission):
            return None
        return because("not_allowed", permission=permission)

    # What there is to say

    @property
    def notice(self) -> Notice | None:
        """What the status line says now."""
        return self.notices.line(self.clock())

    def tell(self, text: str, tone: str = "info") -> None:
        """Say something in the status line for a few seconds."""
        self.notices.say(text, tone, self.clock())
        self.frame_again()

    def refuse(self, reason: Reason) -> None:
        """Say why something is not done."""
        self.tell(say(reason), "warning")

    def fault(self, error: AdminError) -> None:
        """Say what went wrong."""
        self.tell(say(error.reason), "error")

    def acted(self, said: str, undo: Undo | None) -> None:
        """Say what was done and offer to take it back as long as that is promised."""
        if undo is None:
            self.tell(said, "success")
            return
        seconds = self._seconds_for(undo)
        if seconds is not None and seconds <= 0:
            self.tell(said, "success")
            return
        self.notices.acted(said, undo, self.clock(), seconds)
        if seconds is None:
            self.tell(f"{said} · u takes it back", "success")
        self.frame_again()

    def acted_before(self, said: str, undo: Undo) -> None:
        """Offer to take back what was done before the program began, behind what was done since."""
        seconds = self._seconds_for(undo)
        if seconds is not None and seconds > 0:
            self.notices.acted_before(said, undo, self.clock() + seconds)
            self.frame_again()

    def _seconds_for(self, undo: Undo) -> float | None:
        return None if undo.until is None else (undo.until - self.now()).total_seconds()

    def tell_outcome(self, outcome: Outcome) -> None:
        """Say what an act did; the rows that were left alone are one sentence here."""
        from tui_admin.tui.present import outcome_words

        text, tone = outcome_words(outcome)
        if outcome.undo and outcome.done:
            self.acted(text, outcome.undo)
        else:
            self.tell(text, tone)

    async def confirm(
        self, question: str, people: tuple[str, ...], yes: str, *, total: int = 0, detail: str = ""
    ) -> bool:
        """Ask once; call it in a worker, as a command's handler is."""
        from tui_admin.tui.dialogs.confirm import Confirm

        dialog = Confirm(question, people, total=total, detail=detail, yes=yes)
        answer: bool | None = await self.push_screen_wait(dialog)
        return answer is True

    # What goes on

    def begin(self, doing: Stoppable) -> None:
        """Know of an act that takes its time."""
        self.running.append(doing)

    def progress(self, words: str) -> None:
        """Say how far it has come."""
        self.notices.doing = words
        self.frame_again()

    def end(self, doing: Stoppable) -> None:
        """Forget it."""
        self.running.remove(doing)
        self.progress("")

    def frame_again(self) -> None:
        """Let the frame of the screen look again, and once more when its banner counts on."""
        for each in self.screen_stack:
            if isinstance(each, Framed):
                each.frame_again()
        if self._ticking:
            self._ticking.stop()
        wait = self.notices.next_change(self.clock())
        self._ticking = self.set_timer(wait, self.frame_again) if wait is not None else None
