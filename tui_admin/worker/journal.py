"""What became of messages and what goes out next, written down together.

A commit costs as much as handing a message over. While one is under way the connections go on,
and all that they have to say meanwhile goes into the next one.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from tui_admin.domain.errors import AdminError
from tui_admin.mail.outcome import Delivery
from tui_admin.services.dispatch import Note

if TYPE_CHECKING:
    from tui_admin.services.outgoing import Outgoing
    from tui_admin.worker.ready import Ready

LINGER = 0.01
"""Seconds that a commit waits for a hand-over of each connection, to have them all in one."""

PAUSE_WITHOUT_STORE = 1.0

RELEASED = Delivery("unreachable", None, "", "connecting")


class Journal:
    """The one writer of a worker."""

    def __init__(self, outgoing: Outgoing, owner: str, together: int) -> None:
        """Write nothing yet; `together` hand-overs make a commit worth its while."""
        self._outgoing, self._owner, self._together = outgoing, owner, together
        self._notes: list[Note] = []
        self._asked: dict[int, asyncio.Future[bool]] = {}
        self._handed: dict[int, Ready] = {}
        self._news, self._asking = asyncio.Event(), asyncio.Event()
        self._writing = self._closing = False

    @property
    def is_quiet(self) -> bool:
        """Tell whether everything has been written."""
        return not (self._notes or self._asked or self._writing)

    def settle(self, ready: Ready, delivery: Delivery, why: str = "") -> None:
        """Write down what became of a message, soon."""
        if self._handed.get(ready.id) is ready:
            del self._handed[ready.id]
        self._notes.append(Note(ready.row, delivery, why))
        self._news.set()

    def release(self, ready: Ready, why: str = "") -> None:
        """Give a message back that was not tried: for its next turn, without a used attempt.

        Not where it was claimed twice and an earlier or later claim of it is on its way.
        """
        if self._handed.get(ready.id, ready) is not ready:
            return
        self.settle(ready, RELEASED, why)

    def hand_over(self, ready: Ready) -> asyncio.Future[bool]:
        """Write down that a message's text is going out; the answer is whether it may.

        An unreachable store is raised out of it.
        """
        answer = asyncio.get_running_loop().create_future()
        if ready.id in self._handed:
            # Our own lease had ended, and we claimed it anew: only one of the two may go.
            answer.set_result(False)
            return answer
        self._asked[ready.id], self._handed[ready.id] = answer, ready
        if len(self._asked) >= self._together:
            self._asking.set()
        self._news.set()
        return answer

    async def run(self) -> None:
        """Write until closed; what a store that is away cannot take is kept for when it is back."""
        while not (self._closing and self.is_quiet):
            await self._news.wait()
            if len(self._asked) < self._together and not self._closing:
                await self._linger()
            self._news.clear()
            self._asking.clear()
            await self._write()

    async def close(self) -> None:
        """Have `run` end once everything is written, or cannot be."""
        self._closing = True
        self._news.set()
        self._asking.set()

    async def _linger(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._asking.wait(), LINGER)

    async def _write(self) -> None:
        notes, self._notes = self._notes, []
        asked, self._asked = self._asked, {}
        if not notes and not asked:
            return
        self._writing = True
        try:
            granted = await self._outgoing.write(self._owner, notes, asked)
        except AdminError as error:
            self._notes[:0] = notes
            _raise_in(asked, error)
            if self._closing:
                raise
            self._news.set()
            await asyncio.sleep(PAUSE_WITHOUT_STORE)
        else:
            for number, answer in asked.items():
                if not answer.done():
                    answer.set_result(number in granted)
        finally:
            self._writing = False


def _raise_in(asked: dict[int, asyncio.Future[bool]], error: AdminError) -> None:
    for answer in asked.values():
        if not answer.done():
            answer.set_exception(error)
            answer.exception()  # nobody may be waiting for it yet
