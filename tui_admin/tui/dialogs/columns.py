"""Which columns a list shows, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from tui_admin.tui.dialogs.base import MUTED, Dialog
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.listings import Field


class ArrangeColumns(Dialog[tuple[str, ...]]):
    """Gives the names of the columns to show, in their order; None where nothing is changed.

    An empty answer stands for the columns as they are declared.
    """

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "show_or_hide", show=False),
        Binding("plus,right,shift+down,J", "move(1)", show=False),
        Binding("minus,left,shift+up,K", "move(-1)", show=False),
        Binding("j", "step(1)", show=False),
        Binding("k", "step(-1)", show=False),
        Binding("d", "declared", show=False),
        Binding("enter,ctrl+s,f10", "keep", show=False, priority=True),
    ]
    heading = "Columns"
    keys = (
        ("space", "Show or hide"),
        ("← →", "Move"),
        ("d", "As it was"),
        ("enter", "Keep"),
        ("esc", "Cancel"),
    )

    def __init__(self, declared: tuple[Field, ...], shown: tuple[Field, ...]) -> None:
        """Offer the declared columns, those shown first and in their order."""
        super().__init__(id="columns")
        self._declared = declared
        self._order = [*shown, *(each for each in declared if each not in shown)]
        self._shown = {each.name for each in shown}

    def fill(self) -> ComposeResult:
        """Yield the list."""
        yield OptionList(compact=True, id="rows", markup=False)

    def on_mount(self) -> None:
        """Show them."""
        self._again(0)
        self._rows.focus()

    @property
    def _rows(self) -> OptionList:
        return self.query_one("#rows", OptionList)

    def _again(self, at: int) -> None:
        rows = self._rows
        rows.clear_options()
        rows.add_options(Option(self._prompt(each)) for each in self._order)
        rows.highlighted = at

    def _prompt(self, field: Field) -> Content:
        shown = field.name in self._shown
        first = "  first to stay where the terminal is narrow" if field.priority == 0 else ""
        return Content.assemble(
            ("✓ " if shown else "  ", "bold $accent"),
            (field.label, "" if shown else MUTED),
            (first, MUTED),
        )

    def action_show_or_hide(self) -> None:
        """Show or hide the column under the cursor; one at least is shown."""
        at = self._rows.highlighted or 0
        changed = self._shown ^ {self._order[at].name}
        if not changed:
            self.notice.tell("One column has to stay.")
            return
        self._shown = changed
        self.notice.clear()
        self._again(at)

    def action_move(self, by: int) -> None:
        """Move the column under the cursor."""
        at = self._rows.highlighted or 0
        to = max(0, min(at + by, len(self._order) - 1))
        self._order.insert(to, self._order.pop(at))
        self._again(to)

    def action_step(self, by: int) -> None:
        """Move the cursor."""
        at = (self._rows.highlighted or 0) + by
        self._rows.highlighted = max(0, min(at, len(self._order) - 1))

    def action_declared(self) -> None:
        """Go back to how it is declared."""
        self._order = list(self._declared)
        self._shown = {each.name for each in self._declared}
        self._again(0)

    def action_keep(self) -> None:
        """Give the answer."""
        shown = [each for each in self._order if each.name in self._shown]
        names = tuple(each.name for each in shown)
        self.dismiss(() if shown == list(self._declared) else names)
