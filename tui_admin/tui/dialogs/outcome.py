"""What an act did, row by row: how many were done, which were left alone and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.dialogs.base import MUTED, Dialog, Hint
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.outcomes import Outcome, Row

LISTED = 500
"""Skipped rows shown; the rest is a number."""
REASONS = 4
"""Reasons told before an act; all of them stand in what it did."""


def tally(done: int, skipped: int) -> str:
    """Return the one-line summary, also for a toast: `12 done, 3 skipped`."""
    parts = [f"{done:,} done"] if done or not skipped else []
    return ", ".join(parts + ([f"{skipped:,} skipped"] if skipped else []))


def by_reason(rows: tuple[Row, ...]) -> dict[str, list[str]]:
    """Return the labels under each reason, the most frequent reason first."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        groups.setdefault(say(row.reason) if row.reason else "", []).append(row.label)
    return dict(sorted(groups.items(), key=lambda group: -len(group[1])))


def listing(rows: tuple[Row, ...]) -> Content:
    """Return every skipped row below its reason."""
    parts: list[Content | tuple[str, str] | str] = []
    for reason, labels in by_reason(rows[:LISTED]).items():
        parts.append((f"{len(labels):>4}  {safe(reason)}\n", "bold"))
        parts += [f"      {safe(label)}\n" for label in labels]
    if len(rows) > LISTED:
        parts.append((f"      and {len(rows) - LISTED:,} more\n", MUTED))
    return Content.assemble(*parts)


def foreseen(plan: Outcome | None) -> Content:
    """Return who an act is going to leave alone, and why: what to know before it is done."""
    if plan is None or not plan.skipped:
        return Content("")
    number = len(plan.skipped)
    who = "1 is left alone" if number == 1 else f"{number:,} are left alone"
    parts: list[Content | tuple[str, str] | str] = [(f"! {who}:\n", "bold $waiting")]
    groups = list(by_reason(plan.skipped).items())
    for reason, labels in groups[:REASONS]:
        some = ", ".join(safe(each, 40) for each in labels[:2])
        more = f" and {len(labels) - 2:,} more" if len(labels) > 2 else ""
        parts += [f"{len(labels):>7,}  {safe(reason)}\n", (f"{'':9}{some}{more}\n", MUTED)]
    if len(groups) > REASONS:
        parts.append((f"{'':9}and {len(groups) - REASONS} more reasons\n", MUTED))
    return Content.assemble(*parts)


class ShowOutcome(Dialog[bool]):
    """Show what became of every row; closes with Enter or escape, or with True to try again."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,q", "leave", show=False),
        Binding("r", "again", show=False, id="outcome.again"),
    ]
    keys: tuple[Hint, ...] = (("enter", "Close"), ("↑↓", "Scroll"))

    def __init__(self, outcome: Outcome, heading: str = "Done", *, again: bool = False) -> None:
        """Show this outcome; `heading` names the act, `again` offers to retry what was skipped."""
        super().__init__()
        self.heading = heading
        self._outcome = outcome
        self._again = again and bool(outcome.skipped)
        if self._again:
            self.keys = (*self.keys, ("r", "Retry what was skipped"))

    def action_again(self) -> None:
        """Close, and say that what was skipped is to be tried once more."""
        if self._again:
            self.dismiss(True)

    def fill(self) -> ComposeResult:
        """Yield the counts and the rows that were left alone."""
        done, skipped = len(self._outcome.done), len(self._outcome.skipped)
        line = Content.assemble(
            (f"✓ {done:,} done", "$good" if done else MUTED),
            (f"   – {skipped:,} skipped" if skipped else "", "$waiting"),
        )
        yield Static(line, classes="question")
        if skipped:
            with VerticalScroll(id="skipped"):
                yield Static(listing(self._outcome.skipped))
