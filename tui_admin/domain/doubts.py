"""Whether an address deserves a second look before it is invited: a warning, never a refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.errors import because

if TYPE_CHECKING:
    from collections.abc import Collection

    from tui_admin.domain.errors import Reason

WELL_KNOWN = (
    "gmail.com",
    "hotmail.com",
    "hotmail.nl",
    "outlook.com",
    "icloud.com",
    "yahoo.com",
    "googlemail.com",
    "protonmail.com",
    "ziggo.nl",
    "kpnmail.nl",
    "xs4all.nl",
    "hetnet.nl",
    "telenet.be",
    "skynet.be",
)
"""Where many people have an address and a slip is likelier than a stranger's domain."""

SHORTEST = 4
"""Letters in a name below which one letter more or less is more likely another name."""


class Lists:
    """Domains by what is known of them, as A-labels in small letters.

    `own` are those of the environment and of the organisation; `trusted` are never warned of, and
    `doubtful` are, whatever the published lists of free and disposable providers say.
    """

    def __init__(
        self,
        *,
        free: Collection[str] = (),
        disposable: Collection[str] = (),
        own: Collection[str] = (),
        trusted: Collection[str] = (),
        doubtful: Collection[str] = (),
    ) -> None:
        """Take the lists; by their lengths those are found soon that a domain may be a slip of."""
        self.free, self.disposable, self.doubtful = free, disposable, doubtful
        self.good = frozenset((*own, *trusted))
        self._by_length: dict[int, list[str]] = {}
        for each in (*sorted(self.good), *WELL_KNOWN):
            self._by_length.setdefault(len(each), []).append(each)

    def near(self, domain: str) -> list[str]:
        """Return the known domains about as long as this one, the own ones first."""
        size = len(domain)
        return [
            each for some in (size, size + 1, size - 1) for each in self._by_length.get(some, ())
        ]


class Doubt(NamedTuple):
    """Why to look again, and the address that was probably meant ("" where none is known)."""

    warning: Reason
    suggestion: str = ""


def doubt(email: str, domain: str, lists: Lists) -> Doubt | None:
    """Return why an address deserves a second look, None where it does not.

    `email` is the address as typed, `domain` that of its identity key.
    """
    if domain in lists.good:
        return None
    meant = probably_meant(domain, lists)
    if meant:
        local = email.rpartition("@")[0]
        return Doubt(because("likely_typo", domain=domain, meant=meant), f"{local}@{meant}")
    if domain in lists.disposable:
        return Doubt(because("disposable_provider", domain=domain))
    if domain in lists.free:
        return Doubt(because("free_provider", domain=domain))
    if domain in lists.doubtful:
        return Doubt(because("doubtful_domain", domain=domain))
    return None


def probably_meant(domain: str, lists: Lists) -> str:
    """Return the domain of which this one is probably a slip of the hand, "" where it is none.

    A provider that exists is no slip of another's name; a disposable one may well be, since slips
    of well-known names are bought to catch their mail.
    """
    if domain in WELL_KNOWN or domain in lists.free or domain in lists.doubtful:
        return ""
    return next((each for each in lists.near(domain) if is_slip(domain, each)), "")


def is_slip(domain: str, of: str) -> bool:
    """Whether one slip makes the one out of the other, and it is not simply another domain.

    A number tells domains apart, and so does the land at the end of the same name.
    """
    name, _, top = domain.rpartition(".")
    other, _, land = of.rpartition(".")
    if name == other and len(top) == len(land) == 2:
        return False
    return len(other) >= SHORTEST and _one_slip(domain, of)


def _one_slip(text: str, of: str) -> bool:
    """Whether the texts differ by a letter too many, too few or another, or by two swapped."""
    start, shorter = 0, min(len(text), len(of))
    while start < shorter and text[start] == of[start]:
        start += 1
    end = 0
    while end < shorter - start and text[-1 - end] == of[-1 - end]:
        end += 1
    here, there = text[start : len(text) - end], of[start : len(of) - end]
    if any(map(str.isdigit, here + there)):
        return False
    swapped = len(here) == len(there) == 2 and here == there[::-1]
    return swapped or (len(here) <= 1 and len(there) <= 1 and here != there)
