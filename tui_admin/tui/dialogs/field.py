"""A field of one line that opens a list to choose from."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui_admin.domain.text import safe
from tui_admin.tui.dialogs.base import MUTED
from tui_admin.tui.present import cut

if TYPE_CHECKING:
    from textual import events

    from tui_admin.tui.dialogs.choose import Choose, Item


LABEL = 13
"""Cells of the label; the marks before it and behind what is chosen have two each."""


class FieldLine(Widget, can_focus=True):
    """A label and a value on one line; enter, space or a letter opens something to change it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,right", "open", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, label: str, *, id: str) -> None:
        """Name the field."""
        super().__init__(id=id)
        self.label = label

    def words(self) -> tuple[str, str]:
        """Return the value as it is read, and the style it is shown in."""
        raise NotImplementedError

    def open_list(self, typed: str) -> None:
        """Let the value be changed; `typed` are letters that came before there was a place."""
        raise NotImplementedError

    def render(self) -> Content:
        """Return label, value and the sign that it opens."""
        text, style = self.words()
        room = max(1, self.size.width - LABEL - 4)
        mark = ("▸ ", "bold $accent") if self.has_focus else "  "
        return Content.assemble(
            mark, (f"{self.label:<{LABEL}}", MUTED), (cut(text, room), style), (" ▾", MUTED)
        )

    def action_open(self) -> None:
        """Open it."""
        self.open_list("")

    def on_click(self) -> None:
        """Open it."""
        self.open_list("")

    def on_key(self, event: events.Key) -> None:
        """Take a letter as the beginning of what is looked for."""
        if event.character and event.is_printable and event.character.strip():
            event.stop()
            self.open_list(event.character)


class ChoiceField(FieldLine):
    """A label and what is chosen; it opens the list to choose from.

    `value` is None while nothing was chosen, which is not the same as choosing "none".
    """

    class Changed(Message):
        """Something else was chosen."""

        def __init__(self, field: ChoiceField) -> None:
            """Say where."""
            super().__init__()
            self.field = field

        @property
        def control(self) -> ChoiceField:
            """The field."""
            return self.field

    def __init__(self, label: str, *, unset: str = "choose …", own: str = "", id: str) -> None:
        """Name the field; `unset` is shown while nothing is chosen.

        With `own` a word that is not in the list can be given, too; it says what that is then.
        """
        super().__init__(label, id=id)
        self.unset = unset
        self.own = own
        self.items: tuple[Item, ...] = ()
        self.value: str | None = None
        self._list: Choose | None = None

    @property
    def is_choosing(self) -> bool:
        """Whether its list is up, or what was chosen there is still on its way here."""
        return self._list is not None

    def offer(self, items: tuple[Item, ...], value: str | None) -> None:
        """Take other items and a value; one that is not among them counts as not chosen.

        Unless a word of one's own can be given: then it is one.
        """
        self.items = self._with(items, value if self.own else None)
        self.value = value if any(each.value == value for each in self.items) else None
        self.refresh()

    def _with(self, items: tuple[Item, ...], value: str | None) -> tuple[Item, ...]:
        from tui_admin.tui.dialogs.choose import Item

        known = not value or any(each.value == value for each in items)
        return items if known else (*items, Item(str(value), str(value), self.own))

    @property
    def chosen(self) -> Item | None:
        """The chosen item."""
        return next((each for each in self.items if each.value == self.value), None)

    def words(self) -> tuple[str, str]:
        """Return what is chosen, with what there is to know about it."""
        chosen = self.chosen
        if chosen is None:
            return self.unset, MUTED if self.disabled else "bold $waiting"
        more = f"  {chosen.brief}" if chosen.brief else ""
        return safe(f"{chosen.label}{more}", 200), ""

    def open_list(self, typed: str) -> None:
        """Open the list; keys that come before it has the focus are typed into it."""
        from tui_admin.tui.dialogs.choose import Choose

        if self._list is not None:
            self._list.type_ahead(typed)
            return
        value = self.value or ""
        self._list = Choose(self.label, self.items, value=value, typed=typed, own=self.own)
        self.app.push_screen(self._list, self._take)

    def _take(self, value: str | None) -> None:
        self._list = None
        if value is not None and value != self.value:
            self.items = self._with(self.items, value)
            self.value = value
            self.refresh()
            self.post_message(self.Changed(self))
