"""What a list is in the middle of or has come to, and what it says where it has no rows."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.text import safe
from tui_admin.i18n import say

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason
    from tui_admin.tui.lists.spec import ListSpec


class State(Enum):
    """The five states of a list."""

    LOADING = "loading"
    ROWS = "rows"
    EMPTY = "empty"
    FILTERED_EMPTY = "filtered-empty"
    FAILED = "failed"


class Aim(Enum):
    """Where the cursor goes when rows arrive."""

    START = "start"
    END = "end"
    SAME = "same"
    BACK = "back"


def blank_words(state: State, spec: ListSpec, tab: int, reason: Reason | None) -> Content:
    """Return what stands in place of the rows: what is the matter, and what to press next."""
    many, shown = spec.listing.many, spec.tabs[tab]
    which = f"{shown.label.lower()} {many}" if shown.status else many
    head, hint = {
        State.LOADING: (f"Reading the {many} …", ""),
        State.ROWS: ("", ""),
        State.EMPTY: (spec.nobody or f"No {which}.", spec.empty),
        State.FILTERED_EMPTY: (
            f"No {which} match the filter.",
            "esc clears the filter · / changes it",
        ),
        State.FAILED: (
            safe(say(reason)) if reason else "",
            "ctrl+r tries again · nothing was changed",
        ),
    }[state]
    tone = "bold $bad" if state is State.FAILED else "bold"
    return Content.assemble((head, tone), "\n\n", (hint, "$off"))
