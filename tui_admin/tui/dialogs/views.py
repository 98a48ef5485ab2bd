"""Views of a list that are kept under names: opened, kept, forgotten."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from tui_admin.tui.dialogs.choose import Choose, Item


class ChooseView(Choose):
    """Choose a view, or type a name under which what is shown is kept.

    `forgotten` are those that were taken off the list meanwhile.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("delete,ctrl+x", "forget", show=False, priority=True),
    ]
    keys = (
        ("enter", "Open, or keep under the name typed"),
        ("ctrl+x", "Forget"),
        ("esc", "Close"),
    )

    def __init__(self, items: tuple[Item, ...]) -> None:
        """Offer these."""
        super().__init__("Views", items, own="keeps what is shown under this name")
        self.forgotten: set[str] = set()

    def on_mount(self) -> None:
        """Say what to do where there is none."""
        super().on_mount()
        if not self._items:
            self.notice.tell("Type a name to keep what is shown.", "info")

    def action_forget(self) -> None:
        """Take the view under the cursor off the list."""
        at = self.query_one("#rows", OptionList).highlighted
        if at is None or self._found[at] not in self._items:
            return
        gone = self._found[at]
        self.forgotten.add(gone.value)
        self._items = tuple(each for each in self._items if each is not gone)
        self._show(self.query_one("#filter").value)  # type: ignore[attr-defined]
        self.notice.tell(f"{gone.label} is forgotten.", "info")
