"""Choosing one thing out of a list by typing a part of its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from tui_admin.domain.text import safe
from tui_admin.tui.dialogs.base import MUTED, Dialog
from tui_admin.tui.sheets import sheet
from tui_admin.tui.typing_line import TypingLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

LONGEST = 200
"""Rows put on the screen at once; with more, typing narrows them."""


class Item(NamedTuple):
    """Something to choose: `note` says more about it, `refusal` why it cannot be had now.

    `brief` is what of that is still shown once it is chosen.
    """

    value: str
    label: str
    note: str = ""
    refusal: str = ""
    brief: str = ""

    def matches(self, typed: str) -> bool:
        """Say whether every word typed occurs in it."""
        text = f"{self.label} {self.value} {self.note}".casefold()
        return all(word in text for word in typed.casefold().split())

    @property
    def prompt(self) -> Content:
        """The row as it is shown."""
        more = self.refusal or self.note
        style = "$waiting" if self.refusal else MUTED
        return Content.assemble(safe(self.label), (f"  {safe(more)}" if more else "", style))


class Choose(Dialog[str]):
    """A filterable list; gives the chosen value, or None where nothing was chosen."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "step(1)", show=False),
        Binding("up,ctrl+p", "step(-1)", show=False),
        Binding("pagedown", "step(10)", show=False),
        Binding("pageup", "step(-10)", show=False),
    ]
    keys = (("enter", "Choose"), ("↑↓", "Move"), ("esc", "Cancel"))

    def __init__(
        self,
        heading: str,
        items: tuple[Item, ...],
        *,
        value: str = "",
        typed: str = "",
        own: str = "",
    ) -> None:
        """Offer these, with the cursor on the one of that value and these letters typed.

        With `own` what is typed can be taken as it stands, too; it says what that is then.
        """
        super().__init__()
        self.heading = heading
        self._items = items
        self._value = value
        self._typed = typed
        self._own = own
        self._steps = 0

    def fill(self) -> ComposeResult:
        """Yield the filter and the list."""
        yield TypingLine(self._typed, placeholder="type to narrow", id="filter")
        rows = OptionList(compact=True, id="rows", markup=False)
        rows.can_focus = False
        yield rows

    def on_mount(self) -> None:
        """Show what can be chosen."""
        line = self.query_one("#filter", TypingLine)
        line.value = self._typed
        line.cursor_position = len(self._typed)
        self._show(self._typed)
        self.action_step(self._steps)

    def type_ahead(self, typed: str) -> None:
        """Take letters that came in before the filter had the focus."""
        self._typed += typed
        if self.is_mounted:
            self.query_one("#filter", TypingLine).insert_text_at_cursor(typed)

    @on(Input.Changed, "#filter")
    def _narrow(self, event: Input.Changed) -> None:
        self._show(event.value)

    def _show(self, typed: str) -> None:
        rows = self.query_one("#rows", OptionList)
        found = [each for each in self._items if each.matches(typed)]
        found += self._as_typed(typed.strip())
        rows.clear_options()
        rows.add_options(
            Option(each.prompt, disabled=bool(each.refusal)) for each in found[:LONGEST]
        )
        self._found = found
        rows.highlighted = self._first(found)
        if not found:
            self.notice.tell("Nothing has that in its name; delete a letter.", "info")
        elif len(found) > LONGEST:
            self.notice.tell(f"{LONGEST} of {len(found):,} shown; type to narrow.", "info")
        else:
            self.notice.clear()

    def _as_typed(self, typed: str) -> list[Item]:
        """Return what is typed as something to choose, where that is wanted and new."""
        known = any(
            typed.casefold() in (each.value.casefold(), each.label.casefold())
            for each in self._items
        )
        return [] if known or not (self._own and typed) else [Item(typed, typed, self._own)]

    def _first(self, found: list[Item]) -> int | None:
        free = [at for at, each in enumerate(found[:LONGEST]) if not each.refusal]
        chosen = [at for at in free if found[at].value == self._value]
        return next(iter(chosen + free), None)

    def action_step(self, by: int) -> None:
        """Move the cursor over rows that can be had, stopping at the ends."""
        if not self.query("#rows"):
            # The key was quicker than the list.
            self._steps += by
            return
        rows = self.query_one("#rows", OptionList)
        free = [at for at, each in enumerate(self._found[:LONGEST]) if not each.refusal]
        if free and rows.highlighted is not None:
            at = free.index(rows.highlighted) + by
            rows.highlighted = free[max(0, min(at, len(free) - 1))]

    @on(Input.Submitted, "#filter")
    def _take(self) -> None:
        at = self.query_one("#rows", OptionList).highlighted
        if at is not None:
            self.dismiss(self._found[at].value)

    @on(OptionList.OptionSelected, "#rows")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._found[event.option_index].value)
