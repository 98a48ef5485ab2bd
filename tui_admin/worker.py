"""The mail worker: claim what is due, make the message, hand it over, write down what became of it.

A front end without a face; it runs by itself or inside a dashboard.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import socket
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from tui_admin.domain.errors import AdminError, OutOfReach, Refused
from tui_admin.i18n import say
from tui_admin.mail.compose import Composed, Sender, compose, shown
from tui_admin.mail.outcome import Delivery
from tui_admin.mail.smtp import Parcel
from tui_admin.mail.templating import OURS

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from tui_admin.mail.pool import Pool
    from tui_admin.mail.templating import Templates
    from tui_admin.services.outgoing import Claimed, Outgoing

BEAT = 5.0
"""Seconds between two heartbeats; they are believed for fifteen."""

NAP = 0.5
"""Seconds between two looks for what is due."""

PAUSE_WITHOUT_STORE = 3.0

GRACE = 3.0
"""Seconds that a mail in hand gets when the program is told to end at once."""


class LostClaim(Exception):
    """Another worker has taken the message over."""


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
        self.outgoing, self.pool, self.sender = outgoing, pool, sender
        self.templates = templates
        self.name = worker_name(kind)
        self._stands_back = kind == "dashboard"
        self._under_way = 0

    async def run(self, stop: asyncio.Event, *, once: bool = False) -> None:
        """Send until told to stop, or with `once` until nothing is due.

        What has been begun is finished. A store that goes away is waited for; with `once`, an
        unreachable mail server or store is raised as `OutOfReach`.
        """
        beating = asyncio.create_task(self._beat(stop, once))
        lanes = [asyncio.create_task(self._lane(stop, once)) for _ in range(self.pool.connections)]
        try:
            await asyncio.gather(*lanes)
        finally:
            for task in (beating, *lanes):
                # Lanes may have been told already; a second time would cut their grace short.
                if not task.cancelling():
                    task.cancel()
            await asyncio.gather(beating, *lanes, return_exceptions=True)
            await self.pool.close()
            with suppress(AdminError):
                await self.outgoing.sign_off(self.name)

    async def _beat(self, stop: asyncio.Event, once: bool) -> None:
        while not stop.is_set():
            with suppress(AdminError):
                if not await self._idle_behind_another():
                    await self._tell()
                    await self.outgoing.tidy()
            await _either(stop, BEAT)
            if once and self.pool.state.open:
                return

    async def _tell(self) -> None:
        state = self.pool.state
        trouble = retry_at = None
        if state.open:
            trouble = say(state.reason) if state.reason else state.words
            retry_at = self.outgoing.now() + timedelta(seconds=self.pool.wait())
        await self.outgoing.beat(self.name, trouble or "", retry_at)

    async def _lane(self, stop: asyncio.Event, once: bool) -> None:
        while not stop.is_set():
            try:
                sent = await self._step()
            except AdminError:
                if once:
                    raise
                await _either(stop, PAUSE_WITHOUT_STORE)
                continue
            if once and self.pool.state.open:
                raise OutOfReach("mail_unreachable", why=self._why())
            if not sent and once and not self._under_way:
                return
            if not sent:
                await _either(stop, NAP)

    def _why(self) -> str:
        state = self.pool.state
        return say(state.reason) if state.reason else state.words

    async def _step(self) -> bool:
        """Send one message if one is due; say whether there was one."""
        if not self.pool.ready() or await self._idle_behind_another():
            return False
        due = await self.outgoing.due()
        if due is None or due > self.outgoing.now():
            return False
        self._under_way += 1
        try:
            claimed = await self.outgoing.claim(self.name)
            if claimed is not None:
                await _to_the_end(self._send(claimed))
            return claimed is not None
        finally:
            self._under_way -= 1

    async def _idle_behind_another(self) -> bool:
        return self._stands_back and await self.outgoing.stands_back_for(self.name)

    async def _send(self, claimed: Claimed) -> None:
        letter = claimed.letter()
        try:
            message = await asyncio.to_thread(compose, letter, self.sender, self.templates)
        except Refused as refused:
            failed = Delivery("permanent", None, say(refused.reason), "connecting")
            await self.outgoing.settle(claimed, self.name, failed, "", failed.words)
            return
        with suppress(LostClaim):
            delivery = await self._deliver(claimed, message)
            troubled = delivery.outcome == "unreachable"
            why = say(delivery.reason) if delivery.reason else _words(delivery)
            text = shown(message.text)
            await self.outgoing.settle(claimed, self.name, delivery, text, why)
            if troubled:
                await self._tell()

    async def _deliver(self, claimed: Claimed, message: Composed) -> Delivery:
        body = bytes(claimed.row.body or message.data)

        async def handing_over() -> None:
            if not await self.outgoing.hand_over(claimed, self.name, body):
                raise LostClaim

        parcel = Parcel(self.sender.address, claimed.row.to, body)
        return await self.pool.deliver(parcel, handing_over)


def _words(delivery: Delivery) -> str:
    if delivery.outcome == "sent":
        return ""
    return f"{delivery.code} {delivery.words}" if delivery.code else delivery.words


async def _either(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


async def _to_the_end(act: Coroutine[Any, Any, None]) -> None:
    """Await an act; a cancellation is passed on after it has ended, or after a grace.

    A mail server that says nothing must not keep a dashboard from closing. What is cut short is
    found by the next worker as what it is: not sent, or not known.
    """
    task = asyncio.ensure_future(act)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=GRACE)
        task.cancel()
        await asyncio.wait({task})
        raise
