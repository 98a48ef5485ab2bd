"""The verdicts beside the text: one line per address, and what they add up to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui_admin.domain.text import safe
from tui_admin.i18n import say

if TYPE_CHECKING:
    from rich.style import Style
    from textual import events

    from tui_admin.domain.verdicts import Verdict


class Look(NamedTuple):
    """How a kind of verdict is told: sign, word and tone, so that colour is never the only one."""

    glyph: str
    word: str
    tone: str
    many: str = ""

    def named(self, number: int) -> str:
        """Return the word for so many."""
        return self.many if self.many and number != 1 else self.word


LOOKS = {
    "ok": Look("✓", "ok", "good"),
    "doubtful": Look("?", "doubtful", "waiting"),
    "duplicate": Look("=", "duplicate", "off", "duplicates"),
    "already_invited": Look("↻", "already invited", "waiting"),
    "existing_user": Look("•", "existing user", "waiting", "existing users"),
    "username_taken": Look("!", "username taken", "waiting", "usernames taken"),
    "shared_domain": Look("!", "shared domain", "waiting", "shared domains"),
    "invalid": Look("✗", "invalid", "bad"),
    "over_limit": Look("▲", "over the limit", "bad"),
}
"""In the order in which the counts are told; those who are doubtful are among the ok ones."""
UNKNOWN = Look("?", "unknown", "waiting")
WORD = max(len(each.word) for each in LOOKS.values())
EMPTY = " Every address gets its verdict here, as you type."
CHECKING = "checking …"


def look_of(verdict: Verdict) -> Look:
    """Return how a verdict is told."""
    return LOOKS["doubtful"] if verdict.warning else LOOKS.get(verdict.verdict, UNKNOWN)


def is_problem(verdict: Verdict) -> bool:
    """Whether somebody has to look: it will not be sent, or with a warning."""
    return verdict.verdict != "ok" or verdict.warning is not None


def counts(verdicts: tuple[Verdict, ...]) -> dict[str, int]:
    """Return how many there are of each kind, kinds without any left out."""
    found = Counter(each.verdict for each in verdicts)
    found["doubtful"] = sum(each.warning is not None for each in verdicts)
    return {kind: found[kind] for kind in (*LOOKS, *(found.keys() - LOOKS.keys())) if found[kind]}


def weight(verdicts: tuple[Verdict, ...]) -> int:
    """Return how many addresses a batch would have: what goes, and what is over the limit."""
    found = counts(verdicts)
    return found.get("ok", 0) + found.get("over_limit", 0)


def summary(verdicts: tuple[Verdict, ...], limit: int, width: int) -> Content:
    """Return the line `N of 250` with the counts per kind; where it is too long, in signs alone."""
    total = weight(verdicts)
    head = f"{total:,} of {limit:,}"
    found = [(LOOKS.get(kind, UNKNOWN), number) for kind, number in counts(verdicts).items()]
    full = [f"{look.glyph} {number:,} {look.named(number)}" for look, number in found]
    if cell_len("   ".join([head, *full])) > width:
        full = [
            text if look.word == "ok" else f"{look.glyph} {number:,}"
            for text, (look, number) in zip(full, found, strict=True)
        ]
    parts: list[str | tuple[str, str]] = [(head, "bold $bad" if total > limit else "bold")]
    for text, (look, _) in zip(full, found, strict=True):
        parts += ["   ", (text, f"${look.tone}")]
    return Content.assemble(*parts)


def explain(verdict: Verdict) -> str:
    """Return the verdict in full: which line, which address, and why."""
    why = verdict.warning or verdict.detail
    reason = say(why) if why else look_of(verdict).word
    return f"line {verdict.line}: {verdict.email or verdict.input} – {reason}"


class VerdictList(ScrollView, can_focus=False):
    """One line per address: line number, sign, word, address, reason.

    The row of the cursor's line in the text is lit, so that the eye finds one from the other.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "verdict--good",
        "verdict--off",
        "verdict--waiting",
        "verdict--bad",
        "verdict--number",
        "verdict--reason",
        "verdict--here",
    }

    class Pointed(Message):
        """A verdict was clicked."""

        def __init__(self, verdict: Verdict) -> None:
            """Say which."""
            super().__init__()
            self.verdict = verdict

    def __init__(self) -> None:
        """Begin without verdicts."""
        self._styles_of: dict[str, Style] = {}
        super().__init__(id="verdicts")
        self.verdicts: tuple[Verdict, ...] = ()
        self.line = 1
        self._here: Verdict | None = None
        self._lines: list[int] = []
        self._hint = EMPTY

    def show(self, verdicts: tuple[Verdict, ...]) -> None:
        """Show these; the view stays at the line of the cursor."""
        self.verdicts = verdicts
        self._hint = EMPTY
        self._lines = [each.line for each in verdicts]
        self.virtual_size = Size(0, len(verdicts))
        self._here = None
        self.refresh()
        self.point_at(self.line)

    def tell_checking(self) -> None:
        """Say, where there is nothing to see yet, that verdicts are on their way."""
        self._hint = f" {CHECKING}"
        self.refresh()

    def point_at(self, line: int, verdict: Verdict | None = None) -> None:
        """Light a verdict, or all of a line of the text, and scroll there."""
        if line != self.line or verdict is not self._here:
            self.line, self._here = line, verdict
            self.refresh()
        self._come_into_view()
        # And after the refresh, for rows that the view may not know of yet.
        self.call_after_refresh(self._come_into_view)

    def _come_into_view(self) -> None:
        first = self.row_of(self.line)
        if first is not None and self._here is not None:
            mine = self.verdicts[first : first + len(self.of_line(self.line))]
            first += next((at for at, each in enumerate(mine) if each is self._here), 0)
        if first is not None:
            top, height = self.scroll_offset.y, self.size.height
            if not top <= first < top + height:
                self.scroll_to(y=max(0, first - height // 2), animate=False, force=True)

    def row_of(self, line: int) -> int | None:
        """Return the row of the first verdict on a line, or of the nearest one above it."""
        from bisect import bisect_left, bisect_right

        at = bisect_left(self._lines, line)
        if at < len(self._lines) and self._lines[at] == line:
            return at
        above = bisect_right(self._lines, line) - 1
        return above if above >= 0 else None

    def at(self, line: int) -> Verdict | None:
        """Return the most telling verdict of a line: the first problem, else the first."""
        mine = self.of_line(line)
        return next(filter(is_problem, mine), mine[0] if mine else None)

    def of_line(self, line: int) -> list[Verdict]:
        """Return the verdicts of a line."""
        from bisect import bisect_left, bisect_right

        return list(self.verdicts[bisect_left(self._lines, line) : bisect_right(self._lines, line)])

    def problems(self) -> list[Verdict]:
        """Return what somebody has to look at, in the order of the text."""
        return [each for each in self.verdicts if is_problem(each)]

    def on_click(self, event: events.Click) -> None:
        """Say which verdict was clicked."""
        row = event.y + self.scroll_offset.y
        if row < len(self.verdicts):
            self.post_message(self.Pointed(self.verdicts[row]))

    def render_line(self, y: int) -> Strip:
        """Return one row of the view."""
        row, width = y + self.scroll_offset.y, self.size.width
        if row >= len(self.verdicts):
            hint = self._hint if not self.verdicts and y == 0 else ""
            base = self._base(here=False)
            quiet = Segment(hint, self._tone("reason", base))
            return Strip([quiet]).adjust_cell_length(width, base)
        verdict = self.verdicts[row]
        here = verdict is self._here if self._here else verdict.line == self.line
        base = self._base(here=here)
        return Strip(self._segments(verdict, base, here)).adjust_cell_length(width, base)

    def _segments(self, verdict: Verdict, base: Style, here: bool) -> list[Segment]:
        look, reason = look_of(verdict), verdict.warning or verdict.detail
        number, tone = self._tone("number", base), self._tone(look.tone, base)
        who = safe(verdict.email or verdict.input, 120)
        why = safe(say(reason)) if reason else safe(verdict.name, 60)
        digits = max(3, len(str(self._lines[-1])))
        room = self.size.width - digits - WORD - 6
        who, why = fitted(who, why, room)
        return [
            Segment(f"{'▸' if here else ' '}{verdict.line:>{digits}} ", number),
            Segment(f"{look.glyph} {look.word:<{WORD}} ", tone),
            Segment(who, base),
            Segment(f"  {why}" if why else "", self._tone("reason", base)),
        ]

    # Styles are asked for twice in every line, and cost more than the rest of it.

    def notify_style_update(self) -> None:
        """Forget the styles."""
        self._styles_of.clear()
        super().notify_style_update()

    def _base(self, *, here: bool) -> Style:
        name = "here" if here else ""
        if name not in self._styles_of:
            lit = self.get_component_rich_style("verdict--here") if here else self.rich_style
            self._styles_of[name] = lit
        return self._styles_of[name]

    def _tone(self, name: str, base: Style) -> Style:
        if name not in self._styles_of:
            colour = self.get_component_rich_style(f"verdict--{name}", partial=True)
            self._styles_of[name] = colour
        return base + self._styles_of[name]


def fitted(who: str, why: str, room: int) -> tuple[str, str]:
    """Return address and reason as they fit: the address whole if it can be, the reason cut.

    An address too long for the room keeps its domain (STYLE.md, "The look of the program").
    """
    if cell_len(who) > room:
        local, at, domain = who.rpartition("@")
        keep = room - cell_len(domain) - 2
        if at and keep > 0:
            return f"{set_cell_size(local, keep)}…@{domain}", ""
        return f"{set_cell_size(who, max(room - 1, 0))}…", ""
    left = room - cell_len(who) - 2
    if why and cell_len(why) > left:
        why = f"{set_cell_size(why, left - 1).rstrip()}…" if left > 8 else ""
    return who, why
