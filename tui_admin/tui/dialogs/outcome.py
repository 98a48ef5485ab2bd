"""What an act did, row by row: how many were done, which were left alone and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.dialogs.base import MUTED, Dialog
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.outcomes import Outcome, Row

LISTED = 500
"""Skipped rows shown; the rest is a number."""


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


class ShowOutcome(Dialog[None]):
    """Show what became of every row; closes with Enter or escape."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,q", "leave", show=False)]
    keys = (("enter", "Close"), ("↑↓", "Scroll"))

    def __init__(self, outcome: Outcome, heading: str = "Done") -> None:
        """Show this outcome; `heading` names the act."""
        super().__init__(id="outcome")
        self.heading = heading
        self._outcome = outcome

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
