"""A few persistent connections that share one rate limit and one breaker.

Time comes from an injected monotonic clock, in seconds, so that tests wait for nothing.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.errors import because
from tui_admin.mail.outcome import Delivery, by_loss
from tui_admin.mail.smtp import Connection, no_hook, tls_context

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable
    from types import TracebackType
    from typing import Self

    from tui_admin.domain.errors import Reason
    from tui_admin.mail.smtp import Parcel, SmtpOptions

PAUSES = (5.0, 15.0, 60.0, 120.0, 300.0)
"""Seconds the breaker stays open after the first, second, … failure in a row."""


class Breaker(NamedTuple):
    """Whether the server is out of reach, and since when.

    `since` and `retry_at` are seconds on the pool's clock, 0.0 while closed; `words` and `reason`
    are what the last try met.
    """

    open: bool = False
    since: float = 0.0
    retry_at: float = 0.0
    words: str = ""
    reason: Reason | None = None


class Pool:
    """Deliver messages over at most `connections` connections, `rate_per_minute` (0 = any)."""

    def __init__(
        self,
        options: SmtpOptions,
        *,
        connections: int = 2,
        rate_per_minute: int = 0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Prepare the pool; nothing is connected before the first delivery."""
        self.state = Breaker()
        self.connections = max(1, connections)
        self._options = options
        self._clock = clock
        self._sleep = sleep
        self._bucket = Bucket(rate_per_minute, clock)
        self._context: ssl.SSLContext | None = None
        self._context_wanted = options.tls != "none"
        self._idle: list[Connection] = []
        self._slots = asyncio.Semaphore(self.connections)
        self._preparing = asyncio.Lock()
        self._in_flight = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._failures = 0
        self._turn = 0  # rises whenever the breaker opens or closes; late news is told by it
        self._trying = False
        self._closing = False

    async def __aenter__(self) -> Self:
        """Return the pool; connections are made when they are needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Drain and close."""
        await self.close()

    def wait(self) -> float:
        """Return how many seconds from now a delivery could start, as far as is known."""
        if self.state.open and not self._trying:
            return max(self.state.retry_at - self._clock(), self._bucket.wait(), 0.0)
        return PAUSES[0] if self.state.open else self._bucket.wait()

    def ready(self) -> bool:
        """Tell whether it makes sense to claim a message now.

        False while the breaker is open, while its one trial is under way, when the rate limit is
        used up, and once the pool is closing.
        """
        return not self._closing and self.wait() <= 0.0

    def allowance(self) -> int:
        """Return how many messages it makes sense to have ready; without a limit any number."""
        if self.state.open:
            return 1
        return self._bucket.allowance()

    def share(self, number: int) -> None:
        """Share the rate limit with others: it is the mail server's, whoever sends."""
        self._bucket.share(number)

    async def deliver(
        self, parcel: Parcel, before_body: Callable[[], Awaitable[None]] = no_hook
    ) -> Delivery:
        """Send one message over a free connection; waits for one, and for the rate limit.

        While the breaker is open the answer is `unreachable` at once. Raises RuntimeError after
        `close`, and whatever `before_body` raises.
        """
        if self._closing:
            raise RuntimeError("the pool is closed")
        self._in_flight += 1
        self._quiet.clear()
        try:
            async with self._slots:
                return await self._through_breaker(parcel, before_body)
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._quiet.set()

    async def close(self) -> None:
        """Take nothing more, wait until what is in flight is settled, leave politely.

        The wait may last a server's `final_timeout`; who cannot wait cancels the deliveries.
        """
        self._closing = True
        await self._quiet.wait()
        idle, self._idle = self._idle, []
        await asyncio.gather(*(connection.close() for connection in idle))

    # The breaker

    async def _through_breaker(
        self, parcel: Parcel, before_body: Callable[[], Awaitable[None]]
    ) -> Delivery:
        trial = self.state.open
        if trial and (self._trying or self._clock() < self.state.retry_at):
            return by_loss("connecting", self.state.words, self.state.reason)
        self._trying = trial
        turn = self._turn
        try:
            while (pause := self._bucket.wait()) > 0.0:
                await self._sleep(pause)
            self._bucket.take()
            delivery = await self._over_a_connection(parcel, before_body)
        finally:
            if trial:
                self._trying = False
        if turn == self._turn:
            self._learn(delivery)
        return delivery

    def _learn(self, delivery: Delivery) -> None:
        now = self._clock()
        if delivery.outcome == "unreachable":
            pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
            since = self.state.since if self.state.open else now
            self.state = Breaker(True, since, now + pause, delivery.words, delivery.reason)
            self._failures += 1
            self._turn += 1
        elif self.state.open:
            self.state = Breaker()
            self._failures = 0
            self._turn += 1

    # Connections

    async def _over_a_connection(
        self, parcel: Parcel, before_body: Callable[[], Awaitable[None]]
    ) -> Delivery:
        try:
            await self._prepare()
        except OSError as error:
            reason = because("mail_ca_file", file=self._options.ca_file)
            return by_loss("tls", str(error), reason)
        connection = self._idle.pop() if self._idle else self._new()
        try:
            return await connection.send(parcel, before_body)
        finally:
            self._idle.append(connection)

    def _new(self) -> Connection:
        return Connection(self._options, self._context, self._clock)

    async def _prepare(self) -> None:
        """Make the shared TLS context once, off the event loop."""
        async with self._preparing:
            if self._context_wanted and self._context is None:
                self._context = await asyncio.to_thread(tls_context, self._options)


class Bucket:
    """A token bucket that holds one second's worth of tokens, at least one."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        """Start full. `per_minute` 0 means no limit."""
        self._whole = self._rate = per_minute / 60.0
        self._tokens = self._most
        self._clock = clock
        self._filled_at = clock()

    @property
    def _most(self) -> float:
        return max(1.0, self._rate)

    def share(self, number: int) -> None:
        """Let only one of so many parts come in from now on."""
        self._fill()
        self._rate = self._whole / max(1, number)

    def wait(self) -> float:
        """Return the seconds until there is a token."""
        if not self._rate:
            return 0.0
        self._fill()
        missing = 1.0 - self._tokens
        return missing / self._rate if missing > 1e-9 else 0.0

    def allowance(self) -> int:
        """Return how many tokens there are, at least one; without a limit any number."""
        if not self._rate:
            return sys.maxsize
        self._fill()
        return max(1, int(self._tokens))

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self._most, self._tokens + (now - self._filled_at) * self._rate)
        self._filled_at = now

    def take(self) -> None:
        """Use one token up."""
        self._tokens -= 1.0
