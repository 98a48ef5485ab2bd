"""The line of keys of the Invite dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.tui.dialogs.invite.mends import OFFERS

if TYPE_CHECKING:
    from tui_admin.tui.dialogs.base import Hint

IN_TEXT: tuple[Hint, ...] = (("f8", "Problem"), ("f6", "Mail"), ("esc", "Fields"))
EMPTY: tuple[Hint, ...] = (("f4", "From a file"), ("esc", "Fields"))
IN_FIELDS: tuple[Hint, ...] = (
    ("enter", "Choose"),
    ("tab", "Next field"),
    ("esc", "Close, keep the draft"),
)
BRING_BACK: Hint = ("f9", "Bring back the last list")


class State(NamedTuple):
    """What the keys go by: where the focus is, what Send would do, what the row offers."""

    in_text: bool
    empty: bool
    good: int = 0
    offer: str = ""
    alike: int = 0
    can_bring_back: bool = False


def keys(state: State) -> tuple[Hint, ...]:
    """Return the keys of where the focus is; the first says how many Send would send."""
    send = ("ctrl+s", f"Send {state.good:,}" if state.good else "Send")
    first = BRING_BACK if state.can_bring_back and state.empty else send
    if not state.in_text:
        return (first, *IN_FIELDS)
    if state.empty:
        return (first, *EMPTY)
    mending, bringing = _mending(state), _bringing(state)
    problem, mail, leave = IN_TEXT
    # Both at once are rare, and then something has to give way at 80 columns.
    rest = (problem, leave) if mending and bringing else (problem, mail, leave)
    return (first, *mending, *bringing, *rest)


def _mending(state: State) -> tuple[Hint, ...]:
    if not state.offer:
        return ()
    others = f", ⇧ all {state.alike:,}" if state.alike > 1 else ""
    return (("f7", f"{OFFERS[state.offer]}{others}"),)


def _bringing(state: State) -> tuple[Hint, ...]:
    return (("f9", "Bring back"),) if state.can_bring_back else ()
