"""Small transactions on SQLite, each of them one errand to one thread.

Through the asynchronous driver every statement is four errands, and they cost twice what the
statements do.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import create_engine, event
from sqlalchemy.pool import NullPool

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import URL, Connection, Engine

T = TypeVar("T")


class SqliteLine:
    """A connection that lives in a thread of its own, and is replaced after a failure."""

    def __init__(self, url: URL, pragmas: str, check: Callable[[], None]) -> None:
        """Connect when there is something to write; `check` raises where the file is gone."""
        self._url, self._pragmas, self._check = url, pragmas, check
        self._thread = ThreadPoolExecutor(1, "store-line")
        self._connection: Connection | None = None

    async def write(self, act: Callable[[Connection], T]) -> T:
        """Run an act in a transaction; all of it is kept, or nothing."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._write, act)

    async def close(self) -> None:
        """Let go of the connection, and of the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._drop)
        self._thread.shutdown()

    def _write(self, act: Callable[[Connection], T]) -> T:
        try:
            self._check()
            if self._connection is None:
                self._connection = self._engine().connect()
            with self._connection.begin():
                return act(self._connection)
        except BaseException:
            self._drop()
            raise

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _engine(self) -> Engine:
        engine = create_engine(
            self._url,
            poolclass=NullPool,
            hide_parameters=True,
            connect_args={"isolation_level": None},
        )
        event.listen(engine, "connect", lambda driver, _: driver.executescript(self._pragmas))
        event.listen(engine, "begin", lambda line: line.exec_driver_sql("BEGIN IMMEDIATE"))
        return engine
