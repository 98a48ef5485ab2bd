"""One connection's way of sending: a message after the other, the next ones handed over ahead."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.errors import AdminError
from tui_admin.domain.lifecycle import BULK, NOTICE
from tui_admin.i18n import say
from tui_admin.mail.smtp import Parcel

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from tui_admin.mail.outcome import Delivery
    from tui_admin.mail.pool import Pool
    from tui_admin.worker.journal import Journal
    from tui_admin.worker.ready import Ready, Shelf

GRACE = 3.0
"""Seconds that a mail in hand gets when the program is told to end at once."""


class LostClaim(Exception):
    """Another worker has taken the message over, or a pause holds it."""


class Turn(NamedTuple):
    """A message and the answer to whether its text may go out, where that was asked already."""

    ready: Ready
    granted: asyncio.Future[bool] | None = None


class Desk(NamedTuple):
    """What the lanes of a worker share.

    `heard` is told of every delivery; `ahead` is how many messages a lane hands over before their
    turn.
    """

    shelf: Shelf
    journal: Journal
    pool: Pool
    sender: str
    heard: Callable[[Delivery], None]
    ahead: int


class Lane:
    """Sends what is on the shelf over one connection of the pool.

    While a message is on its way the next ones are handed over already, so that the commit is no
    wait and one does for several. A crash leaves at most these in doubt.
    """

    def __init__(self, desk: Desk, *, reserved: bool) -> None:
        """Take a share of the work; a reserved lane is never given to bulk."""
        self._desk = desk
        self._reserved = reserved
        self._ahead: deque[Turn] = deque()
        self._sending = False

    @property
    def is_busy(self) -> bool:
        """Tell whether it has a message in hand."""
        return self._sending or bool(self._ahead)

    async def run(self, *, once: bool) -> None:
        """Send until the shelf is closed; with `once` a store out of reach is raised."""
        try:
            while (turn := await self._next()) is not None:
                try:
                    await to_the_end(self._send(turn))
                except AdminError:
                    if once:
                        raise
        finally:
            while self._ahead:
                self._desk.journal.release(self._ahead.popleft().ready)

    async def _next(self) -> Turn | None:
        if self._ahead and not self._desk.shelf.closed:
            return self._ahead.popleft()
        ready = await self._desk.shelf.take(NOTICE if self._reserved else BULK)
        return None if ready is None else Turn(ready)

    async def _send(self, turn: Turn) -> None:
        desk, ready = self._desk, turn.ready
        self._sending = True
        try:
            delivery = await self._deliver(turn)
        except (LostClaim, AdminError) as error:
            desk.journal.release(ready)
            if isinstance(error, AdminError):
                raise
        else:
            desk.journal.settle(ready, delivery, why(delivery))
            desk.heard(delivery)
        finally:
            self._sending = False

    async def _deliver(self, turn: Turn) -> Delivery:
        ready, journal = turn.ready, self._desk.journal

        async def handing_over() -> None:
            if not await (turn.granted or journal.hand_over(ready)):
                raise LostClaim
            self._hand_over_ahead()

        parcel = Parcel(self._desk.sender, ready.row.to, ready.body)
        return await self._desk.pool.deliver(parcel, handing_over)

    def _hand_over_ahead(self) -> None:
        if self._reserved:
            return
        pool = self._desk.pool
        while len(self._ahead) < min(self._desk.ahead, pool.allowance()) and pool.ready():
            ready = self._desk.shelf.take_ahead()
            if ready is None:
                return
            self._ahead.append(Turn(ready, self._desk.journal.hand_over(ready)))


def why(delivery: Delivery) -> str:
    """Return what people read where a mail did not go."""
    if delivery.outcome == "sent":
        return ""
    if delivery.reason is not None:
        return say(delivery.reason)
    return f"{delivery.code} {delivery.words}" if delivery.code else delivery.words


async def to_the_end(act: Coroutine[Any, Any, None]) -> None:
    """Await an act; a cancellation is passed on after it has ended, or after a grace.

    A mail server that says nothing must not keep a dashboard from closing. What is cut short is
    written down as what it is: not sent, or not known.
    """
    task = asyncio.ensure_future(act)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=GRACE)
        task.cancel()
        await asyncio.wait({task})
        raise
