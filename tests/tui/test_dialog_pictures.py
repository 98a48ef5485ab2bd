"""Pictures of the dialogs and of screens 7 and 9, at both sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.events import Paste

from tests.support.dialogs import Desk, Stage
from tests.support.settle import settle
from tui_admin.domain.errors import because
from tui_admin.domain.outcomes import Outcome, Row
from tui_admin.tui.dialogs.choose import Choose, Item
from tui_admin.tui.dialogs.confirm import Confirm
from tui_admin.tui.dialogs.invite import InviteDialog
from tui_admin.tui.dialogs.outcome import ShowOutcome
from tui_admin.tui.dialogs.reason import AskReason
from tui_admin.tui.dialogs.sign_in import SignIn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot

    Compare = Callable[..., bool]

SIZES = [(80, 24), (120, 40)]
PASTED = """\
Jansen, Jan <jan.jansen@acme.example>; "Piet Post" <piet@acme.example>
els@acme.example\tEls de Vries
broken@@acme.example
invited@acme.example
blocked@acme.example
linked@acme.example
jan.jansen@acme.example
- maria.van.der.heijden-van.den.berg@international-shipping.example
"""
PEOPLE = tuple(f"person{number}@acme.example" for number in range(12))
SKIPPED = tuple(Row(number, each, because("already_blocked")) for number, each in enumerate(PEOPLE))
DIALOGS: dict[str, Callable[[], Any]] = {
    "choose": lambda: Choose(
        "Coupon",
        (
            Item("", "no coupon", "full price"),
            Item("WELCOME10", "WELCOME10 (10 %)"),
            Item("EXPIRED", "EXPIRED (10 %)", refusal="The coupon EXPIRED has expired."),
        ),
    ),
    "confirm": lambda: Confirm(
        "Revoke these 12 invitations?",
        PEOPLE,
        heading="Revoke",
        yes="Revoke",
        detail="Their links stop working, and the people are told.",
    ),
    "reason": lambda: AskReason("Block this user?", PEOPLE[:1], heading="Block", yes="Block"),
    "outcome": lambda: ShowOutcome(Outcome("user.block", SKIPPED[:1], SKIPPED), "Block"),
    "sign-in": lambda: SignIn(None, who="founder", environment="Demo"),  # type: ignore[arg-type]
}


def opening(dialog: Any, *keys: str, paste: str = "") -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Return what opens a dialog, pastes and presses keys, before the picture is taken."""

    async def run(pilot: Pilot[Any]) -> None:
        await pilot.app.push_screen(dialog)
        await settle(pilot)
        if paste:
            pilot.app.post_message(Paste(paste))
            await settle(pilot)
        await pilot.press(*keys)
        await settle(pilot)

    return run


@pytest.mark.parametrize("size", SIZES, ids=["80", "120"])
@pytest.mark.parametrize("name", DIALOGS)
def test_dialogs(snap_compare: Compare, name: str, size: tuple[int, int]) -> None:
    assert snap_compare(Stage(), terminal_size=size, run_before=opening(DIALOGS[name]()))


@pytest.mark.parametrize("size", SIZES, ids=["80", "120"])
@pytest.mark.parametrize("step", ["empty", "pasted", "over", "fields"])
def test_invite(snap_compare: Compare, step: str, size: tuple[int, int]) -> None:
    desk = Desk()
    if step == "over":
        desk.inviting.limit = 4
    dialog = InviteDialog(desk, limit=desk.inviting.limit)  # type: ignore[arg-type]
    keys = {"pasted": ["f8"], "fields": ["escape", "down", "enter", "d", "o", "enter"]}
    run = opening(dialog, *keys.get(step, []), paste="" if step == "empty" else PASTED)
    assert snap_compare(Stage(), terminal_size=size, run_before=run)
