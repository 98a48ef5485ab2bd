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
IN_FIELDS: tuple[Hint, ...] = (
    ("enter", "Choose"),
    ("tab", "Next field"),
    ("esc", "Close, keep the draft"),
)
BRING_BACK: Hint = ("f9", "Bring back the last list")


def keys(*, in_text: bool, good: int, can_bring_back: bool) -> tuple[Hint, ...]:
    """Return the keys of where the focus is; the first says how many Send would send."""
    first = BRING_BACK if can_bring_back else ("ctrl+s", f"Send {good:,}" if good else "Send")
    return (first, *(IN_TEXT if in_text else IN_FIELDS))
