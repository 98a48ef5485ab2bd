"""`python -m tests.chaos`: one run for each store and number of workers that is asked for."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import secrets
import signal
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tests.chaos import rows, victim
from tests.chaos.server import Running
from tests.chaos.verdict import Verdict, judge
from tests.support import postgres
from tests.support.company import found

if TYPE_CHECKING:
    from collections.abc import Iterator

STUCK = 1.5
"""Seconds without a mail after which the next kill comes all the same."""


class Run:
    """One store, one server, some workers; all choices come from the seed."""

    def __init__(self, url: str, seed: int, mails: int, kills: int, workers: int) -> None:
        """Fill the outbox and start the server."""
        self._url, self._seed, self._mails = url, seed, mails
        self._chance = random.Random(seed)
        self._when = sorted(self._chance.sample(range(int(mails * 0.9)), kills))
        asyncio.run(found(url))
        asyncio.run(rows.fill(url, mails))
        self._server = Running(seed)
        self._alive = [0] * workers
        self.killed = 0

    def go(self, limit: float) -> Verdict:
        """Kill as often as was asked, let the rest be sent, and judge."""
        ends = time.monotonic() + limit
        try:
            for place in range(len(self._alive)):
                self._start(place)
            for number in self._when:
                self._wait_for(number, ends)
                self._kill()
            while asyncio.run(rows.unsettled(self._url)) and time.monotonic() < ends:
                self._revive()
                time.sleep(0.2)
        finally:
            self._end_all(signal.SIGTERM)
        return judge(asyncio.run(rows.everything(self._url)), self._server.end(), self._seed)

    def _wait_for(self, number: int, ends: float) -> None:
        """Wait until the server has so many mails, or nothing happens any more."""
        before, since = -1, time.monotonic()
        while (have := self._server.number) < number and time.monotonic() < ends:
            if have != before:
                before, since = have, time.monotonic()
            if time.monotonic() - since > STUCK:
                break
            self._revive()
            time.sleep(0.002)
        time.sleep(self._chance.uniform(0, 0.03))

    def _start(self, place: int) -> None:
        self._alive[place] = victim.start(self._url, self._server.port)

    def _kill(self) -> None:
        place = self._chance.randrange(len(self._alive))
        os.kill(self._alive[place], signal.SIGKILL)
        os.waitpid(self._alive[place], 0)
        self.killed += 1
        self._start(place)

    def _revive(self) -> None:
        """Start again who ended by himself: that is a fault, and is told."""
        for place, child in enumerate(self._alive):
            if os.waitpid(child, os.WNOHANG)[0]:
                sys.stderr.write("a worker ended by itself\n")
                self._start(place)

    def _end_all(self, number: signal.Signals) -> None:
        for child in self._alive:
            with suppress(ProcessLookupError):
                os.kill(child, number)
        for child in self._alive:
            os.waitpid(child, 0)


@contextmanager
def store_of(engine: str, url: str) -> Iterator[str]:
    """Give the address of an empty store: this one, or one that is made for the run."""
    if url:
        yield url
        return
    if engine == "sqlite":
        with tempfile.TemporaryDirectory(prefix="tui-admin-chaos-") as directory:
            yield f"sqlite:///{Path(directory) / 'store.db'}"
        return
    running = postgres.start()
    try:
        yield asyncio.run(running.create_database())
    finally:
        running.stop()


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    add = parser.add_argument
    add("--store", choices=("sqlite", "postgresql"), action="append")
    add("--url", default="", help="an empty store to use, in place of one that is made")
    add("--workers", type=int, action="append")
    add("--mails", type=int, default=10_000)
    add("--kills", type=int, default=200)
    add("--seed", type=int, default=None, help="repeats a run")
    add("--limit", type=float, default=1200.0, help="seconds for a run")
    return parser.parse_args()


def one(asked: argparse.Namespace, engine: str, workers: int) -> bool:
    """Do one run and tell of it; returns whether all was well."""
    seed = secrets.randbelow(1_000_000) if asked.seed is None else asked.seed
    say(f"{engine}, {workers} worker(s), {asked.kills} kills, seed {seed} …")
    began = time.monotonic()
    with store_of(engine, asked.url) as url:
        run = Run(url, seed, asked.mails, asked.kills, workers)
        verdict = run.go(asked.limit)
    took = time.monotonic() - began
    say(f"  {verdict.line}; {run.killed} kills, {took:.0f} s")
    for words in verdict.wrong[:20]:
        say(f"  WRONG: {words}")
    return not verdict.wrong and not verdict.unfinished


def say(line: str) -> None:
    """Print a line at once: a run is long."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    """Run what was asked for; returns 1 where something was lost."""
    asked = arguments()
    victim.warm_up()
    well = True
    for engine in asked.store or ("sqlite", "postgresql"):
        for workers in asked.workers or (1, 4):
            well &= one(asked, engine, workers)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
