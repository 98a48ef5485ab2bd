"""A screen with a list: its details beside it or in front, and acts on what is picked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.containers import Horizontal
from textual.content import Content

from tui_admin.domain.errors import Reason, because
from tui_admin.tui.bulk import Bulk
from tui_admin.tui.commands import Command, command
from tui_admin.tui.details.pane import DetailsPane
from tui_admin.tui.frame import FooterLine
from tui_admin.tui.lists.arranging import ArrangedScreen
from tui_admin.tui.lists.chrome import TabsLine
from tui_admin.tui.lists.record_list import RecordList
from tui_admin.tui.lists.table import RecordTable
from tui_admin.tui.messages import Opened, OrganisationChanged, StoreMoved
from tui_admin.tui.screens import PLACES
from tui_admin.tui.working import background

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from textual.app import ComposeResult
    from textual.events import Resize, ScreenResume

    from tui_admin.domain.outcomes import Outcome, Picks
    from tui_admin.services.facade import Desk
    from tui_admin.tui.bulk import Do
    from tui_admin.tui.details.pane import Shown
    from tui_admin.tui.lists.spec import ListSpec

BESIDE = 110
"""Columns from which the details stand beside the list and not in front of it."""


LAST_QUESTION = "Also the last administrator of an organisation, which is left without?"


def nothing_current(screen: ListScreen) -> Reason | None:
    """Refuse where there is no current row."""
    return None if screen.list.current else because("nothing_selected")


class ListScreen(ArrangedScreen):
    """One list with its details; a subclass gives the spec, the details and the commands.

    With `beside` the details are up from the start wherever there is room beside the list.
    """

    spec: ListSpec
    beside: ClassVar[bool] = False
    _wide = False

    @cached_property
    def list(self) -> RecordList:
        """The list; it is there before it is mounted, since commands ask for its rows."""
        return RecordList(self.spec)

    @cached_property
    def details(self) -> DetailsPane:
        """The pane."""
        return DetailsPane()

    def body(self) -> ComposeResult:
        """Yield the list and the pane for details."""
        self.fit(self.app.size.width)
        with Horizontal(id="both"):
            yield self.list
            yield self.details

    def picked(self) -> Picks | None:
        """Return what an act is for."""
        return self.list.picks()

    def refusal(self, wanted: Command) -> Reason | None:
        """Refuse to act on one row where all were to be marked a moment ago."""
        if wanted.picks and self.list.marking:
            return because("still_at_it")
        return super().refusal(wanted)

    async def details_of(self, desk: Desk, row: Any) -> Shown:
        """Return what the pane beside the list shows of a row: a text, or sections."""
        del desk, row
        return Content("")

    async def is_sure(self, wanted: Command, picks: Any) -> bool:  # noqa: ARG002
        """Ask, naming the count and the people."""
        people, total = self.list.named()
        what = self.list.counted(total)
        return await self.dashboard.confirm(
            f"{wanted.label} {what}?", people, wanted.label, total=total, detail=wanted.help
        )

    def glimpse(self, row: Any) -> Content | None:  # noqa: ARG002
        """Return what the pane shows of a row before everything is read; None keeps what it has."""
        return None

    @property
    def shown_row(self) -> Any:
        """Return the row whose details are shown."""
        return self.list.current

    async def foresee(
        self, doing: str, picks: Picks, do: Do, *, even_last: Do | None = None, among: Any = None
    ) -> Bulk | None:
        """Find out what an act would do; None, once that is told, where it would do nothing.

        `among` is the list service that the picks come from, where that is not the list's own.
        `even_last` is the act that does not spare the last administrator of an organisation: it
        takes an answer of its own.
        """
        bulk = Bulk(self.dashboard, doing, picks)
        lister = among or self.list.spec.lister(self.dashboard.opened_desk)
        plan = await bulk.foresee(lister, do)
        if even_last and (spared := bulk.spared()):
            bulk.even_last = await self.dashboard.confirm(LAST_QUESTION, spared, "Them, too")
            if bulk.even_last:
                plan = await bulk.foresee(lister, even_last)
        if plan.done:
            return bulk
        await self._show(plan)
        return None

    async def agreed(
        self, bulk: Bulk, question: str, yes: str, *, detail: str = "", danger: bool = False
    ) -> bool:
        """Ask once about what was foreseen; `{who}` in the question becomes how many."""
        from tui_admin.tui.dialogs.confirm import Confirm

        asked = question.format(who=self.list.counted(bulk.total))
        dialog = Confirm(
            asked,
            bulk.people,
            total=bulk.total,
            detail=detail,
            yes=yes,
            danger=danger,
            plan=bulk.plan,
        )
        return await self.app.push_screen_wait(dialog) is True

    async def carry_out(self, bulk: Bulk, do: Do, *, leaving: bool = False) -> Outcome:
        """See through what was foreseen; those left alone can be tried once more."""
        outcome = await self._done(bulk.run(do), leaving)
        while await self._show(outcome, again=True):
            outcome = await self._done(bulk.again(outcome, do), leaving)
        return outcome

    async def act(self, doing: Awaitable[Outcome], *, leaving: bool = False) -> Outcome:
        """See an act through: run it, tell what it did, offer to take it back, read again.

        `leaving` says that the act takes rows off this list, so that the next one is looked at.
        """
        outcome = await self._done(doing, leaving)
        await self._show(outcome)
        return outcome

    async def _done(self, doing: Awaitable[Outcome], leaving: bool) -> Outcome:
        outcome = await doing
        self.list.table.unmark()
        if leaving:
            self.list.drop({row.id for row in outcome.done})
        self.list.moved(shown=self.is_current)
        self._follow_again()
        return outcome

    async def _show(self, outcome: Outcome, *, again: bool = False) -> bool:
        """Tell what an act did, row by row where that is more than a line; say whether to retry."""
        self.dashboard.tell_outcome(outcome)
        self.dashboard.left_alone = outcome if outcome.skipped else None
        if len(outcome.skipped) < 2 or not self.is_current:
            return False
        from tui_admin.tui.dialogs.outcome import ShowOutcome

        dialog = ShowOutcome(outcome, again=again)
        return await self.app.push_screen_wait(dialog) is True

    # What everybody tells it

    def on_mount(self) -> None:
        """Read at once where the store is open already."""
        if self.dashboard.desk is not None:
            self.list.read()

    @on(Opened)
    def _opened(self) -> None:
        self.list.read()

    @on(StoreMoved)
    def _store_moved(self) -> None:
        self.list.moved(shown=self.is_current)
        if self.is_current:
            self._follow_again()

    def _follow_again(self) -> None:
        """Read the details anew: they hold more than the row, and may change without it."""
        if self.details.shown and self.shown_row is not None:
            self._follow()

    @on(OrganisationChanged)
    def _organisation_changed(self) -> None:
        self.list.moved(shown=self.is_current)

    def on_screen_resume(self, _event: ScreenResume) -> None:
        """Catch up with what changed meanwhile."""
        self.list.refresh_if_stale()

    @on(RecordList.CurrentChanged)
    def _current_changed(self) -> None:
        self.frame_again(FooterLine)
        if self.details.shown:
            self._follow()

    def _follow(self, *, at_once: bool = False) -> None:
        row = self.shown_row
        glimpse = self.glimpse(row) if row is not None else None
        self.details.follow(row, self.details_of, at_once=at_once, glimpse=glimpse)

    @on(RecordList.MarksChanged)
    def _marks_changed(self) -> None:
        self.frame_again(FooterLine)

    @on(TabsLine.Chosen)
    def _tab_chosen(self, event: TabsLine.Chosen) -> None:
        self._show_tab(event.index)

    @on(RecordTable.Opened)
    def _row_opened(self) -> None:
        self.show_details(True)

    def on_resize(self, event: Resize) -> None:
        """Have the details beside the list or in front, as the width allows."""
        self.fit(event.size.width)

    def fit(self, width: int) -> None:
        """Know whether there is room beside the list; cheap before anything is mounted."""
        wide, self._wide = self._wide, width >= BESIDE
        self.set_class(self._wide, "-wide")
        if self.beside and wide != self._wide:
            self.details.shown = self._wide
            self.set_class(self._wide, "-details")
            if self._wide and self.shown_row is not None:
                self._follow(at_once=True)

    # Commands

    @command(
        "enter", "Details", "Show everything about the row.", why_not=nothing_current, priority=60
    )
    def open_details(self) -> None:
        """Show the details, or close them again."""
        self.show_details(not self.details.shown)

    def show_details(self, shown: bool) -> None:
        """Show or hide the details of the current row."""
        self.details.shown = shown
        self.set_class(shown, "-details")
        if shown:
            self._follow(at_once=True)
        (self.details if shown and not self.has_class("-wide") else self.list.table).focus()
        self.frame_again(FooterLine)

    @command("slash", "Filter", "Type what the list is narrowed to.", priority=70)
    def filter_rows(self) -> None:
        """Go to the query bar."""
        if self.has_class("-details") and not self.has_class("-wide"):
            self.show_details(False)
        self.list.bar.focus()
        background(self.list, self.list.learn_values, group="values")

    @command("asterisk", "Mark all", "Mark all that match; again: none.", priority=0)
    async def mark_matching(self) -> None:
        """Mark all that match."""
        await self.list.mark_all()

    @command(
        "left_square_bracket", "Tab before", "Show the tab to the left.", repeats=True, priority=0
    )
    def tab_before(self) -> None:
        """Show the tab to the left."""
        self._step_tab(-1)

    @command(
        "right_square_bracket", "Next tab", "Show the tab to the right.", repeats=True, priority=0
    )
    def tab_after(self) -> None:
        """Show the tab to the right."""
        self._step_tab(1)

    @command("escape", "Back", "Clear the filter, the marks; then go back.", priority=0)
    def step_back(self) -> None:
        """Undo the last narrowing of the view."""
        front = self.has_class("-details") and not self.has_class("-wide")
        if front:
            self.show_details(False)
        elif self.list.clear_filter():
            self.list.table.focus()
        elif self.list.table.marks or self.list.table.all_marked:
            self.list.table.unmark()
        elif self.details.shown and not self.beside:
            self.show_details(False)
        else:
            self.dashboard.back()

    def narrow(self, query: str) -> None:
        """Show what matches a query, as if it had been typed."""
        self.list.show_tab(0)
        self.list.bar.value = query

    def _step_tab(self, by: int) -> None:
        self._show_tab((self.list.tab + by) % len(self.spec.tabs))

    def _show_tab(self, index: int) -> None:
        place = self.spec.tabs[index].place
        if not place:
            self.list.show_tab(index)
            return
        for each in PLACES:
            if place in (each.number, each.module):
                self.dashboard.go(each)
