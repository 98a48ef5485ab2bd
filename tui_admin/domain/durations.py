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
    **{word: "s" for word in ("sec", "secs", "second", "seconds")},
    **{word: "m" for word in ("min", "mins", "minute", "minutes")},
    **{word: "h" for word in ("hr", "hrs", "hour", "hours")},
    **{word: "d" for word in ("day", "days")},
    **{word: "w" for word in ("week", "weeks")},
    **{word: "y" for word in ("year", "years")},
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
