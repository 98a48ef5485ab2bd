"""E-mail domains: what is claimed for the environment, and what is used elsewhere, too."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from tui_admin.domain.addresses import domain_of, identity_key
from tui_admin.domain.errors import Refused, because

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from tui_admin.domain.errors import Reason

CLAIMED, SHARED, ASKED = "claimed", "shared", "asked"
MAILBOXES: Final = ("postmaster", "admin")
"""Whose mail only they read who run a domain (RFC 2142 reserves the first)."""
CLAIM_HOLDS: Final = timedelta(days=7)
"""How long the link in the mail about a claim works."""


class DomainRow(NamedTuple):
    """A domain: `kind` is claimed, shared, or asked while a claim waits for its confirmation.

    `by` is who claimed or marked it, `mailbox` where a claim was mailed to, and `overlaps` are
    the other domains that it holds or that hold it.
    """

    id: int
    domain: str
    kind: str
    at: datetime
    by: str
    mailbox: str = ""
    overlaps: tuple[str, ...] = ()


def read_domain(text: str) -> str:
    """Return a domain as identity keys have it; raises `Refused` for what is none."""
    typed = text.strip().removeprefix("@")
    if not typed or "@" in typed:
        raise Refused("domain_form", text=text)
    try:
        return domain_of(identity_key(f"postmaster@{typed}"))
    except Refused as error:
        raise Refused("domain_form", text=text) from error


def why_not_claim(domain: str, kinds: dict[str, str], public: Collection[str]) -> Reason | None:
    """Return why a domain cannot be claimed; `kinds` are those known, `public` anybody's."""
    if domain in public or kinds.get(domain) == SHARED:
        return because("domain_shared", domain=domain)
    if kinds.get(domain) == CLAIMED:
        return because("domain_claimed", domain=domain)
    return None


def overlapping(domain: str, others: Collection[str]) -> tuple[str, ...]:
    """Return the domains that hold this one, or that it holds."""
    return tuple(
        each
        for each in sorted(others)
        if each != domain and (each.endswith(f".{domain}") or domain.endswith(f".{each}"))
    )
