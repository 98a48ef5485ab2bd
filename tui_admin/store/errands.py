"""Where the driver's calls are run, so that the loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar, TypeVarTuple

from sqlalchemy.util import greenlet_spawn

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Ts = TypeVarTuple("Ts")


class Runner(Protocol):
    """Runs one connection's calls, one after another."""

    async def __call__(self, act: Callable[[*Ts], T], *arguments: *Ts) -> T:
        """Call what knows of no `await`; a cancellation ends the waiting, not always the call."""
        ...


class Errands(Protocol):
    """Has a runner for every connection."""

    def runner(self) -> Runner:
        """Return one that nobody else has."""
        ...

    def done_with(self, runner: Runner) -> None:
        """Take back one that will not be called again."""
        ...


class Greenlets:
    """For a driver that is awaited: its calls are switched away from while they wait."""

    def runner(self) -> Runner:
        """Return what SQLAlchemy has for it."""
        return _spawn

    def done_with(self, runner: Runner) -> None:
        """Do nothing: there is nothing to keep."""


async def _spawn(act: Callable[[*Ts], T], *arguments: *Ts) -> T:
    return await greenlet_spawn(act, *arguments)


class Threads:
    """For a driver that makes its caller wait: a thread for each connection in use.

    What is called on a connection whose last call was given up waits for that call to end.
    """

    def __init__(self) -> None:
        """Start none before there is something to do."""
        self._idle: list[Runner] = []

    def runner(self) -> Runner:
        """Return a thread; the one used last, which is the likeliest to be still warm."""
        return self._idle.pop() if self._idle else _Thread()

    def done_with(self, runner: Runner) -> None:
        """Keep it for the next connection."""
        self._idle.append(runner)


class _Thread:
    def __init__(self) -> None:
        # It ends by itself once nobody holds it any more.
        self._executor = ThreadPoolExecutor(1, "store")

    async def __call__(self, act: Callable[[*Ts], T], *arguments: *Ts) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, partial(act, *arguments))
