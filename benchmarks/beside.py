"""Keys of a dashboard while it sends ten thousand mails, beside the same keys while it sends none.

    python -m benchmarks.beside                          # to a server at hand, and a distant one
    python -m benchmarks.beside --mails 2000 --keys 100

The dashboard itself is the worker. Its mail is paused at first, and resumed by the command line of
another process; the same key is measured before and for as long as mails go out. The server at hand
takes everything at once, which is the hardest for the dashboard: it then sends as fast as it can.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any, NamedTuple

from benchmarks._sink import Sink
from benchmarks.startup import ESCAPES, OURS
from tests.support.terminal import Terminal
from tui_admin import bootstrap
from tui_admin.domain.paste import read_paste
from tui_admin.services.planning import Plan
from tui_admin.settings import load

if TYPE_CHECKING:
    from collections.abc import Sequence

DISTANT = 0.020
"""Seconds that each reply of the distant server takes."""
QUIET = subprocess.DEVNULL
BETWEEN = 0.1
"""Seconds between two keys: somebody who looks through a list quickly."""
FOUNDER: dict[str, Any] = {
    "environment_name": "Bench",
    "email": "founder@acme.example",
    "username": "founder",
    "organisation": "Acme",
    "registration_number": "12345678",
}


class Keys(NamedTuple):
    """Milliseconds from a key to its answer, and how many mails went out meanwhile."""

    took: list[float]
    mails: int

    def told(self, what: str) -> str:
        """Return them on one line."""
        p95 = quantiles(self.took, n=20)[-1]
        return (
            f"{what:24}{median(self.took):8.1f} ms {p95:8.1f} ms at the 95th{self.mails:9,} mails"
        )


def make(directory: Path, port: int, mails: int) -> str:
    """Make a store with invitations that wait, their mail paused; return its configuration."""
    config = directory / "config.toml"
    config.write_text(
        f'store.url = "sqlite:///{directory / "store.db"}"\n'
        f'mail = {{ host = "127.0.0.1", port = {port}, tls = "none" }}\n'
        "invitations.undo_seconds = 0\n"
        'operator = { identify_by = "flag", default = "founder" }\n'
    )
    asyncio.run(fill(config, mails))
    subprocess.run(
        [*OURS, "--config", str(config), "outbox", "pause"], check=True, stdout=QUIET, stderr=QUIET
    )
    return str(config)


async def fill(config: Path, mails: int) -> None:
    """Invite so many."""
    settings = load(config)
    await bootstrap.create_store(settings, **FOUNDER)
    hub = await bootstrap.connect(settings, origin="bench")
    try:
        desk = hub.acting(await hub.operators.named("founder"))
        for first in range(0, mails, 250):
            some = range(first, min(first + 250, mails))
            names = "\n".join(f"Invitee {each} <i{each}@north.example>" for each in some)
            await desk.inviting.send(Plan(), read_paste(names).entries)
    finally:
        await hub.close()


async def waiting(config: str) -> int:
    """Return how many mails wait."""
    hub = await bootstrap.connect(load(Path(config)), origin="bench")
    try:
        desk = hub.acting(await hub.operators.named("founder"))
        counts = await desk.outbox.tabs()
        return counts.get("queued", 0) + counts.get("sending", 0)
    finally:
        await hub.close()


def keys(terminal: Terminal, number: int, mails: int) -> list[float]:
    """Move the cursor down and up in turns; return how long each key's answer took."""
    took = []
    for turn in range(number):
        key, row = ("down", mails - 2) if turn % 2 == 0 else ("up", mails - 1)
        start, began = len(terminal.raw), time.perf_counter()
        terminal.press(key)
        while f"› ○ i{row}@" not in ESCAPES.sub(
            "", terminal.raw[start:].decode("utf-8", "replace")
        ):
            terminal.pump(0.5)
        took.append((time.perf_counter() - began) * 1000)
        rest(terminal)
    return took


def rest(terminal: Terminal) -> None:
    """Take in what is painted until the next key."""
    ends = time.perf_counter() + BETWEEN
    while (left := ends - time.perf_counter()) > 0:
        terminal.pump(left)


def measure(port: int, mails: int, number: int) -> tuple[Keys, Keys]:
    """Return the keys of a dashboard that sends nothing, and of the same one while it sends."""
    with tempfile.TemporaryDirectory() as directory:
        config = make(Path(directory), port, mails)
        with Terminal([*OURS, "--config", config, "open"]) as terminal:
            terminal.wait_for("1 of")
            terminal.wait_for(f"{mails + 1:,}")
            keys(terminal, 20, mails)
            still = Keys(keys(terminal, number, mails), 0)
            subprocess.run(
                [*OURS, "--config", config, "outbox", "resume"], check=True, stdout=QUIET
            )
            took: list[float] = []
            before = after = asyncio.run(waiting(config))
            while len(took) < number and after:
                took += keys(terminal, 20, mails)
                after = asyncio.run(waiting(config))
            return still, Keys(took, before - after)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure with a server at hand and a distant one, and print the ratios."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--keys", type=int, default=100, help="how many of each are measured")
    given = parser.parse_args(arguments)
    for name, delay in (("at hand", 0.0), ("20 ms a reply", DISTANT)):
        with Sink(delay) as sink:
            still, busy = measure(sink.port, given.mails, given.keys)
        print(f"the mail server is {name}")
        print(still.told("  nothing is sent"))
        print(busy.told("  mails go out beside it"))
        print(f"  ratio {median(busy.took) / median(still.took):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
