"""Prose for message ids, at the edge of the program.

English is the source language. A message is looked up by its id and filled with the reason's facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason

MESSAGES: dict[str, str] = {}


def say(reason: Reason) -> str:
    """Return the reason as a sentence.

    An id without a text (a programming slip, held off by a test) is shown as itself with its facts,
    since an operator is better served by something than by a second failure.
    """
    text = MESSAGES.get(reason.id)
    if text is None:
        return f"{reason.id} {reason.values}" if reason.facts else reason.id
    return text.format(**reason.values)
