"""The text, the verdicts beside it, and the line that adds them up."""

from __future__ import annotations

import asyncio
from functools import cache, partial
from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import on, work
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static, TextArea

from tui_admin.domain.errors import AdminError, because
from tui_admin.domain.pricing import sum_of
from tui_admin.tui.dialogs.invite import verdicts as told
from tui_admin.tui.dialogs.invite.area import AddressArea
from tui_admin.tui.dialogs.invite.spots import corrected, spot_at, spots_of, without
from tui_admin.tui.dialogs.invite.verdicts import VerdictList

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.paste import Entry
    from tui_admin.domain.pricing import Price
    from tui_admin.domain.verdicts import Verdict
    from tui_admin.tui.dialogs.invite.spots import Edit, Spot

    Judge = Callable[[tuple[Entry, ...]], Awaitable[tuple[Verdict, ...]]]

SETTLES = 0.05
"""Seconds without a change before verdicts are asked for: less than a typist's pause."""
TYPED = 3
"""Characters that change at a key; more at once are a paste, which waits for nothing."""
SLOW = 0.5
"""Seconds without verdicts after which it is said that they are on their way."""
KEPT = 14
"""Cells of the line below that say whether the draft is saved."""
ROOMY = 100
"""Cells of that line from which it says how the cost comes about, and not the sum alone."""
LARGE = 4_000
"""Characters from which a text is read in a thread, so that typing is never held up."""


