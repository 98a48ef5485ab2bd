"""What a single value must look like, in words that the report takes over as they are."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic_core import PydanticCustomError

from tui_admin.domain.durations import duration
from tui_admin.domain.errors import Refused

if TYPE_CHECKING:
    from pydantic import SecretStr

LONGEST = timedelta(days=366)
OWN_WORDS = "said"
"""The type of an error that carries its text in its context."""


def wrong(what: str) -> PydanticCustomError:
    """Return an error in our own words."""
    return PydanticCustomError(OWN_WORDS, "{what}", {"what": what})


def lifetime(value: object) -> timedelta:
    """Read "14 days", "14d", "48h": more than nothing, and a date can be reckoned from it."""
    try:
        length = duration(value) if isinstance(value, str) else value
    except Refused:
        length = None
    if not isinstance(length, timedelta):
        raise wrong('must be a number and a unit in quotes, such as "14 days" or "48h"')
    if not timedelta(0) < length <= LONGEST:
        raise wrong("must be more than nothing and at most 366 days")
    return length


def line(value: str) -> str:
    """Refuse what could not stand on one line of a terminal or a mail header."""
    if not value.isprintable():
        raise wrong("must be one line of printable characters")
    return value.strip()


def web_address(value: str) -> str:
    """Check an address that links are made from; a trailing slash is dropped."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or " " in value:
        raise wrong('must be a web address, such as "https://join.example.org"')
    if parts.query or parts.fragment or parts.username is not None:
        raise wrong("must be a web address without a name, a question mark or a hash in it")
    return value.rstrip("/")


def store_address(value: SecretStr) -> SecretStr:
    """Check the kind of the store; the driver behind it is ours to choose."""
    url = value.get_secret_value()
    kind, _, place = url.partition("://")
    path = place.partition("?")[0]
    sqlite = kind == "sqlite" and path.startswith("/") and path[1:] not in ("", "/", ":memory:")
    postgresql = kind == "postgresql" and place.strip("/")
    if url and not (url.isprintable() and (sqlite or postgresql)):
        raise wrong('must be "sqlite:///PATH" or "postgresql://USER:PASSWORD@HOST/NAME"')
    return value


def domain(value: str) -> str:
    """Check what comes after the @ of an address, case aside."""
    name = value.rstrip(".").lower()
    labels = name.split(".")
    if len(labels) < 2 or not all(0 < len(label) < 64 for label in labels):
        raise wrong('must hold domains of e-mail addresses, such as ["example.org"]')
    if not name.replace(".", "").replace("-", "").isalnum():
        raise wrong('must hold domains without the part before the @, such as ["example.org"]')
    return name


def sender(value: str) -> str:
    """Check the sender's address as far as can be done without loading the validator."""
    local, _, host = value.rpartition("@")
    if not local or not host or any(sign in value for sign in " <>,;\"'\\"):
        raise wrong('must be one e-mail address, such as "noreply@example.org"')
    return value
