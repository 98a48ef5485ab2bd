"""A worker: its feeder, its lanes, its heartbeat, from the first claim to signing off."""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
import time
from collections import deque
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from tui_admin.domain.errors import AdminError, OutOfReach
from tui_admin.i18n import say
from tui_admin.mail.skeleton import Composer
from tui_admin.mail.templating import OURS
from tui_admin.services.roster import Pulse
from tui_admin.worker.feeder import EACH, Feeder
from tui_admin.worker.journal import Journal
from tui_admin.worker.lane import Desk, Lane
from tui_admin.worker.ready import Shelf

if TYPE_CHECKING:
    from tui_admin.mail.compose import Sender
    from tui_admin.mail.outcome import Delivery
    from tui_admin.mail.pool import Pool
    from tui_admin.mail.templating import Templates
    from tui_admin.services.outgoing import Outgoing

AHEAD = 4
"""Messages that a connection hands over before their turn.

So many share a commit, and so many more are in doubt when the program dies.
"""

BEAT = 5.0
"""Seconds between two heartbeats; they are believed for fifteen."""

NAP = 0.5
"""Seconds between two looks for what is due."""

SHORT_NAP = 0.02
"""The same for whoever waits for the end of all that is due."""

PAUSE_WITHOUT_STORE = 3.0

FAREWELL = 10.0
"""Seconds that the last outcomes get to be written down."""


def worker_name(kind: str) -> str:
    """Return a name for a worker; those of `worker` come before those of `dashboard`.

    The order decides who works: a dashboard sends only while nobody before it is alive.
    """
    rank = {"worker": "1", "dashboard": "2"}[kind]
    return f"{rank}-{kind}:{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


class Worker:
    """Sends the outbox of one store through one pool of connections."""

    def __init__(
        self,
        outgoing: Outgoing,
        pool: Pool,
        sender: Sender,
        kind: str,
        templates: Templates = OURS,
    ) -> None:
        """Take the outbox and the pool; nothing is claimed before `run`."""
        self.outgoing, self.pool = outgoing, pool
        self.name = worker_name(kind)
        self._stands_back = kind == "dashboard"
        self._shelf = Shelf()
        # One connection alone has codes to send, too, and they wait for what was handed over.
        ahead = AHEAD if pool.connections > 1 else 1
        self._journal = Journal(outgoing, self.name, max(1, pool.connections - 1) + ahead - 1)
        composer = Composer(sender, templates)
        self._feeder = Feeder(outgoing, self.name, composer, self._shelf, self._journal)
        desk = Desk(self._shelf, self._journal, pool, sender.address, self._heard, ahead)
        # With two connections or more, one is never given to bulk.
        self._lanes = [
            Lane(desk, reserved=number == 0 and pool.connections > 1)
            for number in range(pool.connections)
        ]
        self._tally = Tally()
        self._upset = asyncio.Event()
        self._told_open = False

    async def run(self, stop: asyncio.Event, *, once: bool = False) -> None:
        """Send until told to stop, or with `once` until nothing is due.

        What has been begun is finished. A store that goes away is waited for; with `once`, an
        unreachable mail server or store is raised as `OutOfReach`.
        """
        writing = asyncio.create_task(self._journal.run())
        beating = asyncio.create_task(self._beat(stop))
        sending = [asyncio.create_task(self._feed(stop, once))]
        sending += [asyncio.create_task(lane.run(once=once)) for lane in self._lanes]
        try:
            await _all_or_first_trouble(sending, writing)
        finally:
            await _end(sending)
            self._feeder.release(self._shelf.clear(), self._why())
            await self._farewell(writing)
            await _end([beating])
            await self.pool.close()
            with suppress(AdminError):
                await self.outgoing.roster.sign_off(self.name)

    async def _farewell(self, writing: asyncio.Task[None]) -> None:
        await self._journal.close()
        await asyncio.wait({writing}, timeout=FAREWELL)
        await _end([writing])

    # What is due

    async def _feed(self, stop: asyncio.Event, once: bool) -> None:
        while not stop.is_set():
            try:
                came = await self._fetch()
            except AdminError:
                if once:
                    raise
                await _either(stop, PAUSE_WITHOUT_STORE)
                continue
            if once and self.pool.state.open:
                raise OutOfReach("mail_unreachable", why=self._why())
            if once and not came and self._is_idle():
                break
            if not came:
                await self._rest(stop, SHORT_NAP if once else NAP)
        self._shelf.close()

    async def _fetch(self) -> int:
        if not self.pool.ready():
            if self.pool.state.open:
                self._feeder.release(self._shelf.clear(), self._why())
            return 0
        if self._stands_back and await self.outgoing.roster.stands_back_for(self.name):
            return 0
        return await self._feeder.fetch(self._room())

    def _room(self) -> int:
        """Return how many more messages are to be kept ready; a few more are not worth a claim."""
        most = min(EACH * self.pool.connections, self.pool.allowance())
        return most - len(self._shelf) if len(self._shelf) <= most // 2 else 0

    async def _rest(self, stop: asyncio.Event, seconds: float) -> None:
        half = EACH * self.pool.connections // 2
        if len(self._shelf) > half:
            await self._shelf.down_to(half, NAP)
        else:
            await _either(stop, seconds)

    def _is_idle(self) -> bool:
        busy = any(lane.is_busy for lane in self._lanes)
        return not busy and not len(self._shelf) and self._journal.is_quiet

    # How it goes

    def _heard(self, delivery: Delivery) -> None:
        if delivery.outcome == "sent":
            self._tally.count()
        if self.pool.state.open != self._told_open:
            self._upset.set()

    def _why(self) -> str:
        state = self.pool.state
        return (say(state.reason) if state.reason else state.words) if state.open else ""

    async def _beat(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            self._upset.clear()
            with suppress(AdminError):
                await self._show_life()
            await _either(self._upset, BEAT)

    async def _show_life(self) -> None:
        roster = self.outgoing.roster
        if self._stands_back and await roster.stands_back_for(self.name):
            return
        self._told_open = self.pool.state.open
        retry_at = None
        if self._told_open:
            retry_at = self.outgoing.now() + timedelta(seconds=self.pool.wait())
        pulse = Pulse(self._why(), retry_at, self._tally.of_a_minute())
        self.pool.share(await roster.beat(self.name, pulse))
        await self.outgoing.tidy()


class Tally:
    """Counts what was sent in the last minute."""

    def __init__(self) -> None:
        """Start from nothing."""
        self._seconds: deque[tuple[int, int]] = deque()

    def count(self) -> None:
        """Note one more."""
        now = int(time.monotonic())
        if self._seconds and self._seconds[-1][0] == now:
            self._seconds[-1] = (now, self._seconds[-1][1] + 1)
        else:
            self._seconds.append((now, 1))

    def of_a_minute(self) -> int:
        """Return how many there were."""
        since = int(time.monotonic()) - 60
        while self._seconds and self._seconds[0][0] <= since:
            self._seconds.popleft()
        return sum(number for _, number in self._seconds)


async def _either(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


async def _end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        # One may have been told already; a second time would cut its grace short.
        if not task.cancelling():
            task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _all_or_first_trouble(
    sending: list[asyncio.Task[None]], writing: asyncio.Task[None]
) -> None:
    """Wait until all that send have ended; raise what goes wrong in one of them or the writer."""
    waiting: set[asyncio.Task[None]] = set(sending)
    while waiting:
        done, _ = await asyncio.wait({*waiting, writing}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        waiting -= done
