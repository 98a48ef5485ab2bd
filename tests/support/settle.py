"""Wait until a screen under test has come to rest, instead of pauses sprinkled over the tests.

await pilot.press("slash", "a", "n", "n")
await settle(pilot)
await until(pilot, lambda: "2 users" in text_of(app))     # where a timer is awaited, too
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.message_pump import MessagePump
    from textual.pilot import Pilot

ENDLESS: Final = frozenset({"feed", "mail"})
"""Groups of workers that run as long as the app: nobody waits for their end."""

PATIENCE: Final = 30.0
"""Seconds until waiting is given up, which only a failure ever uses up."""

_ROUNDS: Final = 2
"""Quiet rounds that make rest: a handler of the last message may have posted another."""


async def settle(pilot: Pilot[Any], *, endless: frozenset[str] = ENDLESS) -> None:
    """Return when no worker runs, no message waits and nothing is left to paint.

    Timers are not waited for (see `until`). Raises TimeoutError, and whatever the app failed with.
    """
    quiet = 0
    async with asyncio.timeout(PATIENCE):
        while quiet < _ROUNDS:
            await pilot.pause(0)
            if _is_busy(pilot, endless):
                quiet = 0
                await asyncio.sleep(0.005)  # lets a worker's thread have the processor
            else:
                quiet += 1


async def until(pilot: Pilot[Any], holds: Callable[[], object]) -> None:
    """Return when `holds()` is true; raises TimeoutError."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await pilot.pause(0.01)


def _is_busy(pilot: Pilot[Any], endless: frozenset[str]) -> bool:
    if not pilot.app.is_running:  # it failed, and says so when the test leaves it
        return False
    workers = (each for each in pilot.app.workers if not each.is_finished)
    return any(each.group not in endless for each in workers) or any(
        pump.message_queue_size for pump in _pumps(pilot)
    )


def _pumps(pilot: Pilot[Any]) -> Iterator[MessagePump]:
    yield pilot.app
    for screen in pilot.app.screen_stack:
        yield from screen.walk_children(with_self=True)
