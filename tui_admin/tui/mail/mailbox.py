"""The demo's mailbox: the mails that were caught, as their recipients would read them."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Protocol

from rich.cells import cell_len
from textual import on, work
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tui_admin.domain.text import safe
from tui_admin.tui.present import age, cut, email_fitted

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

LONGEST = 20_000
"""Characters of a mail that are shown."""
LINK = re.compile(r"https?://[^\s<>\"]+")
NONE_YET = "No mail was caught yet. Invite somebody, and wait for the undo window to close."


class Caught(Protocol):
    """A caught mail, as the mailbox's reader gives it."""

    @property
    def id(self) -> str:
        """What it is known by."""

    @property
    def to(self) -> str:
        """Whom it was for."""

    @property
    def subject(self) -> str:
        """What it says it is about."""

    @property
    def received_at(self) -> datetime:
        """When it was caught."""

    @property
    def text(self) -> str:
        """All of its text."""


def row(mail: Caught, width: int, who: int, now: datetime) -> Content:
    """Return a mail as one line: age, recipient in `who` cells, subject."""
    to = email_fitted(safe(mail.to, 120), who)
    room = max(8, width - who - 12)
    return Content.assemble(
        (f"{age(mail.received_at, now):>8}", "$off"),
        f"  {to:<{who}}  ",
        cut(safe(mail.subject, 120), room),
    )


def letter(mail: Caught) -> Content:
    """Return a mail in full; its first link stands out."""
    text = safe(mail.text, LONGEST, lines=True)
    found = LINK.search(text)
    parts: list[str | tuple[str, str]] = [
        (f"{safe(mail.subject)}\n", "bold"),
        (f"to {safe(mail.to)}\n\n", "$off"),
    ]
    if found is None:
        return Content.assemble(*parts, text)
    start, end = found.span()
    return Content.assemble(*parts, text[:start], (text[start:end], "bold $accent"), text[end:])


class MailboxView(Container, can_focus=False):
    """A list of caught mails, and the one under the cursor in full."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "step(1)", show=False),
        Binding("k", "step(-1)", show=False),
        Binding("g", "jump(False)", show=False),
        Binding("G,shift+g", "jump(True)", show=False),
        Binding("ctrl+d,pagedown", "scroll_letter(1)", show=False),
        Binding("ctrl+u,pageup", "scroll_letter(-1)", show=False),
    ]

    class Read(Message):
        """The mailbox was read."""

        def __init__(self, mails: tuple[Caught, ...]) -> None:
            """Carry what is in it."""
            super().__init__()
            self.mails = mails

    class Shown(Message):
        """Another mail is under the cursor, or none is."""

    def __init__(self, read: Callable[[], tuple[Caught, ...]]) -> None:
        """Show what this reader finds."""
        super().__init__(id="mailbox")
        self._reader = read
        self.mails: tuple[Caught, ...] = ()

    def compose(self) -> ComposeResult:
        """Lay out the list and the letter."""
        yield OptionList(id="caught", compact=True, markup=False)
        with VerticalScroll(id="letter", can_focus=False):
            yield Static(NONE_YET, id="text", markup=False)

    @property
    def rows(self) -> OptionList:
        """The list."""
        return self.query_one("#caught", OptionList)

    @property
    def current(self) -> Caught | None:
        """The mail under the cursor."""
        at = self.rows.highlighted
        return self.mails[at] if at is not None and at < len(self.mails) else None

    @property
    def link(self) -> str:
        """The first link of the current mail, or nothing."""
        found = LINK.search(self.current.text) if self.current else None
        return found.group() if found else ""

    @work(group="mailbox", exclusive=True)
    async def read(self) -> None:
        """Look into the mailbox again."""
        self.post_message(self.Read(await asyncio.to_thread(self._reader)))

    @on(Read)
    def _arrived(self, event: Read) -> None:
        event.stop()
        if event.mails != self.mails:
            self._show(event.mails)

    def on_resize(self) -> None:
        """Fit the rows to the width."""
        if self.mails:
            self._show(self.mails)

    def _show(self, mails: tuple[Caught, ...]) -> None:
        """Show these mails; the cursor stays on its mail."""
        before = self.current
        self.mails = mails
        now, width = datetime.now(UTC), self.size.width - 2
        longest = max((cell_len(safe(each.to, 120)) for each in mails), default=0)
        who = max(20, min(longest, width // 2))
        self.rows.clear_options()
        self.rows.add_options(Option(row(each, width, who, now)) for each in mails)
        at = [each.id for each in mails].index(before.id) if before in mails and before else 0
        self.rows.highlighted = at if mails else None
        self._tell()

    @on(OptionList.OptionHighlighted)
    def _tell(self) -> None:
        current = self.current
        self.query_one("#text", Static).update(letter(current) if current else NONE_YET)
        self.query_one("#letter").scroll_home(animate=False)
        self.post_message(self.Shown())

    def action_step(self, by: int) -> None:
        """Go to the next or the previous mail."""
        if self.mails:
            at = (self.rows.highlighted or 0) + by
            self.rows.highlighted = max(0, min(at, len(self.mails) - 1))

    def action_jump(self, last: bool) -> None:
        """Go to the first or the last mail."""
        if self.mails:
            self.rows.highlighted = len(self.mails) - 1 if last else 0

    def action_scroll_letter(self, by: int) -> None:
        """Scroll the letter by a page."""
        page = self.query_one("#letter")
        page.scroll_relative(y=by * max(1, page.size.height - 2), animate=False)
