"""Codes that are mailed, and how often things may be tried."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Final

DIGITS: Final = 6
TRIES: Final = 5
HOLDS: Final = timedelta(minutes=15)
"""How long a code can be entered."""

AGAIN: Final = timedelta(minutes=1)
"""How long the code that was right still answers: a second click must not lead astray."""

BETWEEN: Final = timedelta(seconds=30)
MAILED_AN_HOUR: Final = 5
"""How many codes a session has mailed to it in an hour."""

ASKED_AN_HOUR: Final = 20
"""How many codes are mailed to an address in an hour, whoever asks."""

WRONG_SIGN_INS, SIGN_IN_SPAN = 10, timedelta(minutes=15)
LINKS_AN_HOUR: Final = 3
HOUR: Final = timedelta(hours=1)
"""What those per hour are counted within."""


def new_code() -> str:
    """Return six random digits."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def read_code(typed: str) -> str:
    """Return a code as it was mailed: people type blanks and hyphens between the digits."""
    return re.sub(r"[\s-]", "", typed[:64])


def code_hash(session: str, code: str) -> str:
    """Return what the store keeps of a code.

    Six digits alone could be tried out against their hash; the session's token, which the store
    does not hold, cannot.
    """
    return hashlib.sha256(f"{session}\n{code}".encode("utf-8", "surrogatepass")).hexdigest()


def minutes(span: timedelta) -> int:
    """Return a length of time in whole minutes."""
    return int(span.total_seconds() // 60)
