"""Connections that are awaited: as much of SQLAlchemy's asyncio extension as a store needs.

The extension itself would load the ORM, of which nothing is used here: a tenth of a second more
before the first rows, and six megabytes.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar, TypeVarTuple

from sqlalchemy import create_engine
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy

from tui_admin.store.errands import Greenlets, Threads

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

    from sqlalchemy import CursorResult, Executable
    from sqlalchemy.engine import URL, Connection, Engine
    from sqlalchemy.pool import Pool

    from tui_admin.store.errands import Errands

    Rows = CursorResult[*tuple[Any, ...]]

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class AsyncConnection:
    """A connection of the pool: taken with the first statement, given back after `async with`."""

    def __init__(self, engine: Engine, errands: Errands) -> None:
        """Prepare for a connection of an engine; use `AsyncEngine.connect` instead."""
        self._engine, self._errands = engine, errands
        self._run = errands.runner()
        self._taken: Connection | None = None
        self._closed = False

    def _below(self) -> Connection:
        if self._taken is None:
            self._taken = self._engine.connect()
        return self._taken

    @property
    def driver(self) -> Any:
        """The driver's own connection; None where there is none, yet or any more."""
        # While it is given back, the next one may have it already.
        if self._taken is None or self._closed or self._taken.closed:
            return None
        return self._taken.connection.driver_connection

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
        """Call what knows of no `await` with the connection below; the loop goes on meanwhile.

        With SQLite it is called in a thread: it must not touch what belongs to the loop.
        """
        return await self._run(lambda: act(self._below(), *arguments))

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        """Run a transaction: committed at the end, or rolled back where an error is raised."""
        transaction = await self._run(lambda: self._below().begin())
        try:
            yield
            await self._run(transaction.commit)
        finally:
            await self._run(transaction.close)

    async def commit(self) -> None:
        """Keep what was done."""
        await self.run_sync(lambda connection: connection.commit())

    async def rollback(self) -> None:
        """Undo what was done, and see the store's present state at the next statement."""
        await self.run_sync(lambda connection: connection.rollback())

    async def invalidate(self) -> None:
        """Have the pool throw it away."""
        await self.run_sync(lambda connection: connection.invalidate())

    async def close(self) -> None:
        """Give it back; a transaction that is open is rolled back."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._run(self._close)
        finally:
            self._errands.done_with(self._run)

    def _close(self) -> None:
        # Looked for only here: what was given up while it connected has come to its end by now.
        if self._taken is not None:
            self._taken.close()


def _execute(connection: Connection, statement: Executable, parameters: Any) -> Rows:
    rows = connection.execute(statement, parameters)
    if rows.returns_rows and rows.cursor is not None:
        all_of_it = rows.cursor_strategy.fetchall(rows, rows.cursor)
        rows.cursor_strategy = FullyBufferedCursorFetchStrategy(None, initial_buffer=all_of_it)
    return rows


class AsyncEngine:
    """Where connections come from."""

    def __init__(self, sync_engine: Engine, errands: Errands) -> None:
        """Take an engine, and what runs its driver's calls."""
        self.sync_engine, self._errands = sync_engine, errands

    @property
    def url(self) -> URL:
        """The address."""
        return self.sync_engine.url

    @property
    def pool(self) -> Pool:
        """The pool of connections."""
        return self.sync_engine.pool

    def connect(self) -> AsyncConnection:
        """Return a connection that nobody else has."""
        return AsyncConnection(self.sync_engine, self._errands)

    def execution_options(self, **options: Any) -> AsyncEngine:
        """Return the same engine with options for all that is run by it."""
        return AsyncEngine(self.sync_engine.execution_options(**options), self._errands)

    async def dispose(self) -> None:
        """Close every connection of the pool."""
        await self._errands.runner()(self.sync_engine.dispose)


def create_async_engine(url: URL, **options: Any) -> AsyncEngine:
    """Return the engine of an address, whether its driver is an asynchronous one or not."""
    engine = create_engine(url, **options)
    return AsyncEngine(engine, Greenlets() if engine.dialect.is_async else Threads())


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