@cache
def warm() -> None:
    """Load what the first verdict needs, before it is asked for; meant for a thread."""
    import gc

    import tui_admin.services.doubting
    from tui_admin.domain.paste import read_paste

    tui_admin.services.doubting.load()
    read_paste("Jan <é@x.example>; b@@x.example")
    # What was loaded stays: looking for garbage in it would fall into the first verdicts' time.
    gc.freeze()


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
            self,
            generation: int,
            verdicts: tuple[Verdict, ...],
            reason: Reason | None = None,
            text: str = "",
        ) -> None:
            """Answer the question of that generation, which was about that text."""
            super().__init__()
            self.generation = generation
            self.text = text
            self.verdicts = verdicts
            self.reason = reason

    def __init__(self, limit: int) -> None:
        """Judge against this many addresses in a batch."""
        super().__init__(id="paste")
        self._limit = limit
        self.bulk = True
        self._generation = 0
        self._answered = 0
        self._judged_text = ""
        self._read: tuple[str, tuple[Entry, ...]] = ("", ())
        self.price: Price | None = None
        self.left: int | None = None
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

    def tell_kept(self, words: str) -> None:
        """Say whether the draft is safe."""
        self.query_one("#kept", Static).update(words if self.text else "", layout=False)

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.post_message(self.Changed())

    # Verdicts

    def ask(self, judge: Judge) -> None:
        """Ask for verdicts on the text as it is; what was asked before is of no use any more."""
        self._generation += 1
        pasted = abs(len(self.text) - len(self._read[0])) > TYPED
        self._judge(self._generation, self.text, judge, 0.0 if pasted else SETTLES)
        self.set_timer(SLOW, partial(self._tell_checking, self._generation))

    def _tell_checking(self, asked: int) -> None:
        """Say that verdicts are on their way, where they still are."""
        if asked == self._generation and self._answered < asked and self.text.strip():
            self.rows.tell_checking()
            self.query_one("#count", Static).update(told.CHECKING, layout=False)

    @work(group="invite-verdicts", exclusive=True)
    async def _judge(self, generation: int, text: str, judge: Judge, pause: float) -> None:
        await asyncio.sleep(pause)
        try:
            entries = await self.entries(text)
            verdicts = await judge(entries) if entries else ()
        except AdminError as error:
            self.post_message(self.Judged(generation, (), error.reason, text))
        else:
            self.post_message(self.Judged(generation, verdicts, None, text))

    async def entries(self, text: str) -> tuple[Entry, ...]:
        """Return the rows of a text; the same one is not read twice."""
        if self._read[0] != text:
            self._read = (text, await read(text))
        return self._read[1]

    @property
    def shown(self) -> tuple[str, ...] | None:
        """The verdicts on the text as it is, as shown; None while they are on their way."""
        if self._answered != self._generation:
            return None
        return tuple(each.verdict for each in self.rows.verdicts)

    @property
    def fits(self) -> bool:
        """Whether the verdicts are on the text as it is, and rows where they say."""
        return self._judged_text == self.text

    @on(Judged)
    def _judged(self, event: Judged) -> None:
        event.stop()
        if event.generation != self._generation:
            return
        self._answered, self._judged_text = event.generation, event.text
        self.show(event.verdicts)
        if event.reason:
            self.post_message(self.Says(event.reason))
        else:
            self._explain()

    def show(self, verdicts: tuple[Verdict, ...]) -> None:
        """Show these verdicts and count them."""
        self.rows.show(verdicts)
        self.rows.point_at(self.area.line, self.here)
        self._tell_count()

    def on_resize(self) -> None:
        """Fit the counts to the width."""
        self._tell_count()

    def _tell_count(self) -> None:
        room, cost = self.size.width - KEPT, self.cost
        left = room - cell_len(cost) - 2 if cost else room
        line = told.summary(self.rows.verdicts, self._limit, left)
        if cost:
            gap = " " * max(left - line.cell_length, 2)
            line = Content.assemble(line, gap, cost)
        self.query_one("#count", Static).update(line, layout=False)

    @property
    def cost(self) -> str:
        """What Send would cost, and where there is room for it how that comes about."""
        if self.price is None or not self.good:
            return ""
        whole = sum_of(self.price, self.good)
        return whole if self.size.width >= ROOMY else whole.rpartition("= ")[2]

    @property
    def about(self) -> str:
        """How many Send would send, and at what cost, in words."""
        many = f"{self.good:,} invitation{'s' if self.good != 1 else ''}"
        return f"{many} · {sum_of(self.price, self.good)}" if self.price else many

    def tell_price(self, price: Price | None, left: int | None) -> None:
        """Take what each will cost, and how often the coupon can be used (None: no limit)."""
        self.price, self.left = price, left
        self._tell_count()

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
        self.rows.point_at(self.area.line, self.here)
        if self.rows.verdicts and not self.area.read_only:
            self._explain()

    def _explain(self) -> None:
        """Say in full what is wrong: too many, or the verdict of the cursor's line."""
        here = self.here
        if self.over > 0:
            self.post_message(self.Says(self.too_many()))
        elif self.good > 1 and not self.bulk:
            self.post_message(self.Says(because("invite_one_at_a_time")))
        elif self.left is not None and self.good > self.left:
            self.post_message(self.Says(because("invite_coupon_short", left=self.left)))
        elif here and (told.is_problem(here) or here.detail):
            kind = "warning" if told.is_problem(here) else "info"
            self.post_message(self.Says(told.explain(here), kind))
        else:
            self.post_message(self.Says(None))

    # The row of the cursor

    def _spots(self, line: int) -> list[Spot]:
        return spots_of(self.area.line_text(line), self.rows.of_line(line))

    @property
    def here(self) -> Verdict | None:
        """The verdict on the row of the cursor."""
        spot = spot_at(self._spots(self.area.line), self.area.selection.start[1])
        return spot.verdict if spot else self.rows.at(self.area.line)

    def correct(self, verdict: Verdict, address: str) -> None:
        """Put another address into a row."""
        self._edit(verdict, lambda line, _, spot: corrected(line, spot, address))

    def take_out(self, verdict: Verdict) -> None:
        """Take a row out of the text."""
        self._edit(verdict, without)

    def _edit(self, verdict: Verdict, change: Callable[[str, list[Spot], Spot], Edit]) -> None:
        spots = self._spots(verdict.line)
        spot = _spot_of(verdict, spots)
        if spot is not None and not self.area.read_only:
            line = self.area.line_text(verdict.line)
            self.area.edit_line(verdict.line, change(line, spots, spot))

    # Finding the way

    def step_to_problem(self, step: int) -> None:
        """Go to the next or the previous row that has to be looked at, round the ends."""
        lines = dict.fromkeys(each.line for each in self.rows.problems())
        places = [
            (line, spot)
            for line in lines
            for spot in self._spots(line)
            if told.is_problem(spot.verdict)
        ]
        here = (self.area.line, self.area.selection.start[1])
        if not places:
            self.post_message(self.Says(because("invite_no_problems"), "info"))
            return
        after = [each for each in places if (each[0], each[1].start) > here]
        before = [each for each in places if (each[0], each[1].start) < here]
        line, spot = (after or places)[0] if step > 0 else (before or places)[-1]
        self.area.go_to(line, spot.start, spot.end)

    @on(VerdictList.Pointed)
    def _pointed(self, event: VerdictList.Pointed) -> None:
        self.go_to(event.verdict)

    def go_to(self, verdict: Verdict) -> None:
        """Go to a row and select what is wrong in it."""
        spot = _spot_of(verdict, self._spots(verdict.line))
        self.area.go_to(verdict.line, spot.start if spot else 0, spot.end if spot else 0)

    @on(AddressArea.TooLong)
    def _too_long(self, event: AddressArea.TooLong) -> None:
        self.post_message(self.Says(because("invite_too_long", limit=event.limit)))


def _spot_of(verdict: Verdict, spots: list[Spot]) -> Spot | None:
    """Return where a row stands, also one of verdicts that were worked out anew since."""
    row = (verdict.input, verdict.email)
    same = (each for each in spots if (each.verdict.input, each.verdict.email) == row)
    return next((each for each in spots if each.verdict is verdict), next(same, None))
