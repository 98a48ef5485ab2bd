"""Screen 3: who waits for approval, with everything needed to decide beside it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from textual import on

from tui_admin.domain.errors import AdminError, Reason, because
from tui_admin.domain.lists.approvals import APPROVALS, AWAKE, SNOOZED
from tui_admin.domain.outcomes import Picks
from tui_admin.tui.approving import (
    DecidingScreen,
    called,
    chosen_of,
    everybody,
    place_wanted,
    reasons_of,
)
from tui_admin.tui.commands import command, nothing_selected
from tui_admin.tui.lists.record_list import RecordList
from tui_admin.tui.lists.spec import ListSpec, Tab
from tui_admin.tui.sheets import sheet
from tui_admin.tui.working import background

if TYPE_CHECKING:
    from textual.content import Content

    from tui_admin.domain.listings import Listing
    from tui_admin.services.facade import Desk

ORDER = ("submitted_at", "display_name", "organisation", "product", "warnings", "email")
"""The columns: how long somebody waits stands first, since the oldest do."""
RANK = {"submitted_at": 0, "display_name": 0, "organisation": 1, "product": 2}


def _as_shown(listing: Listing) -> Listing:
    """Return the listing with the columns in the order of the screen."""
    fields = (listing.field(name) for name in ORDER)
    ranked = tuple(each._replace(priority=RANK.get(each.name, 6)) for each in fields)
    return listing._replace(fields=ranked)


def _nobody(screen: ApprovalsScreen) -> Reason | None:
    return None if screen.list.under_cursor else because("nothing_selected")


def _put_off(screen: ApprovalsScreen) -> Reason | None:
    shown = screen.list.spec.tabs[screen.list.tab].status == SNOOZED
    return because("snoozed_already") if shown else nothing_selected(screen)


def _awake(screen: ApprovalsScreen) -> Reason | None:
    shown = screen.list.spec.tabs[screen.list.tab].status == SNOOZED
    return nothing_selected(screen) if shown else because("not_snoozed")


LOOK_AGAIN = 20.0
"""Seconds between two looks at the clock: who was put off comes back, who waits becomes late."""


class ApprovalsScreen(DecidingScreen):
    """The queue; each decision moves on to the next person."""

    SECTION = "approvals"
    CSS_PATH = sheet("approvals")
    heading = "Approvals"
    spec = ListSpec(
        _as_shown(APPROVALS),
        lambda desk: desk.approvals,
        (Tab("Waiting", AWAKE), Tab("Put off", SNOOZED)),
        "Those who register for what needs approval appear here at once.",
        nobody="Nobody waits.",
    )

    beside = True
    APPROVE = "approvals.approve"

    def on_mount(self) -> None:
        """Look at the clock from now on."""
        self.set_interval(LOOK_AGAIN, self._look_again)

    def _look_again(self) -> None:
        """Read again where the clock alone may have changed what is shown."""
        put_off = self.list.tabs.counts[1]
        if self.is_current and put_off is not None and put_off.number:
            self.list.moved(shown=True)

    # What is shown

    @property
    def shown_row(self) -> Any:
        """Return the row whose details are shown, also one that was decided on meanwhile."""
        return self.list.under_cursor

    def picked(self) -> Picks | None:
        """Return whom a decision is for; on one who was decided on meanwhile it is told by whom."""
        row = self.list.under_cursor
        return self.list.picks() or (Picks.rows([(row.id, row.version)]) if row else None)

    def glimpse(self, row: Any) -> Content:
        """Return who it is: another person's details must not stand beside this row."""
        from tui_admin.tui.details.candidate import glimpse

        return glimpse(row, self.dashboard.now())

    async def details_of(self, desk: Desk, row: Any) -> Content:
        """Return everything needed to decide."""
        from tui_admin.tui.details.candidate import candidate_details

        return candidate_details(await desk.approvals.show(row.id), self.dashboard.now())

    @on(RecordList.CurrentChanged)
    def _look_what_became(self) -> None:
        if self.list.table.gone is not None:
            background(self, self._tell_gone, self.list.table.gone, group="gone")

    async def _tell_gone(self, row: Any) -> None:
        """Say by whom somebody was decided on who just left the queue."""
        from tui_admin.tui.details.candidate import decision_words

        with suppress(AdminError):
            candidate = await self.dashboard.opened_desk.approvals.show(row.id)
            self.list.tell_gone(row, decision_words(candidate, self.dashboard.now()))

    # Deciding

    @command(
        "a",
        "Approve",
        "Let the person go on; u takes it back.",
        needs="can_approve",
        cli="approvals approve {id}",
        why_not=nothing_selected,
        priority=10,
    )
    async def approve(self, picks: Picks) -> None:
        """Approve at once; ask where there is something to look at, or where several are meant."""
        wanted, place = await self._wanted(picks)
        if wanted is not None:
            approvals = self.dashboard.opened_desk.approvals
            await self.act(approvals.approve(wanted, place), leaving=True)

    async def _wanted(self, picks: Picks) -> tuple[Picks | None, str]:
        """Return those of the picked who are to be approved, or None, and where to, if asked."""
        app = self.dashboard
        if picks.where is not None:
            rows = await everybody(app.opened_desk.approvals, picks.where, self.list.sort)
            return await chosen_of(app, rows), ""
        rows = self._rows_of(picks)
        if len(picks.named) > 1:
            return await chosen_of(app, rows), ""
        place = await place_wanted(app, rows[0]) if rows else ""
        return (None, "") if place is None else (picks, place)

    def _rows_of(self, picks: Picks) -> list[Any]:
        """Return the picked rows as they were seen last."""
        if picks.where is not None:
            return self.list.picked_rows()
        table = self.list.table
        known = table.marks | {row.id: row for row in table.run.rows}
        return [known[each.id] for each in picks.named if each.id in known]

    @command(
        "r",
        "Reject",
        "Turn people down with a reason they are told.",
        needs="can_approve",
        cli="approvals reject {id} --reason TEXT",
        why_not=nothing_selected,
        priority=11,
    )
    async def reject(self, picks: Picks) -> None:
        """Ask for the reason, and reject."""
        reason = await self._words_for(
            picks,
            "Reject {who}?",
            heading="Reject",
            yes="Reject",
            hint="the reason, which is mailed to them",
            offers=reasons_of(self.dashboard),
        )
        if reason is not None:
            approvals = self.dashboard.opened_desk.approvals
            await self.act(approvals.reject(picks, reason), leaving=True)

    async def _words_for(self, picks: Picks, question: str, **options: Any) -> str | None:
        """Ask for words that these people are mailed; `options` are those of `AskReason`."""
        from tui_admin.tui.dialogs.reason import AskReason

        rows = self._rows_of(picks)
        total = picks.seen.number if picks.seen else len(rows)
        who = "this person" if total == 1 else f"these {total:,} people"
        people = tuple(called(each) for each in rows[:10])
        dialog = AskReason(question.format(who=who), people, total=total, required=True, **options)
        words: str | None = await self.app.push_screen_wait(dialog)
        return words

    @command(
        "e",
        "Ask",
        "Ask the person for more before deciding.",
        needs="can_approve",
        cli="approvals ask {id} --text TEXT",
        why_not=nothing_selected,
        priority=13,
    )
    async def ask(self, picks: Picks) -> None:
        """Ask in one's own words; the person's details open again."""
        text = await self._words_for(
            picks,
            "What do you need of {who}?",
            heading="Ask for more",
            yes="Ask",
            hint="in your words, which are mailed to them",
        )
        if text is not None:
            triage = self.dashboard.opened_desk.triage
            await self.act(triage.ask(picks, text), leaving=True)

    @command(
        "v",
        "Validate",
        "Vouch that they are who they say they are.",
        needs="can_approve",
        cli="approvals validate {id}",
        why_not=nothing_selected,
        priority=14,
    )
    async def validate(self, picks: Picks) -> None:
        """Vouch for the personal details, and move on; u takes it back."""
        outcome = await self.act(self.dashboard.opened_desk.triage.validate(picks))
        if outcome.done and len(picks.named) == 1:
            table = self.list.table
            table.go_to(min(table.at + 1, len(table.run.rows) - 1))

    @command(
        "z",
        "Put off",
        "Leave them out of the queue for a while.",
        needs="can_approve",
        cli="approvals snooze {id} --for TIME",
        why_not=_put_off,
        priority=15,
    )
    async def snooze(self, picks: Picks) -> None:
        """Choose until when, and move on."""
        from tui_admin.domain.snoozing import offered
        from tui_admin.tui.dialogs.choose import Choose, Item

        times = offered(self.dashboard.now().astimezone())
        items = tuple(
            Item(f"{number}", each.words, f"{each.at:%a %d %b %H:%M}")
            for number, each in enumerate(times)
        )
        chosen: str | None = await self.app.push_screen_wait(Choose("Put off for …", items))
        if chosen is not None:
            triage = self.dashboard.opened_desk.triage
            await self.act(triage.snooze(picks, times[int(chosen)].at), leaving=True)

    @command(
        "z",
        "Back",
        "Put them back into the queue.",
        needs="can_approve",
        cli="approvals wake {id}",
        why_not=_awake,
        priority=15,
    )
    async def wake(self, picks: Picks) -> None:
        """Put people who were put off back."""
        await self.act(self.dashboard.opened_desk.triage.wake(picks), leaving=True)

    @command("s", "Skip", "Look at the next without deciding.", why_not=_nobody, priority=12)
    def skip(self) -> None:
        """Go on by one."""
        table = self.list.table
        if table.at + 1 < len(table.run.rows):
            table.go_to(table.at + 1)
        else:
            self.dashboard.tell("That was the last one. g goes back to the first.")
