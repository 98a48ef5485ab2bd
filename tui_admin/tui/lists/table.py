"""The table: paints the rows of a run, and keeps cursor and marks by id."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from tui_admin.tui.commands import dashboard
from tui_admin.tui.lists.painting import GUTTER, Painter, Standing
from tui_admin.tui.lists.window import Run

if TYPE_CHECKING:
    from collections.abc import Callable, Container

    from textual.events import Click
    from textual.strip import Strip

    from tui_admin.domain.listings import Field, Key, Listing, Sort

EDGE = 60
"""Rows left before the end of a run at which more are asked for."""
WHEEL = 3
"""Rows that one step of the mouse wheel goes."""


class RecordTable(Widget, can_focus=True):
    """Rows under a heading. Moves and marks by itself; everything else it says to its list.

    `left` is where the cursor was before the last jump to an end.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown", "page(1.0)", show=False),
        Binding("pageup", "page(-1.0)", show=False),
        Binding("ctrl+d", "page(0.5)", show=False),
        Binding("ctrl+u", "page(-0.5)", show=False),
        Binding("home,g", "end(False)", show=False),
        Binding("end,G,shift+g", "end(True)", show=False),
        Binding("space", "mark", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "table--head",
        "table--row",
        "table--more",
        "table--cursor",
        "table--resting",
        "table--marked",
        "table--gone",
        "table--good",
        "table--waiting",
        "table--bad",
        "table--off",
    }

    class CursorMoved(Message):
        """Another row is the current one."""

    class EdgeNear(Message):
        """The run ends soon on one side."""

        def __init__(self, down: bool) -> None:
            """Say which."""
            super().__init__()
            self.down = down

    class EndAsked(Message):
        """The operator wants the first or the last row of the list, which may lie elsewhere."""

        def __init__(self, last: bool) -> None:
            """Say which."""
            super().__init__()
            self.last = last

    class SortAsked(Message):
        """The heading of a column was clicked."""

        def __init__(self, field: str) -> None:
            """Say whose."""
            super().__init__()
            self.field = field

    class Marked(Message):
        """Marks came or went."""

    class Opened(Message):
        """The current row was clicked once more."""

    def __init__(self, listing: Listing) -> None:
        """Show rows of this listing."""
        super().__init__()
        self.listing = listing
        self.run: Run[Any] = Run()
        self.sort: Sort = listing.sort
        self.at = 0
        self.top = 0
        self.marks: dict[int, Any] = {}
        self.all_marked = False
        self.newcomers: frozenset[int] = frozenset()
        self.gone: Any = None
        self.left: Key | None = None
        self.moved: Callable[[], None] = lambda: None
        self.painter = Painter(self, listing)

    # What is shown

    @property
    def current(self) -> Any:
        """Return the row under the cursor, or None."""
        return self.run.rows[self.at] if self.at < len(self.run.rows) else None

    @property
    def fields(self) -> tuple[Field, ...]:
        """Return the fields that are shown where there is room for all."""
        return self.painter.fields

    def show_fields(self, fields: tuple[Field, ...]) -> None:
        """Show other fields."""
        if fields != self.painter.fields:
            self.painter.show(fields)
            self.refresh()

    @property
    def height(self) -> int:
        """Return how many rows are seen at once."""
        return max(1, self.size.height - 1)

    def show(self, run: Run[Any], *, at: int | None = None, sort: Sort | None = None) -> None:
        """Show another run; the cursor stays on its row by id unless `at` says where it goes.

        `sort` is the order it is in, where that is another one.

        A row that vanished under the cursor stays as a tombstone until it is left.
        """
        before, line, seen = self.current, self.at - self.top, self._seen()
        self.gone, self.sort = None, sort or self.sort
        if at is None and before is not None:
            run, at = self._kept(run, before)
        self.run = run
        fresh = {row.id: row for row in run.rows}
        self.marks = {each: fresh.get(each, row) for each, row in self.marks.items()}
        self.at = max(0, min(at or 0, len(run.rows) - 1))
        self.top = self._top(self.at - line)
        if self._seen() != seen:
            self.refresh()
        self.moved()
        self.post_message(self.CursorMoved())
        self._look_ahead()

    def _seen(self) -> tuple[Any, ...]:
        """Return what decides how the table looks."""
        rows = self.run.rows[self.top : self.top + self.height]
        return rows, self.at - self.top, self.gone, self.sort

    def _kept(self, run: Run[Any], row: Any) -> tuple[Run[Any], int]:
        """Return where the row is now; where it is gone, it is put back as a tombstone."""
        ids = [each.id for each in run.rows]
        if row.id in ids:
            return run, ids.index(row.id)
        place = 0
        for each in reversed(self.run.rows[: self.at]):
            if each.id in ids:
                place = ids.index(each.id) + 1
                break
        self.gone = row
        key = self.run.keys[self.at]
        rows = (*run.rows[:place], row, *run.rows[place:])
        keys = (*run.keys[:place], key, *run.keys[place:])
        return run._replace(rows=rows, keys=keys), place

    def drop(self, ids: Container[int]) -> None:
        """Take rows away that the operator has just seen to; the cursor is then on the next."""
        kept = [at for at, row in enumerate(self.run.rows) if row.id not in ids]
        before = sum(at < self.at for at in kept)
        rows, keys = self.run.rows, self.run.keys
        self.run = self.run._replace(
            rows=tuple(rows[at] for at in kept), keys=tuple(keys[at] for at in kept)
        )
        self.marks = {each: row for each, row in self.marks.items() if each not in ids}
        if self.gone is not None and self.gone.id in ids:
            self.gone = None
        self.at = max(0, min(before, len(kept) - 1))
        self.top = self._top(self.top)
        self._follow()
        self.refresh()
        self.moved()
        self.post_message(self.CursorMoved())
        self._look_ahead()

    def _bury(self) -> None:
        """Take the tombstone away once it is left."""
        gone, self.gone = self.gone, None
        place = self.run.rows.index(gone)
        rows = (*self.run.rows[:place], *self.run.rows[place + 1 :])
        keys = (*self.run.keys[:place], *self.run.keys[place + 1 :])
        self.run = self.run._replace(rows=rows, keys=keys)
        if self.at > place:
            self.at -= 1
        self.marks.pop(gone.id, None)
        self.top = self._top(self.top)
        self.refresh()

    def _top(self, wished: int) -> int:
        return max(0, min(wished, len(self.run.rows) - self.height))

    # Moving

    def action_move(self, by: int) -> None:
        """Go some rows down or up."""
        self.go_to(self.at + by)

    def action_page(self, pages: float) -> None:
        """Go some pages down or up, and the view along with the cursor."""
        by = int(self.height * pages)
        line = self.at - self.top
        self.go_to(self.at + by, top=self.at + by - line)

    def action_end(self, last: bool) -> None:
        """Go to the last or the first row there is; where the cursor was is remembered."""
        if self.run.keys and self.at < len(self.run.keys):
            self.left = self.run.keys[self.at]
        if self.run.after if last else self.run.before:
            self.post_message(self.EndAsked(last))
        else:
            self.go_to(len(self.run.rows) - 1 if last else 0)

    def go_to(self, at: int, *, top: int | None = None) -> None:
        """Move the cursor, painting only what changes."""
        if not self.run.rows:
            return
        old, old_top = self.at, self.top
        self.at = max(0, min(at, len(self.run.rows) - 1))
        if top is not None:
            self.top = self._top(top)
        self._follow()
        if self.at == old:
            self._look_ahead()
            return
        if self.gone is not None:
            self._bury()
        if self.top != old_top:
            self.refresh()
        else:
            self.refresh(self._line(old), self._line(self.at))
        self.moved()
        self.post_message(self.CursorMoved())
        self._look_ahead()

    def _follow(self) -> None:
        """Keep the cursor in view; a step over the edge brings a quarter of a page with it."""
        jump = max(0, self.height // 4 - 1)
        if self.at < self.top:
            self.top = self._top(self.at - jump)
        elif self.at >= self.top + self.height:
            self.top = self._top(self.at - self.height + 1 + jump)

    def _line(self, index: int) -> Region:
        return Region(0, index - self.top + 1, self.size.width, 1)

    def _look_ahead(self) -> None:
        if self.run.after and self.at > len(self.run.rows) - EDGE:
            self.post_message(self.EdgeNear(down=True))
        elif self.run.before and self.at < EDGE:
            self.post_message(self.EdgeNear(down=False))

    # Marking

    def action_mark(self) -> None:
        """Mark the row or take its mark away, and go to the next; pasted spaces mark nothing."""
        row = self.current
        if row is not None and row is not self.gone:
            dashboard(self).gate.hold("space", partial(self.mark, row))

    def mark(self, row: Any) -> None:
        """Mark a row or take its mark away, and go on by one."""
        if self.all_marked:
            self.unmark()
        elif self.marks.pop(row.id, None) is None:
            self.marks[row.id] = row
        self.refresh()
        self.post_message(self.Marked())
        self.go_to(self.at + 1)

    def mark_all(self) -> None:
        """Mark everything that matches, also what is not in the run."""
        self.marks.clear()
        self.newcomers = frozenset()
        self.all_marked = True
        self.refresh()
        self.post_message(self.Marked())

    def note_newcomers(self, run: Run[Any]) -> None:
        """Remember who came after all were marked: they are in nobody's count."""
        if self.all_marked:
            self.newcomers |= run.came_since(self.run)

    def unmark(self) -> None:
        """Take all marks away."""
        if self.marks or self.all_marked:
            self.marks.clear()
            self.all_marked = False
            self.refresh()
            self.post_message(self.Marked())

    # Painting

    def notify_style_update(self) -> None:
        """Forget the styles when the theme changes."""
        super().notify_style_update()
        self.painter.forget()

    def on_focus(self) -> None:
        """Show the cursor strongly."""
        self.refresh(self._line(self.at))

    def on_blur(self) -> None:
        """Show the cursor faintly."""
        self.refresh(self._line(self.at))

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        top = self.top
        self.top = self._top(self.top)
        self._follow()
        if self.top != top:
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Return one line: the heading, a row, or nothing below the last."""
        self.painter.fit(self.size.width)
        if y == 0:
            return self.painter.heading(self.sort)
        index = self.top + y - 1
        if index >= len(self.run.rows):
            return self.painter.nothing()
        row = self.run.rows[index]
        marked = row.id not in self.newcomers if self.all_marked else row.id in self.marks
        standing = Standing(index == self.at, marked, row is self.gone)
        return self.painter.row(row, standing, dashboard(self).now())

    # The mouse

    def on_mouse_scroll_down(self) -> None:
        """Go on some rows."""
        self.go_to(self.at + WHEEL, top=self.top + WHEEL)

    def on_mouse_scroll_up(self) -> None:
        """Go back some rows."""
        self.go_to(self.at - WHEEL, top=self.top - WHEEL)

    def on_click(self, event: Click) -> None:
        """Go to the row under the mouse, open the current one, or ask for an order."""
        if event.y == 0:
            at = event.x - GUTTER
            for each in self.painter.columns:
                if each.start <= at < each.start + each.width and each.field.sorts:
                    self.post_message(self.SortAsked(each.field.name))
            return
        index = self.top + event.y - 1
        if index >= len(self.run.rows):
            return
        if index == self.at:
            self.post_message(self.Opened())
        self.go_to(index)
