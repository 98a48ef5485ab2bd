"""Prose for message ids, at the edge of the program.

English is the source language. A message is looked up by its id and filled with the reason's facts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.permissions import IN_WORDS
from tui_admin.domain.text import safe
from tui_admin.i18n.english import MESSAGES

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason

LONGEST_FACT = 300
_DESCRIBED = {"permission": IN_WORDS}
"""What people call a fact that is a name to programs."""


def say(reason: Reason) -> str:
    """Return the reason as a sentence.

    Facts may hold what strangers typed, and are made safe to show. An id without a text (a slip
    that a test holds off) is shown as itself with its facts: an operator is better served by
    something than by a second failure.
    """
    facts = {name: _shown(name, value) for name, value in reason.values.items()}
    text = MESSAGES.get(reason.id)
    if text is None:
        return f"{reason.id} {facts}" if facts else reason.id
    try:
        return text.format(**facts)
    except (KeyError, ValueError):
        return f"{reason.id} {facts}"


def _shown(name: str, value: Any) -> Any:
    value = _DESCRIBED.get(name, {}).get(value, value)
    return safe(value, LONGEST_FACT) if isinstance(value, str) else value
