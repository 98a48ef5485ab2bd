"""Keeps the shelf filled: claims what is due, has it composed, and keeps the bytes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.errors import AdminError, Refused
from tui_admin.domain.lifecycle import BULK, NOTICE
from tui_admin.i18n import say
from tui_admin.mail.outcome import Delivery
from tui_admin.services.outgoing import Kept
from tui_admin.worker.ready import Ready

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_admin.mail.skeleton import Composer
    from tui_admin.services.outgoing import Claimed, Outgoing
    from tui_admin.worker.journal import Journal
    from tui_admin.worker.ready import Shelf

EACH = 16
"""Messages that are kept ready for each connection."""

FEW = 4
"""Pressing messages that are claimed at once though the shelf is full."""


class _Made(NamedTuple):
    ready: list[Ready]
    fresh: list[Kept]
    failed: list[tuple[Claimed, Delivery]]


class Feeder:
    """Brings messages from the outbox to the shelf."""

    def __init__(
        self, outgoing: Outgoing, owner: str, composer: Composer, shelf: Shelf, journal: Journal
    ) -> None:
        """Claim nothing yet."""
        self._outgoing, self._owner, self._composer = outgoing, owner, composer
        self._shelf, self._journal = shelf, journal
        self._more = False

    async def fetch(self, room: int) -> int:
        """Claim as many messages as there is room for; returns how many came.

        Where there is none, what must not wait behind the others is claimed all the same.
        """
        most, up_to = (room, BULK) if room > 0 else (FEW, NOTICE)
        # Claiming is a write, so it is asked first whether there is anything, unless there was.
        known = self._more and room > 0
        if not known and not await self._outgoing.is_due(up_to):
            return 0
        claimed = await self._outgoing.claim(self._owner, most, up_to=up_to)
        if room > 0:
            self._more = len(claimed) == most
        if claimed:
            await self._shelve(claimed)
        return len(claimed)

    async def _shelve(self, claimed: tuple[Claimed, ...]) -> None:
        try:
            made = await asyncio.to_thread(self._make, claimed)
            await self._outgoing.keep(self._owner, made.fresh)
        except AdminError:
            self.release(Ready(each.row, b"") for each in claimed)
            raise
        for each, delivery in made.failed:
            self._journal.settle(Ready(each.row, b""), delivery, delivery.words)
        self._shelf.put(made.ready)

    def release(self, some: Iterable[Ready], why: str = "") -> None:
        """Give messages back to the outbox."""
        for each in some:
            self._journal.release(each, why)

    def _make(self, claimed: tuple[Claimed, ...]) -> _Made:
        made = _Made([], [], [])
        for each in claimed:
            if each.row.body:
                # Every attempt has the same bytes.
                made.ready.append(Ready(each.row, bytes(each.row.body)))
                continue
            try:
                composed = self._composer.compose(each.letter())
            except Refused as error:
                words = say(error.reason)
                made.failed.append((each, Delivery("permanent", None, words, "connecting")))
                continue
            made.ready.append(Ready(each.row, composed.data))
            made.fresh.append(Kept(each.id, composed.data, composed.text))
        return made
