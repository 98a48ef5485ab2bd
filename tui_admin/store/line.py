"""A connection of its own for whoever writes all day, such as a mail worker.

A checkout and a greeting for each small transaction cost more than the transaction does.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

    from tui_admin.store.connection import AsyncConnection, AsyncEngine

T = TypeVar("T")


class Line(Protocol):
    """One connection that runs whole transactions, one after another."""

    async def write(self, act: Callable[[Connection], T]) -> T:
        """Run an act in a transaction; all of it is kept, or nothing."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


class KeptLine:
    """A connection of the engine's pool that is not given back, and replaced after a failure."""

    def __init__(self, engine: AsyncEngine) -> None:
        """Connect when there is something to write."""
        self._engine = engine
        self._connection: AsyncConnection | None = None
        self._turn = asyncio.Lock()

    async def write(self, act: Callable[[Connection], T]) -> T:
        """Run an act in a transaction; all of it is kept, or nothing."""
        async with self._turn:
            connection = self._connection or self._engine.connect()
            self._connection = None
            try:
                async with connection.begin():
                    done = await connection.run_sync(act)
            except BaseException:
                await connection.close()
                raise
            self._connection = connection
            return done

    async def close(self) -> None:
        """Let go of the connection."""
        async with self._turn:
            connection, self._connection = self._connection, None
            if connection is not None:
                await connection.close()
