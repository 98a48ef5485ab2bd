"""Asking to become company administrator of one of one's own organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.errors import because
from tui_admin.tui.dialogs.choose import Choose, Item

if TYPE_CHECKING:
    from tui_admin.tui.app import Dashboard


async def ask_authority(app: Dashboard) -> None:
    """Choose the organisation, and ask; call it in a worker, as a command's handler is."""
    asking = app.opened_desk.asking
    places = await asking.places()
    if not places:
        app.refuse(because("nowhere_to_ask"))
        return
    items = tuple(Item(each, each, "you are a member") for each in places)
    dialog = Choose("Ask to be company administrator of …", items)
    chosen: str | None = await app.push_screen_wait(dialog)
    if chosen is not None:
        app.tell_outcome(await asking.authority(chosen))
