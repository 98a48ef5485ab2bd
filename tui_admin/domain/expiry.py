"""Until when an invitation holds, as people write it: a date, or a length of time from now."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from tui_admin.domain.durations import duration
from tui_admin.domain.errors import Refused

LONGEST = timedelta(days=366)
"""How far ahead an invitation may hold: links in forgotten mails should not work for ever."""

_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})[-./](?P<month>\d{1,2})[-./](?P<year>\d{4})"),
)


def read_expiry(text: str, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Return the moment that is meant; a date is held to the end of its day in that zone.

    Without a zone it is the machine's. Raises `Refused` with `expiry_form`, or what `check_expiry`
    raises.
    """
    written = text.strip()
    on_date = next((found for form in _DATES if (found := form.fullmatch(written))), None)
    try:
        until = _end_of_day(on_date, zone) if on_date else now + duration(written)
    except (Refused, ValueError, OverflowError):
        raise Refused("expiry_form", text=text) from None
    check_expiry(until, now)
    return until


def _end_of_day(found: re.Match[str], zone: tzinfo | None) -> datetime:
    day = datetime(int(found["year"]), int(found["month"]), int(found["day"]))
    end = day + timedelta(days=1)
    return end.replace(tzinfo=zone) if zone else end.astimezone()


def check_expiry(until: datetime, now: datetime) -> None:
    """Raise `Refused` (`expiry_past`, `expiry_too_far`) for a moment nothing can hold until."""
    if until <= now:
        raise Refused("expiry_past")
    if until > now + LONGEST + timedelta(days=1):
        raise Refused("expiry_too_far", days=LONGEST.days)
