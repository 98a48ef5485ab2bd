"""Screen 7: the mails that were decided on, how their sending goes, and the demo's mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import on, work
from textual.containers import Vertical

from tui_admin.domain.errors import AdminError, Reason, because
from tui_admin.domain.lifecycle import MESSAGE_STATUSES
from tui_admin.domain.lists.outbox import MESSAGES
from tui_admin.domain.outcomes import Picks
from tui_admin.tui.commands import Command, command
from tui_admin.tui.frame import FooterLine
from tui_admin.tui.lists.chrome import Said, TabsLine
from tui_admin.tui.lists.list_screen import ListScreen
from tui_admin.tui.lists.spec import ListSpec, Tab
from tui_admin.tui.mail.health import amounts_line, state_line
from tui_admin.tui.messages import Opened, StoreMoved
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from textual.app import ComposeResult
    from textual.content import Content
    from textual.events import Resize, ScreenResume

    from tui_admin.domain.outcomes import Outcome
    from tui_admin.services.facade import Desk
    from tui_admin.services.sending import MailHealth
    from tui_admin.tui.mail.mailbox import MailboxView

OUTBOX_TABS = (Tab("All"), *(Tab(each.capitalize(), each) for each in MESSAGE_STATUSES))
FAILED_TAB = Tab("Failed", "failed")
MAILBOX_TAB = Tab("Mailbox", place="mailbox")
OF_THE_LIST = frozenset({"open_details", "filter_rows", "mark_matching", "sort_rows"})
"""What a list's screen can do and the mailbox cannot."""
IN_DOUBT = "mail_in_doubt"
LOOK_AGAIN = 2.0
"""Seconds between two looks into the mailbox: its mails arrive without a word from the store."""


def _no_mail(screen: MailScreen) -> Reason | None:
    return None if screen.picked() and not screen.in_mailbox else because("nothing_selected")


def _none_failed(screen: MailScreen) -> Reason | None:
    health = screen.health
    return because("no_mail_failed") if health is not None and not health.failed.number else None


def _paused(screen: MailScreen) -> Reason | None:
    pause = screen.health.pause if screen.health else None
    return because("mail_paused_already", who=pause.by) if pause else None


def _runs(screen: MailScreen) -> Reason | None:
    return None if screen.health is not None and screen.health.pause else because("mail_not_paused")


def _no_link(screen: MailScreen) -> Reason | None:
    return None if screen.in_mailbox and screen.mailbox.link else because("mail_has_no_link")


def doubt_words(number: int, total: int) -> str:
    """Return what to know before mails go again that may have arrived."""
    if not number:
        return ""
    which = "It" if total == 1 else f"{number:,} of them" if number < total else "They"
    return (
        f"{which} may have arrived: the line broke at the hand-over. Who has it already gets it "
        "twice, with the same Message-ID."
    )


