"""The draft: what is in the Invite dialog, kept so that nothing typed is ever lost."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.domain.errors import AdminError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_admin.domain.verdicts import Verdict
    from tui_admin.services.inviting import Sent

NAME = "invite"
SOON = 0.15
"""Seconds until the first save: verdicts are waited for by somebody, and come first."""
PAUSE = 0.5
"""Seconds between two saves; what is typed meanwhile goes along with the second."""
PATIENCE = 2.0
"""Seconds that leaving waits for the draft to be saved."""


MAY_BE_OPEN = frozenset({"organisation", "product", "coupon", "role", "authorisations"})
"""Choices that may be waiting to be made."""


class Draft(NamedTuple):
    """The text and the choices; a choice of None was not made yet, an empty one means "none".

    `last` is what of the text was sent last, and `last_note` the note with it, for the case that
    it is taken back.
    """

    text: str = ""
    organisation: str | None = None
    product: str | None = None
    coupon: str | None = None
    role: str | None = None
    authorisations: str | None = ""
    language: str = ""
    note: str = ""
    last: str = ""
    last_note: str = ""

    @classmethod
    def read(cls, stored: dict[str, Any]) -> Draft:
        """Read what an earlier session stored, whatever it has become since."""
        words: dict[str, Any] = {key: value for key, value in stored.items() if key in cls._fields}
        wrong = [
            key
            for key, value in words.items()
            if not (isinstance(value, str) or (value is None and key in MAY_BE_OPEN))
        ]
        return cls(**{key: value for key, value in words.items() if key not in wrong})


def remaining(text: str, kept: tuple[int, ...], verdicts: tuple[Verdict, ...]) -> str:
    """Return what stays in the draft once the good rows are gone.

    A line of which nothing was sent stays as it was typed. Of a line that held good and bad
    addresses the bad ones stay.
    """
    lines = text.split("\n")
    left = []
    for number in sorted(set(kept)):
        if not 1 <= number <= len(lines):
            continue
        here = [each for each in verdicts if each.line == number]
        bad = [each.input for each in here if each.verdict != "ok"]
        left.append(lines[number - 1] if len(bad) == len(here) else "; ".join(bad))
    return "\n".join(left)


def gone_from(text: str, sent: Sent) -> str:
    """Return the list that was sent: the text without what stays in the draft."""
    kept = set(sent.kept)
    gone = []
    for number, line in enumerate(text.split("\n"), 1):
        good = [each.input for each in sent.items if each.line == number and each.verdict == "ok"]
        if number not in kept:
            gone.append(line)
        elif good:
            gone.append("; ".join(good))
    return "\n".join(gone)


class Keeper:
    """Saves the newest value, one save at a time, so that an older one never comes out on top."""

    def __init__(self, save: Callable[[str, dict[str, Any]], Awaitable[None]]) -> None:
        """Save through the drafts' service."""
        self._save = save
        self._lock = asyncio.Lock()
        self.newest: Draft | None = None
        self.saved: Draft | None = None
        self.waiting = False

    @property
    def behind(self) -> bool:
        """Say whether something is not saved yet."""
        return self.newest is not None and self.newest != self.saved

    async def flush(self) -> None:
        """Save until the newest value is saved; raises AdminError where the store refuses."""
        async with self._lock:
            while self.newest is not None and self.newest != self.saved:
                draft = self.newest
                await self._save(NAME, draft._asdict())
                self.saved = draft

    async def flush_in_time(self) -> bool:
        """Save, and give up after a bounded wait; say whether everything is saved."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self.flush()
        except (AdminError, TimeoutError):
            return False
        return not self.behind
