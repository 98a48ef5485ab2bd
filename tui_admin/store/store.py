"""One open store: reads that can be interrupted, and writes of which there is one at a time."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from tui_admin.domain.errors import AdminError, OutOfReach
from tui_admin.store.connection import to_the_end
from tui_admin.store.dialect import dialect_for
from tui_admin.store.version import check_version

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable

    from sqlalchemy.engine import URL, Connection

    from tui_admin.store.connection import AsyncConnection, AsyncEngine
    from tui_admin.store.dialect import Chunk, Dialect
    from tui_admin.store.line import Line

T = TypeVar("T")
TRIES = 5
"""How often a transaction is run again that failed only because of another one."""


class Store:
    """An open store.

    A question or an act is a function of a connection; the store gives it a transaction of the
    right kind and ends it. Whatever the engine cannot do is told as `OutOfReach`.
    """

    def __init__(self, url: URL, dialect: Dialect, engine: AsyncEngine) -> None:
        """Take an engine; use `open_store` instead."""
        self.url, self.dialect, self.engine = url, dialect, engine
        self._reading = dialect.reading(engine)
        self._deciding = engine.execution_options(exclusive=True)
        self._watching: AsyncConnection | None = None
        self._line: Line | None = None
        self._watch, self._watches = asyncio.Lock(), 0

    async def read(self, question: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Answer a question from one consistent view of the store.

        Cancelling interrupts the query that runs, so that the next question need not wait for it.
        """
        connections: list[AsyncConnection] = []

        async def answer() -> T:
            async with self._reading.connect() as connection:
                connections.append(connection)
                return await question(connection)

        return await self._told(self._interruptible(answer(), connections))

    async def _interruptible(
        self, answer: Coroutine[Any, Any, T], connections: list[AsyncConnection]
    ) -> T:
        task = asyncio.ensure_future(answer)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await self._stop(task, connections)
            raise

    async def _stop(self, task: asyncio.Task[Any], connections: list[AsyncConnection]) -> None:
        cancelled = False
        while not task.done():
            # Interrupting once is not enough: it may come before the query has started. Cancelling
            # is, and a second time would cut off the driver's word to the server to stop.
            if not cancelled and not (connections and await self.dialect.interrupt(connections[0])):
                cancelled = task.cancel()
            # Whoever cancels once more waits with us: nothing is left running behind.
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task}, timeout=0.01)
        with suppress(asyncio.CancelledError, Exception):
            task.result()

    async def exclusive(
        self, act: Callable[[AsyncConnection], Awaitable[T]], *, deciding: bool = True
    ) -> T:
        """Run an act as the only one that writes decisions; all of it is kept, or nothing.

        The act may be run again from its beginning when the engine asks for it, and once begun it
        is not cut short by a cancellation.
        """

        async def attempt() -> T:
            async with self._deciding.connect() as connection, connection.begin():
                if deciding:
                    await self.dialect.hold(connection)
                return await act(connection)

        return await self._told(to_the_end(self._again(attempt)))

    async def write(self, act: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Run a small change that decides nothing: the outbox's state, a draft, a heartbeat."""
        return await self.exclusive(act, deciding=False)

    async def jot(self, act: Callable[[Connection], T]) -> T:
        """Run a small change like `write`, but cheaply: for whoever makes hundreds a second.

        The act is given a plain connection, and everybody's acts go over the same one.
        """
        if self._line is None:
            self._line = self.dialect.line(self.engine)
        line = self._line
        return await self._told(to_the_end(self._again(lambda: line.write(act))))

    async def _again(self, attempt: Callable[[], Awaitable[T]]) -> T:
        for turn in range(TRIES):
            try:
                return await attempt()
            except SQLAlchemyError as error:
                if turn == TRIES - 1 or not self.dialect.try_again(error):
                    raise
                await asyncio.sleep(0.02 * 2**turn)
        raise AssertionError

    async def _told(self, answer: Awaitable[T]) -> T:
        try:
            return await answer
        except AdminError:
            raise
        except Exception as error:
            if self.dialect.unreachable(error):
                raise self._unreachable(error) from error
            if self.dialect.busy(error):
                raise OutOfReach("store_busy") from error
            raise

    def _unreachable(self, error: BaseException) -> OutOfReach:
        why = str(getattr(error, "orig", error)) or type(error).__name__
        return OutOfReach("store_unreachable", store=shown(self.url), why=first_line(why))

    async def migrate(self, change: Callable[[Connection], None]) -> None:
        """Run a change of the schema and make what this engine needs; all of it, or nothing."""

        def furnished(below: Connection) -> None:
            change(below)
            self.dialect.furnish(below)

        async def run() -> None:
            async with self._deciding.connect() as connection:
                await self.dialect.migrate(connection, furnished)

        await self._told(to_the_end(run()))

    async def load(self, chunks: Iterable[Chunk]) -> None:
        """Fill a new store that nobody uses yet; what is left of one that failed is of no use."""
        await self._told(self.dialect.load(self.engine, chunks))

    async def change_number(self) -> int:
        """Return a number that differs once anybody committed something since the last call."""
        async with self._watch:
            try:
                return await self._told(self._ask_number())
            except BaseException:
                await self._unwatch()
                raise

    async def _ask_number(self) -> int:
        if self._watching is None:
            self._watching = self.engine.connect()
            # What two connections say cannot be compared.
            self._watches += 1
        return (self._watches << 64) + await self.dialect.change_number(self._watching)

    async def _unwatch(self) -> None:
        watching, self._watching = self._watching, None
        if watching is not None:
            with suppress(Exception):
                await watching.invalidate()
                await watching.close()

    async def close(self) -> None:
        """Let go of every connection."""
        watching, self._watching = self._watching, None
        if watching is not None:
            await watching.close()
        line, self._line = self._line, None
        if line is not None:
            await line.close()
        await self.engine.dispose()


async def open_store(address: str) -> Store:
    """Open the store at an address and check that its schema is the one this program knows.

    Raises `OutOfReach` where it does not answer or has another schema, `Misconfigured` where the
    address is of no use.
    """
    return await reach(address, check_version)


async def greet(connection: AsyncConnection) -> None:
    """Ask what every store has an answer to."""
    await connection.execute(text("SELECT 1"))


async def reach(
    address: str, question: Callable[[AsyncConnection], Awaitable[None]] = greet
) -> Store:
    """Connect to a store whatever its schema, for those who make or mend it.

    The store is closed again where the first question to it fails.
    """
    url = make_url(address)
    dialect = dialect_for(url)
    dialect.present(url)
    store = Store(url, dialect, dialect.engine(url))
    try:
        await store.read(question)
    except BaseException:
        await store.close()
        raise
    return store


def shown(url: URL) -> str:
    """Return an address as people may see it: without the password."""
    return url.render_as_string(hide_password=True)


def first_line(words: str) -> str:
    """Return the first line of what an engine said, which is the part that people can use."""
    return words.strip().splitlines()[0][:200] if words.strip() else ""
