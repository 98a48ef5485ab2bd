"""Messages that can go at once: claimed, composed, and with their bytes in the store."""

from __future__ import annotations

import asyncio
import heapq
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.domain.lifecycle import URGENT

if TYPE_CHECKING:
    from collections.abc import Iterable


class Ready(NamedTuple):
    """A message of the outbox and its bytes."""

    row: Any
    body: bytes

    @property
    def id(self) -> int:
        """Return the message's id."""
        return int(self.row.id)


class Shelf:
    """Where messages wait for a free connection, the most pressing in front."""

    def __init__(self) -> None:
        """Start empty and open."""
        self._waiting: list[tuple[int, int, Ready]] = []
        self._number = 0
        self._changed = asyncio.Event()
        self._low, self._wanted = 0, asyncio.Event()
        self.closed = False

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def put(self, some: Iterable[Ready]) -> None:
        """Put messages behind those that are as pressing."""
        for each in some:
            self._number += 1
            heapq.heappush(self._waiting, (each.row.priority, self._number, each))
        self._changed.set()

    async def take(self, up_to: int) -> Ready | None:
        """Return the most pressing message, waiting for one; None once the shelf is closed.

        With a priority of `up_to` at most: others are left for other connections.
        """
        while not self.closed:
            if self._waiting and self._waiting[0][0] <= up_to:
                return self._pop()
            self._changed.clear()
            await self._changed.wait()
        return None

    def take_ahead(self) -> Ready | None:
        """Return what could be handed over ahead of its turn, if such a message is in front.

        What is urgent never is: it goes to the connection that is free first.
        """
        if self.closed or not self._waiting or self._waiting[0][0] <= URGENT:
            return None
        return self._pop()

    def _pop(self) -> Ready:
        ready = heapq.heappop(self._waiting)[2]
        if len(self._waiting) <= self._low:
            self._wanted.set()
        return ready

    def clear(self) -> list[Ready]:
        """Take everything away."""
        waiting, self._waiting = self._waiting, []
        return [each for _, _, each in waiting]

    def close(self) -> None:
        """Let nobody wait any longer."""
        self.closed = True
        self._changed.set()

    async def down_to(self, number: int, seconds: float) -> None:
        """Return once that few are left, or after that time."""
        self._low = number
        self._wanted.clear()
        if len(self._waiting) > number:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), seconds)
