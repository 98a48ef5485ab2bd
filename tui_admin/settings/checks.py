"""What a single value must look like, in words that the report takes over as they are.

A check takes what stands in the file, or what the check before it made of that, and returns the
value as the program wants it; it raises `Wrong`, in whose words the value never is.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tui_admin.domain.durations import duration
from tui_admin.domain.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = timedelta(days=366)


class Wrong(Exception):
    """A value is not what its key holds; `said` is what it must be instead, once or more."""

    def __init__(self, *said: str) -> None:
        """Keep the words."""
        super().__init__(*said)
        self.said = said


# Kinds


def text(value: object) -> str:
    """Refuse anything but text: 25 and true are no names."""
    if not isinstance(value, str):
        raise Wrong("must be text in quotes")
    return value


def flag(value: object) -> bool:
    """Refuse anything but true and false: 1 is a number."""
    if not isinstance(value, bool):
        raise Wrong("must be true or false")
    return value


def whole(least: int, most: int) -> Callable[[object], int]:
    """Return the check for a whole number within these bounds."""

    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Wrong("must be a whole number")
        if value < least:
            raise Wrong(f"must be at least {least}")
        if value > most:
            raise Wrong(f"must be at most {most}")
        return value

    return check


def one_of(*words: str) -> Callable[[object], str]:
    """Return the check for one of these words."""
    *others, last = map(repr, words)

    def check(value: object) -> str:
        if value not in words:
            raise Wrong(f"must be {', '.join(others)} or {last}")
        return str(value)

    return check


def each(*checks: Callable[[Any], Any]) -> Callable[[object], tuple[Any, ...]]:
    """Return the check for a list whose every item passes these checks."""

    def item(value: object) -> Any:
        for check in checks:
            value = check(value)
        return value

    def check_all(value: object) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Wrong('must be a list, such as ["example.org"]')
        good: list[Any] = []
        said: list[str] = []
        for entry in value:
            try:
                good.append(item(entry))
            except Wrong as wrong:
                said += wrong.said
        if said:
            raise Wrong(*said)
        return tuple(good)

    return check_all


# Texts


def line(value: str) -> str:
    """Refuse what could not stand on one line of a terminal or a mail header."""
    if not value.isprintable():
        raise Wrong("must be one line of printable characters")
    return value.strip()


def filled(value: str) -> str:
    """Refuse nothing at all."""
    if not value:
        raise Wrong("must not be empty")
    return value


def longest(most: int) -> Callable[[str], str]:
    """Return the check for a text of at most so many characters."""

    def check(value: str) -> str:
        if len(value) > most:
            raise Wrong(f"must have at most {most} characters")
        return value

    return check


def few(most: int) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """Return the check for a list of at most so many."""

    def check(value: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(value) > most:
            raise Wrong(f"must be at most {most}")
        return value

    return check


def short(value: str) -> str:
    """Refuse a name that would fill the frame, or a mail's line."""
    if len(value) > 60:
        raise Wrong("must have at most 60 characters")
    return value


def span(value: object) -> timedelta:
    """Read "14 days", "14d", "48h", or "0": a date can be reckoned from it."""
    try:
        length = duration(text(value))
    except (Refused, Wrong):
        said = 'must be a number and a unit in quotes, such as "14 days" or "48h"'
        raise Wrong(said) from None
    if length > LONGEST:
        raise Wrong("must be at most 366 days")
    return length


def lifetime(value: object) -> timedelta:
    """Read a span that is more than nothing."""
    length = span(value)
    if not length:
        raise Wrong("must be more than nothing and at most 366 days")
    return length


def web_address(value: str) -> str:
    """Check an address that links are made from; a trailing slash is dropped."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or " " in value:
        raise Wrong('must be a web address, such as "https://join.example.org"')
    if parts.query or parts.fragment or parts.username is not None:
        raise Wrong("must be a web address without a name, a question mark or a hash in it")
    return value.rstrip("/")


def store_address(value: str) -> str:
    """Check the kind of the store; the driver behind it is ours to choose."""
    kind, _, place = value.partition("://")
    path = place.partition("?")[0]
    sqlite = kind == "sqlite" and path.startswith("/") and path[1:] not in ("", "/", ":memory:")
    postgresql = kind == "postgresql" and place.strip("/")
    if value and not (value.isprintable() and (sqlite or postgresql)):
        raise Wrong('must be "sqlite:///PATH" or "postgresql://USER:PASSWORD@HOST/NAME"')
    return value


def domain(value: str) -> str:
    """Check what comes after the @ of an address, case aside."""
    name = value.rstrip(".").lower()
    labels = name.split(".")
    if len(labels) < 2 or not all(0 < len(label) < 64 for label in labels):
        raise Wrong('must hold domains of e-mail addresses, such as ["example.org"]')
    if not name.replace(".", "").replace("-", "").isalnum():
        raise Wrong('must hold domains without the part before the @, such as ["example.org"]')
    return name


def sender(value: str) -> str:
    """Check the sender's address as far as can be done without loading the validator."""
    if not _is_address(value):
        raise Wrong('must be one e-mail address, such as "noreply@example.org"')
    return value


def recipient(value: str) -> str:
    """Check an address that may be left empty."""
    if value and not _is_address(value):
        raise Wrong('must be empty or one e-mail address, such as "desk@example.org"')
    return value


def _is_address(value: str) -> bool:
    local, _, host = value.rpartition("@")
    return bool(local and host) and not any(sign in value for sign in " <>,;\"'\\")
