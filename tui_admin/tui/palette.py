"""The palette: every declared command by name, also those without a key.

It is the program's own chooser and not Textual's palette, which is see-through: painting the whole
screen below once more in other colours costs 80 kB over a slow line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.i18n import say
from tui_admin.tui.commands import Offer, offers
from tui_admin.tui.frame import key_name

if TYPE_CHECKING:
    from tui_admin.tui.app import Dashboard


async def open_palette(app: Dashboard) -> None:
    """Let the operator find a command of the screen by name, and run it."""
    from tui_admin.tui.dialogs.choose import Choose, Item

    found = {
        each.command.id: each
        for each in sorted(offers(app.screen, typed=False), key=_order)
        if each.command.id != "app.palette"
    }
    items = tuple(
        Item(name, _label(each), each.command.help, _why(each)) for name, each in found.items()
    )
    chosen = await app.push_screen_wait(Choose("What would you like to do?", items))
    if chosen is not None:
        app.gate.run(found[chosen].node, found[chosen].command)


def _order(offer: Offer) -> int:
    return offer.command.priority or 100


def _label(offer: Offer) -> str:
    return f"{key_name(offer.command.key):<7}{offer.command.label:<16}"


def _why(offer: Offer) -> str:
    return say(offer.refusal) if offer.refusal else ""
