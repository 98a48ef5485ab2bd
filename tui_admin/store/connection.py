"""Connections that are awaited: as much of SQLAlchemy's asyncio extension as a store needs.

The extension itself would load the ORM, of which nothing is used here: a tenth of a second more
before the first rows, and six megabytes.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar, TypeVarTuple

from sqlalchemy import create_engine
from sqlalchemy.util import greenlet_spawn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from sqlalchemy import CursorResult, Executable
    from sqlalchemy.engine import URL, Connection, Engine
    from sqlalchemy.pool import Pool, PoolProxiedConnection

    Rows = CursorResult[*tuple[Any, ...]]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class AsyncConnection:
    """A connection of the pool, given back at the end of an `async with`."""

    def __init__(self, sync_connection: Connection) -> None:
        """Take a connection; use `AsyncEngine.connect` instead."""
        self.sync_connection = sync_connection

    async def __aenter__(self) -> Self:
        """Be the connection."""
        return self

    async def __aexit__(self, *_trouble: object) -> None:
        """Close it, whoever cancels meanwhile."""
        await to_the_end(self.close())

    async def execute(self, statement: Executable, parameters: Any = None) -> Rows:
        """Run a statement; all of its answer is here when it returns."""
        return await self.run_sync(_execute, statement, parameters)

    async def scalar(self, statement: Executable, parameters: Any = None) -> Any:
        """Return the first column of the first row; None where there is none."""
        return (await self.execute(statement, parameters)).scalar()

    async def run_sync(self, act: Callable[[Connection, *Ts], T], *arguments: *Ts) -> T:
        """Call what knows of no `await` with the connection below; the loop goes on meanwhile."""
        return await greenlet_spawn(act, self.sync_connection, *arguments)

    async def execution_options(self, **options: Any) -> Self:
        """Set options for what is run from here on."""
        await greenlet_spawn(self.sync_connection.execution_options, **options)
        return self

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        """Run a transaction: committed at the end, or rolled back where an error is raised."""
        transaction = await greenlet_spawn(self.sync_connection.begin)
        try:
            yield
            await greenlet_spawn(transaction.commit)
        finally:
            await greenlet_spawn(transaction.close)

    async def commit(self) -> None:
        """Keep what was done."""
        await greenlet_spawn(self.sync_connection.commit)

    async def rollback(self) -> None:
        """Undo what was done, and see the store's present state at the next statement."""
        await greenlet_spawn(self.sync_connection.rollback)

    async def invalidate(self) -> None:
        """Have the pool throw it away."""
        await greenlet_spawn(self.sync_connection.invalidate)

    async def close(self) -> None:
        """Give it back; a transaction that is open is rolled back."""
        await greenlet_spawn(self.sync_connection.close)

    async def get_raw_connection(self) -> PoolProxiedConnection:
        """Return what the pool handed out, with the driver's own connection in it."""
        return await self.run_sync(lambda connection: connection.connection)


def _execute(connection: Connection, statement: Executable, parameters: Any) -> Rows:
    return connection.execute(statement, parameters)


class AsyncEngine:
    """Where connections come from."""

    def __init__(self, sync_engine: Engine) -> None:
        """Take an engine whose driver is an asynchronous one."""
        self.sync_engine = sync_engine

    @property
    def url(self) -> URL:
        """The address."""
        return self.sync_engine.url

    @property
    def pool(self) -> Pool:
        """The pool of connections."""
        return self.sync_engine.pool

    async def connect(self) -> AsyncConnection:
        """Return a connection that nobody else has."""
        return AsyncConnection(await greenlet_spawn(self.sync_engine.connect))

    def execution_options(self, **options: Any) -> AsyncEngine:
        """Return the same engine with options for all that is run by it."""
        return AsyncEngine(self.sync_engine.execution_options(**options))

    async def dispose(self) -> None:
        """Close every connection of the pool."""
        await greenlet_spawn(self.sync_engine.dispose)


def create_async_engine(url: URL, **options: Any) -> AsyncEngine:
    """Return the engine of an address that names an asynchronous driver."""
    return AsyncEngine(create_engine(url, **options))


async def to_the_end(act: Coroutine[Any, Any, T]) -> T:
    """Await an act; a cancellation is passed on only after the act has ended."""
    task = asyncio.ensure_future(act)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait({task})
        with suppress(Exception):
            task.result()
        raise
