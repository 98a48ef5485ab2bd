"""The text, the preview beside it, and the line that adds the rows up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from textual import on, work
from textual.containers import Container, Vertical
from textual.message import Message
from textual.widgets import Static, TextArea

from tui_admin.domain.errors import AdminError, because
from tui_admin.domain.people_roster import read_people
from tui_admin.tui.dialogs.importing.preview import Preview, explain, summary
from tui_admin.tui.dialogs.invite.area import AddressArea, line_ends

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.people_plan import RowVerdict
    from tui_admin.domain.people_roster import Roster

    Judge = Callable[[Roster], Awaitable[tuple[RowVerdict, ...]]]

SETTLES: Final = 0.08
"""Seconds without a change before the store is asked."""
LARGE: Final = 4_000
"""Characters from which a text is read in a thread, so that typing is never held up."""
HINT: Final = """\
Paste or type people, one a line:

  jan@acme.example jan
  piet@acme.example; ppost; Piet Post

or a CSV with a header (f3 writes one), or f4 for a file."""


class PeopleArea(AddressArea):
    """Where people are pasted, typed and mended."""

    def __init__(self) -> None:
        """Make an area with an example in it."""
        super().__init__()
        self.placeholder = HINT


class Judged(NamedTuple):
    """What was read of a text and what would become of it."""

    text: str
    roster: Roster
    rows: tuple[RowVerdict, ...]


class PeopleBox(Vertical):
    """Where people are pasted, typed and judged; `judge` says what becomes of each row."""

    class Changed(Message):
        """The text is another one, or other verdicts are there."""

    class Says(Message):
        """There is something to say about the text, or (with None) nothing any more."""

        def __init__(self, what: Reason | str | None, kind: str) -> None:
            """Say it; `kind` as in a notice."""
            super().__init__()
            self.what = what
            self.kind = kind

    class Previewed(Message, bubble=False):
        """Verdicts arrived, or why there are none; of use while nothing newer was asked."""

        def __init__(self, generation: int, judged: Judged | None, reason: Reason | None) -> None:
            """Answer the question of that generation."""
            super().__init__()
            self.generation = generation
            self.judged = judged
            self.reason = reason

    def __init__(self, judge: Judge) -> None:
        """Begin without people."""
        super().__init__(id="people")
        self._judge = judge
        self._generation = 0
        self.judged: Judged | None = None
        self.area = PeopleArea()
        self.preview = Preview()

    def compose(self) -> ComposeResult:
        """Lay out text and preview, and below them what they add up to."""
        with Container(id="sides"):
            yield self.area
            yield self.preview
        yield Static(id="count")

    @property
    def text(self) -> str:
        """What was pasted and typed."""
        return self.area.text

    def put(self, text: str, line: int = 0) -> None:
        """Put a text in place of what is there, the cursor at a line counted from zero."""
        self.area.load_text(line_ends(text))
        self.area.move_cursor((min(line, self.area.document.line_count - 1), 0))

    def freeze(self, frozen: bool) -> None:
        """Take no changes while it is being carried out."""
        self.area.read_only = frozen

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._generation += 1
        self.judged = None
        self.post_message(self.Changed())
        self._ask(self._generation, self.text)

    @work(group="import-preview", exclusive=True)
    async def _ask(self, generation: int, text: str) -> None:
        await asyncio.sleep(SETTLES)
        try:
            large = len(text) > LARGE
            roster = await asyncio.to_thread(read_people, text) if large else read_people(text)
            rows = await self._judge(roster) if roster.rows else ()
        except AdminError as error:
            self.post_message(self.Previewed(generation, None, error.reason))
        else:
            self.post_message(self.Previewed(generation, Judged(text, roster, rows), None))

    @on(Previewed)
    def _previewed(self, event: Previewed) -> None:
        if event.generation != self._generation:
            return
        self.judged = event.judged
        self.show(event.judged.rows if event.judged else ())
        if event.reason and self.text.strip():
            self.post_message(self.Says(event.reason, "warning"))
        else:
            self._explain()
        self.post_message(self.Changed())

    def show(
        self, rows: tuple[RowVerdict, ...], was: dict[RowVerdict, RowVerdict] | None = None
    ) -> None:
        """Show what becomes of the rows; `was` is what was shown of those that changed since."""
        self.preview.show_rows(rows, was)
        if self.judged:
            self.judged = self.judged._replace(rows=rows)
        self.on_resize()

    def on_resize(self) -> None:
        """Fit the counts to the width."""
        self.query_one("#count", Static).update(summary(self.preview.rows, self.size.width - 2))

    @on(TextArea.SelectionChanged)
    def _moved(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        self.preview.point_at(self.area.line)
        if self.preview.rows and not self.area.read_only:
            self._explain()

    def _explain(self) -> None:
        """Say in full what becomes of the cursor's line."""
        row = self.preview.row_at(self.area.line)
        if row is None:
            self.post_message(self.Says(None, "info"))
        else:
            kind = "warning" if row.verdict == "refuse" else "info"
            self.post_message(self.Says(explain(row, self.preview.was.get(row)), kind))

    def step_to_problem(self, step: int) -> None:
        """Go to the next or the previous line that needs a look, round the ends."""
        lines, here = self.preview.problem_lines(), self.area.line
        if not lines:
            self.post_message(self.Says(because("import_no_failed"), "info"))
            return
        beyond = [each for each in lines if (each > here if step > 0 else each < here)] or lines
        self._go_to(beyond[0] if step > 0 else beyond[-1])

    def _go_to(self, line: int) -> None:
        row = min(max(line - 1, 0), self.area.document.line_count - 1)
        self.area.move_cursor((row, 0), center=True)
        self.area.focus()

    @on(Preview.Pointed)
    def _pointed(self, event: Preview.Pointed) -> None:
        event.stop()
        self._go_to(event.verdict.line)
