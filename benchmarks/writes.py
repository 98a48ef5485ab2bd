"""What acts cost on a long list: inviting 250, blocking 100, and how many decisions a second.

python benchmarks/writes.py [USERS]        (100,000)

Through the services, on a demo store on this machine's disk: an act is on the disk when it returns.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from tui_admin import bootstrap
from tui_admin.demo.environment import build
from tui_admin.domain.listings import Ask
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.paste import read_paste
from tui_admin.domain.query import parse
from tui_admin.services.planning import Plan
from tui_admin.settings import load

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tui_admin.services.facade import Desk

RUNS = 5
DECISIONS = 200


async def took(act: Awaitable[Any]) -> float:
    """Return the milliseconds of an act."""
    started = time.perf_counter()
    await act
    return (time.perf_counter() - started) * 1000


async def inviting(desk: Desk, number: int) -> tuple[float, float]:
    """Invite so many; returns the milliseconds of the verdicts and of sending, each a median."""
    judged, sent = [], []
    for run in range(RUNS):
        text = "\n".join(
            f"Piet {each} <new{number}.{run}.{each}@x.example>" for each in range(number)
        )
        entries = read_paste(text).entries
        judged.append(await took(desk.inviting.verdicts(Plan(), entries)))
        sent.append(await took(desk.inviting.send(Plan(), entries)))
    return median(judged), median(sent)


async def blocking(desk: Desk, number: int) -> tuple[float, float]:
    """Block so many and take it back; returns the milliseconds of each, medians."""
    query = parse("status:active", USERS).query
    page = await desk.users.page(Ask(query, USERS.sort, size=number + 5))
    staff = {"founder", "admin"}
    rows = [row for row in page.rows if row.username not in staff][:number]
    blocked, undone = [], []
    for _ in range(RUNS):
        started = time.perf_counter()
        outcome = await desk.users.block(Picks.of(*(row.id for row in rows)))
        blocked.append((time.perf_counter() - started) * 1000)
        assert len(outcome.done) == number
        assert outcome.undo
        undone.append(await took(desk.undo(outcome.undo)))
    return median(blocked), median(undone)


async def decisions(desk: Desk) -> float:
    """Return how many single decisions, one after another, are on the disk in a second."""
    page = await desk.users.page(Ask(parse("status:active", USERS).query, USERS.sort, size=1))
    one = Picks.of(page.rows[0].id)
    started = time.perf_counter()
    for _ in range(DECISIONS // 2):
        await desk.users.block(one)
        await desk.users.unblock(one)
    return DECISIONS / (time.perf_counter() - started)


async def measure(config: Path) -> None:
    """Open a demo environment and measure."""
    hub = await bootstrap.connect(load(config), origin="benchmark")
    try:
        desk = hub.acting(await hub.operators.named("founder"))
        for number in (1, 250):
            judged, sent = await inviting(desk, number)
            print(f"invite {number:>4}   verdicts {judged:7.1f} ms   send {sent:7.1f} ms")
        for number in (1, 100):
            blocked, undone = await blocking(desk, number)
            print(f"block {number:>5}   block    {blocked:7.1f} ms   undo {undone:7.1f} ms")
        print(f"decisions      {await decisions(desk):7.0f} a second")
    finally:
        await hub.close()


def main(users: int) -> None:
    """Make a demo environment of that many users and measure acts on it."""
    with tempfile.TemporaryDirectory() as directory:
        made = asyncio.run(build(Path(directory) / "demo", users, 1))
        print(f"{users:,} users; medians of {RUNS}")
        asyncio.run(measure(made.config))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
