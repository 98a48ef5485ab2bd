"""Choosing for oneself how one is told of who waits for approval."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.telling import AT_ONCE, DAILY, DIGESTS, HOURLY, NEVER
from tui_admin.tui.dialogs.choose import Choose, Item

if TYPE_CHECKING:
    from tui_admin.services.digests import Digest
    from tui_admin.tui.app import Dashboard


def items(now: Digest) -> tuple[Item, ...]:
    """Return what there is to choose, with what each means."""
    notes = {
        AT_ONCE: "when somebody comes, at most every ten minutes",
        HOURLY: "at the full hour, if somebody came",
        DAILY: f"at {now.hour}:00, if anybody waits",
        NEVER: "only of those who wait longer than promised",
    }
    default = Item("", "as everybody", f"now {now.default}")
    return (*(Item(each, each, notes[each]) for each in DIGESTS), default)


async def choose_digest(app: Dashboard) -> None:
    """Ask, and keep the answer; call it in a worker, as a command's handler is."""
    digests = app.opened_desk.digests
    now = await digests.mine()
    dialog = Choose("Mail me of who waits", items(now), value=now.when if now.chosen else "")
    chosen: str | None = await app.push_screen_wait(dialog)
    if chosen is not None:
        kept = await digests.choose(chosen)
        app.tell(f"You are mailed of who waits: {kept.when}.", "success")
