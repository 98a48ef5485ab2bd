"""The lines around a table: tabs with their counts above, where one is below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.message import Message

from tui_admin.tui.frame import Line

if TYPE_CHECKING:
    from textual.events import Click

    from tui_admin.domain.listings import Count
    from tui_admin.tui.lists.spec import Tab


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
        """Return the tabs; counts give way where the terminal is narrow."""
        for counts in (self.counts, (None,) * len(self.tabs)):
            parts: list[str | tuple[str, str]] = []
            ends, at = [], 0
            for index, (tab, count) in enumerate(zip(self.tabs, counts, strict=True)):
                here = index == self.active
                label, amount = f" {tab.label}", f" {number(count)} " if count else " "
                parts.append((label, "bold $accent underline" if here else "$foreground"))
                parts.append((amount, "bold $accent" if here else "$off"))
                parts.append("  ")
                at += len(label) + len(amount) + 2
                ends.append(at)
            self._ends = ends
            if at - 2 <= self.size.width:
                break
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
