"""Keys on the list of users, from the press until its answer is painted, at several sizes.

    python -m benchmarks.users                            # 1,000, 100,000 and 1,000,000 users
    python -m benchmarks.users --sizes 1000 1000000 --keep /var/tmp/demos --rounds 9
    python -m benchmarks.users --peer django              # the same questions to Django's admin

One dashboard of each size is open at the same time and all are asked in turns, so that a busy
machine slows all of them; what counts is the ratio to the smallest. Demo stores are made first, and
kept where `--keep` says, to be used again. Ends with 1 where a limit is passed. Needs the package's
`test` extra.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.startup import ESCAPES, OURS, memory
from tests.support.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZES = (1_000, 100_000, 1_000_000)
RATIO = 1.3
"""How many times what it takes at the smallest size it may take at any other."""
QUICK = 50.0
"""Milliseconds within which a key is to be answered on a quiet machine."""
MORE_MEMORY = 15.0
"""MiB that the largest size may hold more than the smallest."""
STILL = 0.3
"""Seconds of silence after which a screen has said all it had to say."""
PART = 0.02
"""Seconds within which the next part of an answer follows."""
PATIENCE = 20.0
"""Seconds after which an answer does not come any more."""
ROWS, NOBODY = "@", "match the filter"


class Step(NamedTuple):
    """A key that is measured: what is pressed before it, and what its answer has in it.

    `since` is what has to be on the screen before the key, so that its answer is painted anew.
    """

    name: str
    before: tuple[str, ...]
    key: str
    answer: str = ROWS
    since: str = ""


STEPS = (
    Step("arrow", ("escape", "home"), "down"),
    Step("page", (), "pagedown"),
    Step("end", (), "end"),
    Step("sort", ("home",), ">"),
    Step("turn round", (), "="),
    Step("first letter", ("home", "<", "/"), "k"),
    Step("fifth letter", ("o", "v", "a"), "c"),
    Step("rare", ("escape", "/", *"companyadminx"), "backspace", since=NOBODY),
    Step("none", ("escape", "/", *"zqzq"), "q", NOBODY),
    # Not Escape, after which the terminal is given time to send the rest of a sequence.
    Step("clear", (), "ctrl+u"),
)


class Seat:
    """A dashboard on a terminal, at one size."""

    def __init__(self, users: int, terminal: Terminal) -> None:
        """Wait for its rows and its counts."""
        self.users, self.terminal = users, terminal
        terminal.wait_for("@")
        terminal.wait_for(f"{users:,}")
        self.settle()
        self.took: dict[str, list[float]] = {step.name: [] for step in STEPS}

    def settle(self) -> float:
        """Take in what is painted until it stays as it is; return when the last of it came."""
        length, last = len(self.terminal.raw), time.perf_counter()
        while time.perf_counter() - last < STILL:
            self.terminal.pump(0.02)
            if len(self.terminal.raw) != length:
                length, last = len(self.terminal.raw), time.perf_counter()
        return last

    def measure(self, step: Step) -> None:
        """Press what comes before, then the key, and note how long its answer takes."""
        for key in step.before:
            self.terminal.press(key)
            self.settle()
        self.terminal.wait_for(step.since)
        start, began = len(self.terminal.raw), time.perf_counter()
        self.terminal.press(step.key)
        self.took[step.name].append((self._answered(start, step.answer) - began) * 1000)
        self.settle()

    def _answered(self, start: int, answer: str) -> float:
        """Return when the last part of an answer had come; its parts follow closely."""
        at, until = 0.0, time.perf_counter() + PATIENCE
        while time.perf_counter() < until:
            if self.terminal.pump(PART if at else 0.5):
                now = time.perf_counter()
                painted = ESCAPES.sub("", self.terminal.raw[start:].decode("utf-8", "replace"))
                at = now if answer in painted else at
            elif at:
                return at
        raise SystemExit(f"{answer!r} was not painted\n{self.terminal.screen()}")


def make(directory: Path, users: int) -> str:
    """Make a demo environment of so many users, or use the one there; return its configuration."""
    made = subprocess.run(
        [*OURS, "demo", "--dir", str(directory / f"{users}"), "--users", str(users), "--no-open"],
        check=True,
        stdout=subprocess.PIPE,
    )
    return str(json.loads(made.stdout)["config"])


def compare(configs: dict[int, str], rounds: int) -> tuple[list[Seat], list[float]]:
    """Ask all sizes in turns; return their seats, and what each holds in memory."""
    with ExitStack() as stack:
        seats = [
            Seat(users, stack.enter_context(Terminal([*OURS, "open", "--config", config])))
            for users, config in configs.items()
        ]
        for turn in range(rounds + 1):
            for step in STEPS:
                for seat in seats[turn % len(seats) :] + seats[: turn % len(seats)]:
                    seat.measure(step)
        for seat in seats:
            for times in seat.took.values():
                del times[0]  # what was never asked before is compiled first
        return seats, [memory(seat.terminal.process.pid) for seat in seats]


def report(seats: list[Seat], held: list[float]) -> bool:
    """Print a line for each key, and one for memory; return whether all limits hold."""
    print(
        f"{'milliseconds, median':22}" + "".join(f"{seat.users:>14,}" for seat in seats) + "  ratio"
    )
    passed = True
    for step in STEPS:
        times = [median(seat.took[step.name]) for seat in seats]
        ratio = max(times[1:], default=times[0]) / times[0]
        passed &= ratio <= RATIO
        slow = "" if max(times) <= QUICK else f"  over {QUICK:.0f} ms"
        line = "".join(f"{each:14.1f}" for each in times)
        print(f"{step.name:22}{line}{ratio:7.2f}{'' if ratio <= RATIO else ' !'}{slow}")
    print(f"{'MiB':22}" + "".join(f"{each:14.1f}" for each in held))
    return passed and max(held) - held[0] <= MORE_MEMORY


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the stores, measure, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--keep", type=Path, help="where demo stores are kept and found again")
    parser.add_argument("--peer", choices=["django"])
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as directory:
        place = given.keep or Path(directory)
        configs = {users: make(place, users) for users in sorted(given.sizes)}
        seats, held = compare(configs, given.rounds)
        passed = report(seats, held)
        if given.peer:
            from benchmarks._django_admin import beside

            ours = {step.name: median(seats[-1].took[step.name]) for step in STEPS}
            beside(store_of(configs[seats[-1].users]), ours, Path(directory), given.rounds)
    return 0 if passed else 1


def store_of(config: str) -> Path:
    """Return the file of the store that a configuration names."""
    found = re.search(r'url = "sqlite:///(.*)"', Path(config).read_text())
    if found is None:
        raise SystemExit(f"{config} names no SQLite file")
    return Path(found[1])


if __name__ == "__main__":
    sys.exit(main())
