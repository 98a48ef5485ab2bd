"""A list: tabs, query bar, table and state line, and the one place that decides what is read.

Every question has a generation. A worker posts what it read with the generation it was asked in,
and what comes late is dropped.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_admin.domain.errors import AdminError, Denied, Reason
from tui_admin.domain.listings import Count, Sort
from tui_admin.domain.outcomes import Picks, Seen
from tui_admin.domain.query import EVERYTHING
from tui_admin.tui.lists.arrangement import Arrangement, load, place_of, save
from tui_admin.tui.lists.chrome import Said, TabsLine, fault_words, order_words, place_words
from tui_admin.tui.lists.counts import TabCounts
from tui_admin.tui.lists.query_bar import QueryBar
from tui_admin.tui.lists.states import Aim, State, blank_words
from tui_admin.tui.lists.table import RecordTable
from tui_admin.tui.lists.values import known_values
from tui_admin.tui.lists.window import Run, Window
from tui_admin.tui.working import background

if TYPE_CHECKING:
    from collections.abc import Container

    from textual.app import ComposeResult

    from tui_admin.domain.listings import Key
    from tui_admin.domain.query import Fault, Query
    from tui_admin.tui.app import Dashboard
    from tui_admin.tui.lists.arrangement import View
    from tui_admin.tui.lists.spec import ListSpec


FEWEST = 64
"""Rows read at first on a low terminal: enough that the table does not ask for more at once."""


def _identity(row: Any) -> tuple[int, int] | None:
    """Return which record a row is, and in what state; audit events have but one."""
    return None if row is None else (row.id, getattr(row, "version", 0))


def _label(row: Any) -> str:
    """Return what people call a record: its address, its name, or its number."""
    return getattr(row, "email", "") or getattr(row, "name", "") or f"#{row.id}"


class RecordList(Vertical):
    """The list of one screen.

    `shifted_at` is when, on the app's clock, the row under the cursor became another one, or read
    otherwise, without the operator having done anything. `marking` says that all that match are
    about to be marked, so that an act would be for others than the operator means. `within` is what
    the list is always narrowed to, and `takes_focus` whether it begins in focus.
    """

    class CurrentChanged(Message):
        """Another row is the current one, or none is."""

    class MarksChanged(Message):
        """What an act would be for has changed."""

    class RowsArrived(Message):
        """A worker has read rows."""

        def __init__(self, generation: int, run: Run[Any], aim: Aim) -> None:
            """Carry them, and the question they answer."""
            super().__init__()
            self.generation = generation
            self.rows = run
            self.aim = aim

    class ReadFailed(Message):
        """A worker could not read."""

        def __init__(self, generation: int, error: AdminError) -> None:
            """Carry why."""
            super().__init__()
            self.generation = generation
            self.error = error

    def __init__(self, spec: ListSpec, *, takes_focus: bool = True) -> None:
        """Show the list of this spec."""
        super().__init__()
        self.spec = spec
        self.within = EVERYTHING
        self._takes_focus = takes_focus
        self.sort: Sort = spec.listing.sort
        self.tab = 0
        self.generation = 0
        self.arrangement = Arrangement()
        self._arranged = False
        self.state = State.LOADING
        self.total: Count | None = None
        self.seen: Seen | None = None
        self.faults: tuple[Fault, ...] = ()
        self.window: Window[Any] | None = None
        self.shown_query: Query | None = None
        self.marking = False
        self.shifted_at: float | None = None
        self._gone_words: tuple[int, str] | None = None
        self._growing: tuple[int, bool] | None = None
        self._stale = True
        self._tab_counts = TabCounts(spec)
        self.tabs = TabsLine(spec.tabs)
        self.bar = QueryBar(spec.listing)
        self.table = RecordTable(spec.listing)
        self.table.moved = self._tell_place
        self.blank = Static("", id="blank", markup=False)
        self.position = Said(id="position")
        self.about = Said(id="about")

    def compose(self) -> ComposeResult:
        """Lay out the parts."""
        yield self.tabs
        with Horizontal(id="bar"):
            yield Static("/", id="slash")
            yield self.bar
        yield self.table
        yield self.blank
        with Horizontal(id="state"):
            yield self.position
            yield self.about

    def on_mount(self) -> None:
        """Begin with the table in focus."""
        if self._takes_focus:
            self.table.focus()
        self._show_state(State.LOADING)

    @property
    def dashboard(self) -> Dashboard:
        """The app."""
        return cast("Dashboard", self.app)

    @property
    def current(self) -> Any:
        """Return the current row, unless it is gone."""
        row = self.table.current if self.state is State.ROWS else None
        return None if row is self.table.gone else row

    @property
    def under_cursor(self) -> Any:
        """Return the row under the cursor, also one that is gone and not yet left."""
        return self.table.current if self.state is State.ROWS else None

    @property
    def asked(self) -> Query:
        """Return what the list is narrowed to: organisation, tab and query bar together."""
        return self._base.also(self.spec.tabs[self.tab].query).also(self.bar.understood)

    @property
    def _base(self) -> Query:
        """Return what the list is narrowed to whichever tab is shown and whatever is typed."""
        return self.within.also(self.spec.narrowed(self.dashboard.organisation))

    @property
    def filtered(self) -> bool:
        """Say whether the operator narrowed the list beyond its tab."""
        return bool(self.bar.value.strip())

    def picks(self) -> Picks | None:
        """Return what an act is for: all that match, the marked, else the current row."""
        if self.table.all_marked:
            return Picks.matching(self.asked, self.seen)
        rows = self.picked_rows()
        return Picks.rows((row.id, row.version) for row in rows) if rows else None

    def picked_rows(self) -> list[Any]:
        """Return the rows an act is for, as far as they are here."""
        if self.table.all_marked:
            return list(self.table.run.rows)
        return list(self.table.marks.values()) or ([self.current] if self.current else [])

    def counted(self, total: int) -> str:
        """Return a number of records in words: `this user`, `these 12 users`."""
        listing = self.spec.listing
        return f"this {listing.one}" if total == 1 else f"these {total:,} {listing.many}"

    def named(self) -> tuple[tuple[str, ...], int]:
        """Return names of what would be acted on, and how many there are."""
        rows = self.picked_rows()
        total = self.seen.number if self.table.all_marked and self.seen else len(rows)
        return tuple(_label(row) for row in rows[:10]), total

    # Reading

    def read(self, aim: Aim = Aim.START) -> None:
        """Ask anew: whatever was asked before and comes later is dropped."""
        desk = self.dashboard.desk
        if desk is None:
            return
        self.generation += 1
        self._stale = False
        if aim is Aim.START or self.window is None:
            self.window = Window(self.spec.lister(desk), self.asked, self.sort)
        background(self, self._read, self.window, self.generation, aim, group="rows")

    async def _read(self, window: Window[Any], generation: int, aim: Aim) -> None:
        try:
            if not self._arranged:
                left = self.dashboard.left.pop(place_of(self.spec.listing), None)
                self._take(await load(self.dashboard.opened_desk, self.spec.listing, left))
            run = await self._run(window, aim)
        except AdminError as error:
            self.post_message(self.ReadFailed(generation, error))
        else:
            self.post_message(self.RowsArrived(generation, run, aim))

    async def _run(self, window: Window[Any], aim: Aim) -> Run[Any]:
        if aim is Aim.SAME:
            return await window.same_with(self.table.run, self.table.at)
        if aim is Aim.BACK and self.table.left is not None:
            return await window.at(self.table.left)
        if aim is Aim.END:
            return await window.end()
        # What is typed is answered by what is seen, and a page to move on to.
        return await window.start(max(FEWEST, 2 * self.table.height))

    async def _counts(self, generation: int) -> None:
        base = self._base.also(self.bar.understood)
        try:
            counts = await self._tab_counts.within(self.dashboard.opened_desk, base)
        except AdminError:
            return  # the rows say what is wrong; a count alone is not worth a word
        if generation == self.generation:
            self.tabs.counts = counts
            self.tabs.again()
            self.total = counts[self.tab]
            self._tell_place()

    @on(RowsArrived)
    def _arrived(self, event: RowsArrived) -> None:
        if event.generation != self.generation:
            return
        self.shown_query = self.asked
        at = self._place(event.rows, event.aim)
        if event.aim is Aim.SAME:
            self.table.note_newcomers(event.rows)
        before = _identity(self.under_cursor)
        self.table.show(event.rows, at=at, sort=self.sort)
        if event.aim is Aim.SAME and before and before != _identity(self.under_cursor):
            self.shifted_at = self.dashboard.clock()
        if self.table.run.rows:
            self._show_state(State.ROWS)
        else:
            self._show_state(State.FILTERED_EMPTY if self.filtered else State.EMPTY)
        self.call_after_refresh(self._rows_shown)

    def _place(self, run: Run[Any], aim: Aim) -> int | None:
        """Return where the cursor goes; None leaves it on its row."""
        if aim is Aim.BACK:
            return self._index_of(run, self.table.left) or 0
        return {Aim.START: 0, Aim.END: len(run.rows) - 1}.get(aim)

    @staticmethod
    def _index_of(run: Run[Any], key: Key | None) -> int | None:
        return run.keys.index(key) if key in run.keys else None

    def _rows_shown(self) -> None:
        """Read what people look at after the rows."""
        background(self, self._counts, self.generation, group="counts")
        self.dashboard.first_rows()

    @on(ReadFailed)
    def _failed(self, event: ReadFailed) -> None:
        if event.generation != self.generation:
            return
        self._stale = True
        denied = isinstance(event.error, Denied)
        if denied:
            self._forget()
        if self.state is State.ROWS and self.shown_query == self.asked and not denied:
            self.dashboard.fault(event.error)  # what is shown is still worth looking at
        else:
            self._show_state(State.FAILED, event.error.reason)

    def _forget(self) -> None:
        """Let go of rows and numbers that the operator may not see any more."""
        self.table.unmark()
        self.table.gone = None
        self.seen = self.total = self.shown_query = None
        self._tab_counts.forget()
        self.tabs.counts = (None,) * len(self.spec.tabs)
        self.tabs.again()

    @on(RecordTable.EdgeNear)
    def _grow(self, event: RecordTable.EdgeNear) -> None:
        event.stop()
        wanted = (self.generation, event.down)
        if self.window is not None and self._growing != wanted and self._is_answered:
            self._growing = wanted
            background(self, self._more, self.window, wanted, group="edge")

    async def _more(self, window: Window[Any], wanted: tuple[int, bool]) -> None:
        run = self.table.run
        try:
            longer = await window.grow(run, wanted[1])
        except AdminError:
            return  # asked again at the next step
        finally:
            if self._growing == wanted:
                self._growing = None
        if wanted[0] == self.generation and run is self.table.run and longer is not run:
            self.table.show(longer)

    # What the operator changes

    @on(QueryBar.QueryChanged)
    def _requery(self, event: QueryBar.QueryChanged) -> None:
        event.stop()
        self.faults = event.faults
        if self.window is None or self.asked != self.window.query:
            self.table.unmark()
            self.read()
        self._tell_about()

    @on(QueryBar.Left)
    def _leave_bar(self, event: QueryBar.Left) -> None:
        event.stop()
        self.table.focus()

    @on(RecordTable.EndAsked)
    def _go_end(self, event: RecordTable.EndAsked) -> None:
        event.stop()
        if event.last:
            self.read(Aim.END)
        else:
            self.read(Aim.START)

    @on(RecordTable.SortAsked)
    def _resort(self, event: RecordTable.SortAsked) -> None:
        event.stop()
        self.sort_by(event.field)

    @on(RecordTable.CursorMoved)
    def _moved(self, event: RecordTable.CursorMoved) -> None:
        event.stop()
        self.post_message(self.CurrentChanged())

    @on(RecordTable.Marked)
    def _marked(self, event: RecordTable.Marked) -> None:
        event.stop()
        self._tell_about()
        self.post_message(self.MarksChanged())

    def sort_by(self, field: str) -> None:
        """Order by a field; asked for once more, the other way round."""
        descending = not self.sort.descending if self.sort.field == field else False
        self.order(Sort(field, descending))

    def order(self, sort: Sort) -> None:
        """Show the rows in another order."""
        self.sort = sort
        self.table.left = None
        self.read()

    def go_back(self) -> None:
        """Go back to where the cursor was before the last jump; once more is there again."""
        key, table = self.table.left, self.table
        at = self._index_of(table.run, key)
        here = table.run.keys[table.at] if table.run.keys else None
        if at is None:
            self.read(Aim.BACK)
        else:
            table.go_to(at)
            table.left = here

    async def rearrange(self, arrangement: Arrangement) -> None:
        """Take another arrangement, and keep it for the next time."""
        self._take(arrangement)
        await save(self.dashboard.opened_desk, self.spec.listing, arrangement)

    def _take(self, arrangement: Arrangement) -> None:
        self.arrangement, self._arranged = arrangement, True
        self.table.show_fields(arrangement.fields(self.spec.listing))

    def show_view(self, view: View) -> None:
        """Show what was kept under a name."""
        labels = [each.label for each in self.spec.tabs]
        self.sort = view.sort
        self.bar.value = view.words
        self.show_tab(labels.index(view.tab) if view.tab in labels else 0)

    @property
    def order_words(self) -> str:
        """Return the order of the rows in words."""
        return order_words(self.spec.listing, self.sort)

    def show_tab(self, index: int) -> None:
        """Show the rows of another tab."""
        self.tab = index
        self.tabs.active = index
        self.tabs.again()
        self.table.unmark()
        self.read()

    async def mark_all(self) -> None:
        """Mark all that match, as they are now; once more takes the marks away."""
        desk = self.dashboard.desk
        if desk is None or self.table.all_marked:
            self.table.unmark()
            return
        generation, self.marking = self.generation, True
        try:
            seen = await self.spec.lister(desk).preview(self.asked)
        finally:
            self.marking = False
        if generation == self.generation and seen.number:
            self.seen = seen
            self.table.mark_all()

    def clear_filter(self) -> bool:
        """Clear the query bar; say whether there was something in it."""
        had, self.bar.value = bool(self.bar.value), ""
        return had

    def drop(self, ids: Container[int]) -> None:
        """Take rows away that the operator has just seen to."""
        self.table.drop(ids)
        if self.state is State.ROWS and not self.table.run.rows:
            self._show_state(State.FILTERED_EMPTY if self.filtered else State.EMPTY)
        self._tell_about()

    def tell_gone(self, row: Any, words: str) -> None:
        """Say what became of a row that is gone and not yet left."""
        self._gone_words = (row.id, words)
        self._tell_about()

    def moved(self, *, shown: bool) -> None:
        """Read again because something changed; later, where nobody looks."""
        self._stale = True
        self._tab_counts.forget()
        if shown:
            self.refresh_if_stale()

    def refresh_if_stale(self) -> None:
        """Read again if something changed since: the same rows, if they still answer the query."""
        if not self._stale:
            return
        if self.asked != self.shown_query:
            self.table.unmark()
        same = self._is_answered and self.state is State.ROWS
        self.read(Aim.SAME if same else Aim.START)

    @property
    def _is_answered(self) -> bool:
        """Whether the rows that are here are those that are asked for, in the order wanted.

        The keys of another order say nothing of where this one goes on.
        """
        return self.asked == self.shown_query and self.table.sort == self.sort

    async def learn_values(self) -> None:
        """Read what names there are, for the completion of the query bar."""
        if self.bar.values or self.dashboard.desk is None:
            return
        with suppress(AdminError):  # completion is a comfort, and is asked for again
            self.bar.values = await known_values(self.dashboard.desk)

    # What is shown around the rows

    def _show_state(self, state: State, reason: Reason | None = None) -> None:
        self.state = state
        self.blank.display = state is not State.ROWS
        if state is not State.ROWS:
            self.table.run = Run()
            self.table.refresh()
            self.blank.update(blank_words(state, self.spec, self.tab, reason))
        self.table.set_class(state is not State.ROWS, "-blank")
        self._tell_place()
        self._tell_about()
        self.post_message(self.CurrentChanged())

    def _tell_place(self) -> None:
        shown = self.table.run if self.state is State.ROWS else Run()
        at = None if self.table.gone is not None else self.table.at
        self.position.say(Content(place_words(shown, at, self.total)))

    def _why_gone(self) -> str:
        known, words = self._gone_words or (None, "")
        if known == self.table.gone.id:
            return words
        return "left this list; it goes when you move on"

    def _tell_about(self) -> None:
        self.position.display = not self.faults
        if self.faults:
            self.about.say(fault_words(self.faults[0]))
        elif self.table.all_marked and self.seen:
            words = f"✓ all {self.seen.number:,} that match are marked · * unmarks"
            self.about.say(Content.styled(words, "$accent"))
        elif self.table.marks:
            self.about.say(Content.styled(f"✓ {len(self.table.marks):,} marked", "$accent"))
        elif self.table.gone is not None:
            self.about.say(Content.styled(f"† {self._why_gone()}", "$off"))
        else:
            self.about.say(Content.styled(self.order_words, "$off"))
