"""Choosing what people may do with a product, for one organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.errors import because
from tui_admin.tui.dialogs.choose import Choose, Item

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tui_admin.domain.outcomes import Outcome, Picks
    from tui_admin.services.facade import Desk
    from tui_admin.tui.lists.list_screen import ListScreen

ALL = "all of it"


async def authorise(screen: ListScreen, picks: Picks, place: str) -> None:
    """Choose a product and a set of it, foresee whom it is for, and give it."""
    app = screen.dashboard
    sets = await app.opened_desk.authorising.sets()
    if not sets:
        app.refuse(because("no_authorisation_sets"))
        return
    codes = dict.fromkeys(code for code, _ in sets)
    items = [Item(f"{code} ", code, ALL) for code in codes]
    items += [Item(f"{code} {name}", code, name) for code, name in sets]
    chosen: str | None = await screen.app.push_screen_wait(
        Choose("What may they do with …", tuple(items))
    )
    if chosen is None:
        return
    code, _, name = chosen.partition(" ")

    def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
        return desk.authorising.give(some, place, code, name)

    bulk = await screen.foresee("Authorising", picks, do)
    question = f"Let {{who}} do {name or ALL} with {code}?"
    if bulk and (bulk.is_for_one or await screen.agreed(bulk, question, "Do it")):
        await screen.carry_out(bulk, do)
