"""Dates in the words of the invitee's language, without depending on the machine's locale."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime


class _Calendar(NamedTuple):
    days: tuple[str, ...]
    months: tuple[str, ...]
    at: str


_CALENDARS = {
    "en": _Calendar(
        ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
        ("January", "February", "March", "April", "May", "June", "July", "August", "September",
         "October", "November", "December"),
        "at",
    ),
    "nl": _Calendar(
        ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
        ("januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september",
         "oktober", "november", "december"),
        "om",
    ),
}  # fmt: skip

LANGUAGES = tuple(_CALENDARS)
"""Languages with templates; the first is used where a letter's language is another."""


def date_words(when: datetime, language: str) -> str:
    """Return an instant as `Thursday 3 December 2026 at 14:05 UTC`; `when` must know its zone."""
    calendar = _CALENDARS[language]
    utc = when.astimezone(UTC)
    day, month = calendar.days[utc.weekday()], calendar.months[utc.month - 1]
    return f"{day} {utc.day} {month} {utc.year} {calendar.at} {utc:%H:%M} UTC"
