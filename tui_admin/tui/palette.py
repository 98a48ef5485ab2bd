"""The palette: every declared command by name, also those without a key.

It is the program's own chooser and not Textual's palette, which is see-through: painting the whole
screen below once more in other colours costs 80 kB over a slow line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.commands import Offer, offers
from tui_admin.tui.frame import key_name

if TYPE_CHECKING:
    from tui_admin.tui.app import Dashboard

KEYS = 7
"""Cells before a command's name, for its key."""


async def open_palette(app: Dashboard) -> None:
    """Let the operator find a command of the screen by name, and run it."""
    from tui_admin.tui.dialogs.choose import Choose, Item

    found = {
        each.command.id: each
        for each in sorted(offers(app.screen, typed=False), key=_order)
        if each.command.id != "app.palette"
    }

    class Named(Item):
        """A command; what is refused can be chosen too, and then says why."""

        @property
        def prompt(self) -> Content:
            offer = found[self.value]
            dim = "$off" if offer.refusal else ""
            return Content.assemble((safe(self.label), dim), (f"  {safe(self.note)}", "$off"))

    class Palette(Choose):
        """What is named best stands first."""

        def _show(self, typed: str) -> None:
            self._items = tuple(sorted(items, key=lambda each: _distance(each.label, typed)))
            super()._show(typed)

    items = tuple(Named(name, _label(each), _note(each)) for name, each in found.items())
    chosen = await app.push_screen_wait(Palette("What would you like to do?", items))
    if chosen is not None:
        app.gate.run(found[chosen].node, found[chosen].command)


def _distance(label: str, typed: str) -> int:
    """Return how far a label is from what was typed: its beginning, the start of a word, neither.

    Only the order follows from it; what does not match at all is not shown.
    """
    name, wanted = label[KEYS:].strip().casefold(), typed.strip().casefold()
    if not wanted or name.startswith(wanted):
        return 0
    return 1 if f" {wanted}" in f" {name}" else 2 if wanted in name else 3


def _order(offer: Offer) -> int:
    return offer.command.priority or 100


def _label(offer: Offer) -> str:
    return f"{key_name(offer.command.key):<{KEYS}}{offer.command.label:<16}"


def _note(offer: Offer) -> str:
    return say(offer.refusal) if offer.refusal else offer.command.help
