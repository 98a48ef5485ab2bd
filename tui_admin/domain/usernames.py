"""Usernames: made from an address, checked, and freed from clashes (DESIGN.md rule 9)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tui_admin.domain.errors import Refused
from tui_admin.domain.text import fold, safe

if TYPE_CHECKING:
    from collections.abc import Container

LONGEST: Final = 32
FALLBACK: Final = "user"
"""The stem where an address has no Latin letter to offer."""

# A username stands in sshd's forced command and goes through `sh -c`: FACTS.md "SSH".
_FORM = re.compile(r"[a-z][a-z0-9._-]{0,31}")
_NOT_IN_FORM = re.compile(r"[^a-z0-9._-]+")
_RUNS = re.compile(r"[._-]{2,}")


def check(username: str) -> str:
    """Return the username; raises `Refused("username_form")` unless it has the form."""
    if not _FORM.fullmatch(username):
        raise Refused("username_form", username=safe(username, 60))
    return username


def removed(user_id: int) -> str:
    """Return what a removed account is called: a name that nobody can choose."""
    return f"removed#{user_id}"


def is_removed(username: str) -> bool:
    """Say whether a username is that of a removed account."""
    return username.startswith("removed#")


def derive(email: str) -> str:
    """Return a username for an address, an identity key, or a local part alone.

    Always of the right form, always the same for the same address; `free` makes it unique.
    """
    local = email.rpartition("@")[0] or email
    plain = fold(local[:256]).replace("'", "").replace("’", "")
    plain = _RUNS.sub(lambda run: run.group()[0], _NOT_IN_FORM.sub("-", plain)).strip("._-")
    stem = plain.lstrip("0123456789._-")
    if not stem:
        stem = FALLBACK + re.sub(r"\D", "", plain)
    return stem[:LONGEST].rstrip("._-")


def free(wanted: str, taken: Container[str]) -> str:
    """Return the wanted username, or the first of `wanted-2`, `wanted-3` … that is not taken."""
    name, number = wanted[:LONGEST], 1
    while name in taken:
        number += 1
        suffix = f"-{number}"
        name = wanted[: LONGEST - len(suffix)].rstrip("._-") + suffix
    return name
