"""What will become of each pasted address, before anything is sent (CONTRACT.md, `invite`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason

VERDICTS = (
    "invalid",
    "duplicate",
    "already_invited",
    "existing_user",
    "username_taken",
    "shared_domain",
    "over_limit",
    "ok",
)
"""In their order of precedence: the first that fits is told."""

SHARED_DOMAINS = frozenset(
    {
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "live.com",
        "outlook.com",
        "yahoo.com",
    }
)
"""Domains where anybody can have an address, so that an address there says nothing about an
organisation. Operators mark others in the store (DESIGN.md rule 12)."""


class Verdict(NamedTuple):
    """One address of a paste and what would happen to it; `detail` says why, or what else.

    `warning` is why an address that is ok deserves a second look, and `suggestion` the address
    that was probably meant.
    """

    line: int
    input: str
    email: str
    name: str
    username: str
    verdict: str
    detail: Reason | None = None
    warning: Reason | None = None
    suggestion: str = ""
