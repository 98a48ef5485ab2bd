"""Until when somebody in the queue is put off."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

MORNING = 9
"""The hour at which a working day begins, in the operator's zone."""


class Until(NamedTuple):
    """A time to choose, in words."""

    words: str
    at: datetime


def offered(now: datetime) -> tuple[Until, ...]:
    """Return the times to choose from; `now` is in the operator's zone."""
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    monday = morning + timedelta(days=7 - now.weekday())
    return (
        Until("an hour", now + timedelta(hours=1)),
        Until("four hours", now + timedelta(hours=4)),
        Until("tomorrow morning", morning + timedelta(days=1)),
        Until("Monday morning", monday),
        Until("two weeks", morning + timedelta(days=14)),
    )
