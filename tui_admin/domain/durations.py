"""Lengths of time as people type them: `7d`, `48 hours`, `2w`."""

from __future__ import annotations

import re
from datetime import timedelta

from tui_admin.domain.errors import Refused

_FORM = re.compile(r"\s*(\d{1,6})\s*([a-z]*)\s*", re.IGNORECASE)
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "y": 31_536_000}
_WORDS = {
    "": "d",
    **{unit: unit for unit in _SECONDS},
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), "m"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("day", "days"), "d"),
    **dict.fromkeys(("week", "weeks"), "w"),
    **dict.fromkeys(("year", "years"), "y"),
}


def duration(text: str) -> timedelta:
    """Return the length of time; a bare number is days.

    Raises `Refused` with the id `duration_form` for anything else.
    """
    match = _FORM.fullmatch(text)
    unit = _WORDS.get(match[2].lower()) if match else None
    if match is None or unit is None:
        raise Refused("duration_form", text=text)
    return timedelta(seconds=int(match[1]) * _SECONDS[unit])