class MailScreen(ListScreen):
    """The outbox as a list; in the demo also what arrived."""

    SECTION = "mail"
    CSS_PATH = sheet("mail")
    heading = "Mail"
    tells_mail = True
    spec: ListSpec = ListSpec(
        MESSAGES,
        lambda desk: desk.outbox,
        OUTBOX_TABS,
        "Mail appears here as soon as somebody is invited: i on screen 1.",
    )
    health: MailHealth | None = None
    in_mailbox = False

    def body(self) -> ComposeResult:
        """Yield the state of the mail server, the outbox, and the mailbox where there is one."""
        read = getattr(self.dashboard.wiring, "read_mailbox", None)
        if read is not None:
            self.spec = self.spec._replace(tabs=(*OUTBOX_TABS, MAILBOX_TAB))
        with Vertical(id="health"):
            yield Said(id="health-state")
            yield Said(id="health-amounts")
        yield from super().body()
        if read is not None:
            from tui_admin.tui.mail.mailbox import MailboxView

            view = MailboxView(read)
            view.display = False
            yield view

    @property
    def mailbox(self) -> MailboxView:
        """The mailbox; only where the dashboard was handed one."""
        from tui_admin.tui.mail.mailbox import MailboxView

        return self.query_one(MailboxView)

    # The state of the mail server

    def on_mount(self) -> None:
        """Read at once where the store is open already, and follow the mailbox."""
        super().on_mount()
        self._read_health()
        self.set_interval(LOOK_AGAIN, self._look_again)

    def _look_again(self) -> None:
        """Follow what moves without a word from the store: caught mails, a rate, a countdown."""
        if self.is_current and self.health is not None:
            self._look_into_mailbox()
            if self.health.per_minute or self.health.next_at or self.health.retry_at:
                self._read_health()

    @on(Opened)
    @on(StoreMoved)
    def _health_moved(self) -> None:
        if self.is_current:
            self._read_health()
            self._look_into_mailbox()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Catch up with what changed meanwhile."""
        super().on_screen_resume(event)
        self._read_health()

    @work(group="health", exclusive=True)
    async def _read_health(self) -> None:
        desk = self.dashboard.desk
        if desk is None:
            return
        try:
            self.health = await desk.outbox.health()
        except AdminError:
            return  # the list says what is wrong
        self._tell_health()
        self.frame_again(FooterLine)

    def _tell_health(self) -> None:
        if self.health is not None:
            now, width = self.dashboard.now(), self.size.width
            self.query_one("#health-state", Said).say(state_line(self.health, now, width))
            self.query_one("#health-amounts", Said).say(amounts_line(self.health, now, width))

    def on_resize(self, event: Resize) -> None:
        """Fit the line about the mail server."""
        super().on_resize(event)
        self._tell_health()

    # The mailbox

    def refusal(self, wanted: Command) -> Reason | None:
        """Refuse in the mailbox what is about the outbox's list."""
        if self.in_mailbox and wanted.handler.__name__ in OF_THE_LIST:
            return because("nothing_selected")
        return super().refusal(wanted)

    def _show_tab(self, index: int) -> None:
        """Show the outbox narrowed to a tab, or the mailbox."""
        into = self.spec.tabs[index] is MAILBOX_TAB
        if into:
            self.list.tab = index
            tabs = self.list.query_one(TabsLine)
            tabs.active = index
            tabs.again()
        else:
            super()._show_tab(index)
        if into != self.in_mailbox:
            self._enter_mailbox(into)

    def _enter_mailbox(self, entered: bool) -> None:
        self.in_mailbox = entered
        self.show_details(False)
        self.set_class(entered, "-mailbox")
        self.mailbox.display = entered
        if entered:
            self.mailbox.rows.focus()
            self._look_into_mailbox()
        else:
            self.list.table.focus()
        self.frame_again(FooterLine)

    def on_mailbox_view_shown(self) -> None:
        """Light up or dim what can be done with the mail under the cursor."""
        self.frame_again(FooterLine)

    def _look_into_mailbox(self) -> None:
        if self.in_mailbox and self.is_current:
            self.mailbox.read()

    @command("c", "Copy link", "Copy the link of the caught mail.", why_not=_no_link, priority=40)
    def copy_link(self) -> None:
        """Put the link on the operator's clipboard."""
        self.app.copy_to_clipboard(self.mailbox.link)
        self.dashboard.tell("The link is on the clipboard.", "success")

    # The outbox

    async def details_of(self, desk: Desk, row: Any) -> Content:
        """Return everything about the mail, its text without the link."""
        from tui_admin.tui.mail.letter import mail_details

        return mail_details(await desk.outbox.show(row.id), self.dashboard.now())

    @command(
        "r",
        "Retry",
        "Queue the same mails again.",
        needs="can_manage_mail",
        cli="outbox retry {id}",
        why_not=_no_mail,
        priority=20,
    )
    async def retry(self, picks: Picks) -> None:
        """Queue the picked mails again; ask where it is several, or one that may have arrived."""
        await self._retry(picks)

    @command(
        "R,shift+r",
        "Retry failed",
        "Queue every failed mail again.",
        needs="can_manage_mail",
        cli="outbox retry --failed",
        why_not=_none_failed,
        priority=21,
    )
    async def retry_failed(self) -> None:
        """Queue all that failed again."""
        await self._retry(Picks.matching(FAILED_TAB.query))

    async def _retry(self, picks: Picks) -> None:
        def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
            return desk.outbox.retry(some, again=True)

        bulk = await self.foresee("Queueing", picks, do)
        if bulk is None:
            return
        doubt = doubt_words(await self._in_doubt(bulk.picks), bulk.total)
        if (bulk.is_for_one and not doubt) or await self.agreed(
            bulk, "Send {who} again?", "Retry", detail=doubt, danger=bool(doubt)
        ):
            await self.carry_out(bulk, do)

    async def _in_doubt(self, picks: Picks) -> int:
        """Return how many may have arrived: those that are spared unless one says so."""
        plan = await self.dashboard.opened_desk.rehearsing().outbox.retry(picks)
        return sum(each.reason is not None and each.reason.id == IN_DOUBT for each in plan.skipped)

    @command(
        "x",
        "Cancel",
        "These mails are not sent; r queues them again.",
        needs="can_manage_mail",
        cli="outbox drop {id}",
        why_not=_no_mail,
        priority=22,
    )
    async def drop(self, picks: Picks) -> None:
        """Cancel the picked mails, once it is confirmed."""

        def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
            return desk.outbox.drop(some)

        bulk = await self.foresee("Cancelling", picks, do)
        if bulk and await self.agreed(
            bulk, "Cancel {who}?", "Cancel", detail="r queues them again.", danger=True
        ):
            await self.carry_out(bulk, do)

    @command(
        "p",
        "Pause",
        "Hold mail back, but for codes and password links.",
        needs="can_manage_mail",
        cli="outbox pause",
        why_not=_paused,
        priority=23,
    )
    async def pause(self) -> None:
        """Pause at once; u takes it back."""
        await self._act_on_sending(self.dashboard.opened_desk.outbox.pause())

    @command(
        "p",
        "Resume",
        "Let mail go again.",
        needs="can_manage_mail",
        cli="outbox resume",
        why_not=_runs,
        priority=23,
    )
    async def resume(self) -> None:
        """Let mail go again at once; u takes it back."""
        await self._act_on_sending(self.dashboard.opened_desk.outbox.resume())

    async def _act_on_sending(self, doing: Awaitable[Outcome]) -> None:
        self.dashboard.tell_outcome(await doing)
        self._read_health()
