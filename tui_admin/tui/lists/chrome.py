"""The lines around a table: tabs with their counts above, where one is below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.message import Message

from tui_admin.domain.listings import Kind
from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.frame import Line

if TYPE_CHECKING:
    from textual.events import Click

    from tui_admin.domain.listings import Count, Listing, Sort
    from tui_admin.domain.query import Fault
    from tui_admin.tui.lists.spec import Tab
    from tui_admin.tui.lists.window import Run


def number(count: Count | None) -> str:
    """Return a count as people read it: `1,234`, `10,000+`, or nothing while unknown."""
    return "" if count is None else f"{count.number:,}{'' if count.exact else '+'}"


class TabsLine(Line):
    """The tabs of a list; the one that is shown stands out by more than its colour."""

    class Chosen(Message):
        """A tab was clicked."""

        def __init__(self, index: int) -> None:
            """Say which."""
            super().__init__()
            self.index = index

    def __init__(self, tabs: tuple[Tab, ...]) -> None:
        """Show these."""
        super().__init__()
        self.tabs = tabs
        self.active = 0
        self.counts: tuple[Count | None, ...] = (None,) * len(tabs)
        self._ends: list[int] = []

    def read(self) -> Content:
        """Return the tabs; where the terminal is narrow the gaps and then the counts give way."""
        none = (None,) * len(self.tabs)
        for counts, gap in ((self.counts, "   "), (self.counts, " "), (none, "  "), (none, "")):
            shown = self._with(counts, gap)
            if len(shown.plain.rstrip()) <= self.size.width:
                break
        return shown

    def _with(self, counts: tuple[Count | None, ...], gap: str) -> Content:
        parts: list[str | tuple[str, str]] = []
        self._ends, at = [], 0
        for index, (tab, count) in enumerate(zip(self.tabs, counts, strict=True)):
            here = index == self.active
            amount = f" {number(count)}" if count else ""
            parts.append(" ")
            parts.append((tab.label, "bold $accent underline" if here else "$foreground"))
            parts.append((amount + gap, "bold $accent" if here else "$off"))
            at += 1 + len(tab.label) + len(amount) + len(gap)
            self._ends.append(at)
        return Content.assemble(*parts)

    def on_click(self, event: Click) -> None:
        """Choose the tab under the mouse."""
        for index, end in enumerate(self._ends):
            if event.x < end:
                self.post_message(self.Chosen(index))
                return


class Said(Line):
    """A line that says what it is told."""

    text: Content = Content("")

    def say(self, text: Content) -> None:
        """Say it."""
        self.text = text
        self.again()

    def read(self) -> Content:
        """Return what it was told."""
        return self.text


def order_words(listing: Listing, sort: Sort) -> str:
    """Return an order in words; the field goes without saying where the list opens by it."""
    field = listing.field(sort.field)
    if field.kind is Kind.TIME:
        words = f"{'newest' if sort.descending else 'oldest'} first"
    else:
        words = "from z to a" if sort.descending else "from a to z"
    return words if listing.sort.field == field.name else f"by {field.label.lower()}, {words}"


def fault_words(fault: Fault) -> Content:
    """Return what of the filter was not understood, and how to mend it."""
    mend = f" · tab makes it {fault.mend}" if fault.mend else ""
    return Content.styled(f"! {safe(say(fault.reason).rstrip('.') + mend)}", "$waiting")


def place_words(run: Run[Any], at: int | None, total: Count | None) -> str:
    """Return where the cursor is, `4,012 of 1,000,000`; on a row that left it is nowhere."""
    if not run.rows:
        return ""
    if at is None:
        return f" – of {number(total) or '…'}"
    where = "?" if run.offset is None else f"{run.offset + at + 1:,}"
    return f" {'~' if run.about else ''}{where} of {number(total) or '…'}"
