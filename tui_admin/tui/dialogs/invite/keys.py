"""The line of keys of the Invite dialog."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_admin.tui.dialogs.base import Hint

IN_TEXT: tuple[Hint, ...] = (
    ("f8", "Next problem"),
    ("shift+f8", "Previous"),
    ("esc", "To the fields"),
)
WITH_LAST: tuple[Hint, ...] = (("f9", "Bring back"), IN_TEXT[0], IN_TEXT[2])
IN_FIELDS: tuple[Hint, ...] = (
    ("enter", "Choose"),
    ("tab", "Next field"),
    ("esc", "Close, keep the draft"),
)
BRING_BACK: Hint = ("f9", "Bring back the last list")


def keys(*, in_text: bool, good: int, empty: bool, can_bring_back: bool) -> tuple[Hint, ...]:
    """Return the keys of where the focus is; the first says how many Send would send."""
    first = ("ctrl+s", f"Send {good:,}" if good else "Send")
    if can_bring_back and empty:
        first = BRING_BACK
    elif can_bring_back and in_text:
        return (first, *WITH_LAST)
    return (first, *(IN_TEXT if in_text else IN_FIELDS))
