"""Narrowing every list to one organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_admin.tui.app import Dashboard

ALL = "*"


async def choose_organisation(app: Dashboard) -> None:
    """Let the operator choose one or all, and remember it for the next time."""
    from tui_admin.domain.listings import Ask, Sort
    from tui_admin.domain.query import EVERYTHING
    from tui_admin.tui.dialogs.choose import Choose, Item

    if app.desk is None:
        return
    found = await app.desk.organisations.page(Ask(EVERYTHING, Sort("name"), size=2_000))
    items = (
        Item(ALL, "All organisations"),
        *(Item(row.name, row.name, row.registration_number) for row in found.rows),
    )
    chosen = await app.push_screen_wait(
        Choose("Which organisation?", items, value=app.organisation or ALL)
    )
    if chosen is not None:
        organisation = "" if chosen == ALL else chosen
        app.narrow(organisation)
        await app.desk.drafts.save("desk", {"organisation": organisation})
