"""Keys on the approval queue: from the press until the next person is painted, at 80×24.

    python -m benchmarks.triage                # fifty approvals, and an arrow key each
    python -m benchmarks.triage --people 20

Beside it, in turns, the arrow key of a bare Textual table. An approval is a transaction with an
audit event and a mail; what is measured is when the next person's row has the cursor. Presses are
half a second apart, since an `a` within 400 ms of the last is ignored. Needs the package's `test`
extra.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING

from benchmarks.startup import ESCAPES, OURS
from tests.support.applicants import applicant, organisation_id
from tests.support.company import ACME, Company, found
from tests.support.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Callable

BARE = [sys.executable, "-m", "benchmarks.bare"]
NARROW = (80, 24)
BETWEEN = 0.5
"""Seconds between two presses."""


async def fill(url: str, people: int) -> None:
    """Let so many people wait, with nothing to look at."""
    await found(url)
    async with Company.at(url) as company:
        place = {"organisation_id": await organisation_id(company, ACME)}
        ours = {"company_name": ACME, "company_number": "12345678", **place}
        for number in range(people):
            await applicant(company, f"person{number:04}", **ours)
            company.clock.move(minutes=1)


def rest(terminal: Terminal, seconds: float) -> None:
    """Take in what is painted for a while."""
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        terminal.pump(0.01)


def answered(terminal: Terminal, key: str, holds: Callable[[str], bool]) -> float:
    """Press a key; return the milliseconds until what was painted since fulfils a condition."""
    start, began = len(terminal.raw), time.perf_counter()
    terminal.press(key)
    while time.perf_counter() - began < 5:
        if terminal.pump(0.05):
            painted = ESCAPES.sub("", terminal.raw[start:].decode("utf-8", "replace"))
            if holds(painted):
                return (time.perf_counter() - began) * 1000
    raise SystemExit(f"{key} was not answered\n{terminal.screen()}")


def line(name: str, times: list[float], bare: float) -> None:
    """Print one row of the table."""
    tail = quantiles(times, n=20)[18]
    print(f"{name:30}{median(times):10.1f}{tail:10.1f}{median(times) / bare:10.2f}")


def main() -> int:
    """Measure, and print a line for each key."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=50)
    people: int = parser.parse_args().people
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        url = f"sqlite:///{place / 'store.db'}"
        asyncio.run(fill(url, people + 2))
        config = place / "config.toml"
        config.write_text(
            f'[environment]\nname = "Bench"\nportal_url = "https://join.acme.example"\n'
            f'[store]\nurl = "{url}"\n[mail]\nfrom_address = "n@acme.example"\nport = 1\n'
            '[operator]\nidentify_by = "flag"\ndefault = "founder"\n'
        )
        with (
            Terminal([*OURS, "open", "--config", str(config)], NARROW) as ours,
            Terminal(BARE, NARROW) as bare,
        ):
            ours.wait_for("@")
            ours.press("3")
            ours.wait_for("Person0000")
            bare.wait_for("User 5")
            rest(ours, 1)
            measure(ours, bare, people)
    return 0


def measure(ours: Terminal, bare: Terminal, people: int) -> None:
    """Press in turns, and print what came of it."""
    arrow, plain, approve = [], [], []
    for number in range(people):
        key = "up" if number % 2 else "down"
        plain.append(answered(bare, key, lambda text: "User" in text))
        arrow.append(answered(ours, key, lambda text: "Person" in text))
        rest(ours, 0.2)
        rest(bare, 0.05)
    for number in range(people):
        rest(ours, BETWEEN)
        following = f"Person{number + 1:04}"
        approve.append(answered(ours, "a", partial(contains, following)))
    base = median(plain)
    print(f"{'milliseconds':30}{'p50':>10}{'p95':>10}{'ratio':>10}")
    line("bare table, arrow", plain, base)
    line("queue, arrow", arrow, base)
    line("queue, a: next person", approve, base)


def contains(name: str, text: str) -> bool:
    """Say whether a name was painted."""
    return name in text


if __name__ == "__main__":
    sys.exit(main())
