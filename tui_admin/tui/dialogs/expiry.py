"""Until when invitations shall hold, typed as a date or as a length of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.content import Content
from textual.widgets import Input, Static

from tui_admin.domain.errors import Refused
from tui_admin.domain.expiry import read_expiry
from tui_admin.domain.text import safe
from tui_admin.tui.dialogs.base import Dialog
from tui_admin.tui.dialogs.confirm import naming, told
from tui_admin.tui.present import age
from tui_admin.tui.sheets import sheet
from tui_admin.tui.typing_line import TypingLine

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.app import ComposeResult

    from tui_admin.domain.outcomes import Outcome


def until_words(until: datetime, now: datetime) -> str:
    """Return a moment in the operator's zone: `Until Thursday 2026-12-31 24:00, in 35 d`."""
    there = until.astimezone()
    return f"Until {there:%A %Y-%m-%d %H:%M}, {age(until, now)}"


class AskExpiry(Dialog["datetime"]):
    """Ask for another expiry, reading it as it is typed; gives the moment, or None for no."""

    CSS_PATH = sheet("dialogs")
    heading = "Expiry"
    keys = (("enter", "Set"), ("esc", "Cancel"))

    def __init__(
        self,
        asked: str,
        people: tuple[str, ...],
        *,
        total: int,
        plan: Outcome,
        now: Callable[[], datetime],
    ) -> None:
        """Ask about these people; `plan` is what a rehearsal of the act came to."""
        super().__init__(id="expiry")
        self._asked, self._people = asked, naming(people, total)
        self._plan, self._now = plan, now

    def fill(self) -> ComposeResult:
        """Yield the question, the people and the field."""
        yield Static(Content(safe(self._asked)), classes="question")
        yield Static(Content(self._people), classes="people")
        yield from told(self._plan)
        yield TypingLine("", placeholder="14d, 2 weeks, 2026-12-31", max_length=40, id="until")

    def on_mount(self) -> None:
        """Say what becomes of links."""
        self.notice.tell("The links that people have hold until then.", "info")

    @on(Input.Changed, "#until")
    def _read(self, event: Input.Changed) -> None:
        if not event.value.strip():
            return
        try:
            until = read_expiry(event.value, self._now())
        except Refused as refused:
            self.notice.tell(refused.reason, "info")
        else:
            self.notice.tell(until_words(until, self._now()), "info")

    @on(Input.Submitted, "#until")
    def _take(self, event: Input.Submitted) -> None:
        try:
            until = read_expiry(event.value, self._now())
        except Refused as refused:
            self.notice.tell(refused.reason)
        else:
            self.dismiss(until)
