"""What a page of a long list costs: by order, at the start, in the middle, at the end; searches.

python benchmarks/lists.py [USERS]         (100,000; CONTRACT.md promises up to 1,000,000)

Read through the services on a demo store, each the best of some runs. What counts is the ratio:
a page deep down beside the first one, in the same run.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tui_admin import bootstrap
from tui_admin.demo.environment import build
from tui_admin.domain.listings import Ask, Seek, Sort
from tui_admin.domain.query import EVERYTHING, parse
from tui_admin.settings import load

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_admin.domain.listings import Key
    from tui_admin.services.facade import Desk
    from tui_admin.services.lister import Lister

RUNS = 7
START, END = Seek.START, Seek.END


async def took(ask: Callable[[], Awaitable[Any]]) -> float:
    """Return the milliseconds of a question: the best, since other work only ever adds to it."""
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        await ask()
        times.append((time.perf_counter() - started) * 1000)
    return min(times)


async def middle(here: Lister[Any], sort: Sort) -> Key:
    """Return the key of the row whose id lies half way, so of one somewhere in any order."""
    ends = [Ask(EVERYTHING, here.source.listing.sort, seek, size=1) for seek in (START, END)]
    first, last = [(await here.page(ask)).keys[0] for ask in ends]
    half = (first[1] + last[1]) // 2
    key = (first[0] + (last[0] - first[0]) / 2, half)
    page = await here.page(Ask(EVERYTHING, here.source.listing.sort, Seek.FROM, key, 1))
    row = page.rows[0]
    # Lists are sorted by folded texts; near enough to land in the middle.
    value = getattr(row, sort.field)
    return (value.casefold() if isinstance(value, str) else value, row.id)


async def pages(here: Lister[Any]) -> None:
    """Print a line for each order of a list."""
    listing = here.source.listing
    for field in (each for each in listing.fields if each.sorts):
        sort = Sort(field.name)
        first = await took(lambda sort=sort: here.page(Ask(EVERYTHING, sort)))  # type: ignore[misc]
        key = await middle(here, sort)
        deep = await took(
            lambda sort=sort, key=key: here.page(Ask(EVERYTHING, sort, Seek.FROM, key))  # type: ignore[misc]
        )
        last = await took(lambda sort=sort: here.page(Ask(EVERYTHING, sort, Seek.END)))  # type: ignore[misc]
        print(
            f"{listing.name:>13} by {field.name:<20} first {first:7.1f}  middle {deep:7.1f}"
            f"  last {last:7.1f} ms   middle {deep / first:4.1f}x  last {last / first:4.1f}x"
        )


async def searches(desk: Desk) -> None:
    """Print what words, filters, counts and tabs cost."""
    users, sort = desk.users, desk.users.source.listing.sort
    told = {
        "rare word": "companyadmin",
        "common word": "example",
        "no such word": "zzzzzz",
        "two words": "jan example",
        "status:blocked": "status:blocked",
        "role:basic": "role:basic",
        "role:helpdesk": "role:helpdesk",
        "org:acme": "org:acme",
        "age<7d": "age<7d",
    }
    for name, words in told.items():
        query = parse(words, users.source.listing).query
        page = await took(partial(users.page, Ask(query, sort)))
        by_name = Ask(query, Sort("display_name"))
        named = await took(partial(users.page, by_name))
        count = await took(partial(users.count, query))
        print(f"{name:>20}  page {page:8.1f}  by name {named:8.1f}  count {count:8.1f} ms")
    for name, lister in (("users", users), ("invitations", desk.invitations)):
        tabs, count = await took(lister.tabs), await took(partial(lister.count, EVERYTHING))
        print(f"{name:>20}  tabs {tabs:8.1f}  count {count:8.1f} ms")
    waiting = await took(desk.approvals.waiting)
    print(f"{'badge':>20}  {waiting:8.1f} ms")
    print(f"{'overview':>20}  {await took(desk.overview.numbers):8.1f} ms")


async def measure(config: Path) -> None:
    """Open a demo environment and measure."""
    hub = await bootstrap.connect(load(config), origin="benchmark")
    try:
        desk = hub.acting(await hub.operators.named("founder"))
        for here in (desk.users, desk.invitations, desk.outbox, desk.approvals):
            await pages(here)
        await searches(desk)
    finally:
        await hub.close()


def main(users: int) -> None:
    """Make a demo environment of that many users and measure its lists."""
    with tempfile.TemporaryDirectory() as directory:
        made = asyncio.run(build(Path(directory) / "demo", users, 1))
        print(f"{users:,} users; pages of 100, best of {RUNS}")
        asyncio.run(measure(made.config))


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
