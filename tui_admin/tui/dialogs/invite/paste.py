"""The text, the verdicts beside it, and the line that adds them up."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from textual import on, work
from textual.containers import Container, Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static, TextArea

from tui_admin.domain.errors import AdminError, because
from tui_admin.tui.dialogs.invite import verdicts as told
from tui_admin.tui.dialogs.invite.area import AddressArea
from tui_admin.tui.dialogs.invite.verdicts import VerdictList

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.paste import Entry
    from tui_admin.domain.verdicts import Verdict

    Judge = Callable[[tuple[Entry, ...]], Awaitable[tuple[Verdict, ...]]]

SETTLES = 0.05
"""Seconds without a change before verdicts are asked for: less than a typist's pause."""
SLOW = 0.5
"""Seconds without verdicts after which it is said that they are on their way."""
KEPT = 14
"""Cells of the line below that say whether the draft is saved."""
LARGE = 4_000
"""Characters from which a text is read in a thread, so that typing is never held up."""


async def read(text: str) -> tuple[Entry, ...]:
    """Read a paste; a large one in a thread."""
    from tui_admin.domain.paste import read_paste

    large = len(text) > LARGE
    return (await asyncio.to_thread(read_paste, text) if large else read_paste(text)).entries


class PasteBox(Vertical):
    """Where addresses are pasted and judged."""

    class Changed(Message):
        """The text is another one."""

    class Says(Message):
        """There is something to say about the text, or (with None) nothing any more."""

        def __init__(self, what: Reason | str | None, kind: str = "error") -> None:
            """Say it; `kind` as in a notice."""
            super().__init__()
            self.what = what
            self.kind = kind

    class Judged(Message):
        """Verdicts arrived, or the reason there are none; of use while nothing newer was asked."""

        def __init__(
            self, generation: int, verdicts: tuple[Verdict, ...], reason: Reason | None = None
        ) -> None:
            """Answer the question of that generation."""
            super().__init__()
            self.generation = generation
            self.verdicts = verdicts
            self.reason = reason

    def __init__(self, limit: int) -> None:
        """Judge against this many addresses in a batch."""
        super().__init__(id="paste")
        self._limit = limit
        self.bulk = True
        self._generation = 0
        self._answered = 0
        self.area = AddressArea()
        self.rows = VerdictList()

    def compose(self) -> ComposeResult:
        """Lay out text and verdicts, and below them what they add up to."""
        with Container(id="sides"):
            yield self.area
            yield self.rows
        with Horizontal(id="sums"):
            yield Static(id="count")
            yield Static(id="kept")

    def on_mount(self) -> None:
        """Begin without verdicts."""
        self.show(())

    @property
    def text(self) -> str:
        """What was pasted and typed."""
        return self.area.text

    def load(self, text: str) -> None:
        """Put a text before whatever was typed while it was on its way."""
        typed = self.area.text
        self.area.load_text(f"{text}\n{typed}" if typed else text)
        self.area.move_cursor(self.area.document.end)

    def append(self, text: str) -> None:
        """Put a text below what is there."""
        there = self.area.text.rstrip()
        if len(there) + len(text) >= self.area.TooLong.limit:
            self.area.post_message(self.area.TooLong())
            return
        self.area.load_text(f"{there}\n{text}" if there else text)
        self.area.move_cursor(self.area.document.end)

    def freeze(self, frozen: bool) -> None:
        """Take no changes, and no late verdicts, while the answer to Send is out."""
        self.area.read_only = frozen
        self._generation += 1

    def tell_kept(self, kept: bool) -> None:
        """Say whether the draft is safe."""
        words = "draft saved" if kept else "not saved!"
        self.query_one("#kept", Static).update(words if self.text else "")

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())

    # Verdicts

    def ask(self, judge: Judge) -> None:
        """Ask for verdicts on the text as it is; what was asked before is of no use any more."""
        self._generation += 1
        self._judge(self._generation, self.text, judge)
        self.set_timer(SLOW, partial(self._tell_checking, self._generation))

    def _tell_checking(self, asked: int) -> None:
        """Say that verdicts are on their way, where they still are."""
        if asked == self._generation and self._answered < asked and self.text.strip():
            self.rows.tell_checking()
            self.query_one("#count", Static).update(told.CHECKING)

    @work(group="invite-verdicts", exclusive=True)
    async def _judge(self, generation: int, text: str, judge: Judge) -> None:
        await asyncio.sleep(SETTLES)
        try:
            entries = await read(text)
            verdicts = await judge(entries) if entries else ()
        except AdminError as error:
            self.post_message(self.Judged(generation, (), error.reason))
        else:
            self.post_message(self.Judged(generation, verdicts))

    @on(Judged)
    def _judged(self, event: Judged) -> None:
        event.stop()
        if event.generation != self._generation:
            return
        self._answered = event.generation
        self.show(event.verdicts)
        if event.reason:
            self.post_message(self.Says(event.reason))
        else:
            self._explain()

    def show(self, verdicts: tuple[Verdict, ...]) -> None:
        """Show these verdicts and count them."""
        self.rows.show(verdicts)
        self._tell_count()

    def on_resize(self) -> None:
        """Fit the counts to the width."""
        self._tell_count()

    def _tell_count(self) -> None:
        line = told.summary(self.rows.verdicts, self._limit, self.size.width - KEPT)
        self.query_one("#count", Static).update(line)

    @property
    def good(self) -> int:
        """How many addresses Send would send to, as far as is known."""
        return 0 if self.over > 0 else told.counts(self.rows.verdicts).get("ok", 0)

    @property
    def over(self) -> int:
        """By how many addresses the batch is too large; at most 0 where it is not."""
        return told.weight(self.rows.verdicts) - self._limit

    def too_many(self) -> Reason:
        """Return the reason why nothing of this goes."""
        return because("invite_over_limit", limit=self._limit, over=self.over)

    @on(TextArea.SelectionChanged)
    def _moved(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        self.rows.point_at(self.area.line)
        if self.rows.verdicts and not self.area.read_only:
            self._explain()

    def _explain(self) -> None:
        """Say in full what is wrong: too many, or the verdict of the cursor's line."""
        here = self.rows.at(self.area.line)
        if self.over > 0:
            self.post_message(self.Says(self.too_many()))
        elif self.good > 1 and not self.bulk:
            self.post_message(self.Says(because("invite_one_at_a_time")))
        elif here and (here.verdict != "ok" or here.detail):
            kind = "info" if here.verdict == "ok" else "warning"
            self.post_message(self.Says(told.explain(here), kind))
        else:
            self.post_message(self.Says(None))

    # Finding the way

    def step_to_problem(self, step: int) -> None:
        """Go to the next or the previous line that will not be sent, round the ends."""
        lines = self.rows.problems()
        here = self.area.line
        if not lines:
            self.post_message(self.Says(because("invite_no_problems"), "info"))
        elif step > 0:
            self._go_to(next((each for each in lines if each.line > here), lines[0]))
        else:
            self._go_to(next((each for each in reversed(lines) if each.line < here), lines[-1]))

    @on(VerdictList.Pointed)
    def _pointed(self, event: VerdictList.Pointed) -> None:
        self._go_to(event.verdict)

    def _go_to(self, verdict: Verdict) -> None:
        self.area.go_to(verdict.line, verdict.input)

    @on(AddressArea.TooLong)
    def _too_long(self, event: AddressArea.TooLong) -> None:
        self.post_message(self.Says(because("invite_too_long", limit=event.limit)))
