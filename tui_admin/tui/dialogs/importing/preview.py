"""The preview beside the text: one line per row, what becomes of it, and what it changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.content import Content

from tui_admin.domain.people_plan import DETAILS, VERDICTS
from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.dialogs.invite.verdicts import Look, VerdictList, fitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.style import Style

    from tui_admin.domain.people_plan import Change, RowVerdict

LOOKS: Final = {
    "create": Look("+", "create", "good", "created"),
    "update": Look("±", "update", "waiting", "updated"),
    "skip": Look("=", "skip", "off", "skipped"),
    "refuse": Look("✗", "refuse", "bad", "refused"),
}
WORD: Final = 6
EMPTY: Final = " Every row says here what becomes of it, as you type."


def summary(items: Sequence[RowVerdict], width: int, *, done: bool = False) -> Content:
    """Return how many rows there are, and of each verdict; where it is too long, in signs alone.

    With `done` it is told as what happened.
    """
    counts = {verdict: sum(each.verdict == verdict for each in items) for verdict in VERDICTS}
    head = f"{len(items):,} row{'' if len(items) == 1 else 's'}"
    found = [(LOOKS[verdict], number) for verdict, number in counts.items() if number]
    texts = [
        f"{look.glyph} {number:,} {look.many if done else look.word}" for look, number in found
    ]
    if cell_len("   ".join([head, *texts])) > width:
        texts = [f"{look.glyph} {number:,}" for look, number in found]
    parts: list[str | tuple[str, str]] = [(head, "bold")]
    for text, (look, _) in zip(texts, found, strict=True):
        parts += ["   ", (text, f"${look.tone}")]
    return Content.assemble(*parts)


def named(field: str) -> str:
    """Return a field as people call it."""
    return field.replace("_", " ")


def change_words(change: Change) -> str:
    """Return what a field was and what it becomes."""
    old, new = safe(change.old, 60), safe(change.new, 60)
    if not old:
        return f"{named(change.field)} {new}"
    return f"{named(change.field)} {old} → {new or 'none'}"


def words(row: RowVerdict) -> str:
    """Return what a row does, or why it does nothing."""
    if row.detail:
        return say(row.detail)
    return ", ".join(map(change_words, row.changes))


def explain(row: RowVerdict, was: RowVerdict | None = None) -> str:
    """Return everything about a row: which line, whom, what becomes of it and why."""
    before = f"was: {was.verdict} ({words(was)}); now: " if was else ""
    return f"line {row.line}: {row.email or row.input} – {before}{row.verdict}: {words(row)}"


def overwriting(items: Sequence[RowVerdict]) -> tuple[str, ...]:
    """Return whose personal details would give way to others, which cannot be taken back."""
    return tuple(
        each.email
        for each in items
        if any(change.old and change.field in DETAILS for change in each.changes)
    )


class Preview(VerdictList):
    """One line per row: its line, sign, verdict, address, and what it changes."""

    def __init__(self) -> None:
        """Begin without rows."""
        super().__init__()
        self._hint = EMPTY
        self.was: dict[RowVerdict, RowVerdict] = {}

    @property
    def rows(self) -> tuple[RowVerdict, ...]:
        """The rows that are shown."""
        shown: Any = self.verdicts
        return tuple(shown)

    def show_rows(
        self, rows: tuple[RowVerdict, ...], was: dict[RowVerdict, RowVerdict] | None = None
    ) -> None:
        """Show these; `was` has what was shown before of those that have changed since."""
        self.was = was or {}
        shown: Any = rows
        self.show(shown)
        self._hint = EMPTY

    def row_at(self, line: int) -> RowVerdict | None:
        """Return the row of a line of the text, the first that is refused where there are more."""
        mine = [each for each in self.rows if each.line == line]
        return next((each for each in mine if each.verdict == "refuse"), mine[0] if mine else None)

    def problem_lines(self) -> list[int]:
        """Return the lines of the text that need a look, in their order."""
        return sorted(
            {each.line for each in self.rows if each.verdict == "refuse" or self.was.get(each)}
        )

    def _segments(self, verdict: Any, base: Style, here: bool) -> list[Segment]:
        row: RowVerdict = verdict
        look = LOOKS[row.verdict]
        was = self.was.get(row)
        said = f"was {was.verdict} · {words(row)}" if was else words(row)
        digits = max(3, len(str(self.rows[-1].line)))
        room = self.size.width - digits - WORD - 6
        who, why = fitted(safe(row.email or row.input, 120), safe(said, 300), room)
        return [
            Segment(f"{'▸' if here else ' '}{row.line:>{digits}} ", self._tone("number", base)),
            Segment(
                f"{'≠' if was else look.glyph} {look.word:<{WORD}} ", self._tone(look.tone, base)
            ),
            Segment(who, base),
            Segment(f"  {why}" if why else "", self._tone("reason", base)),
        ]
