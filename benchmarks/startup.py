"""Start-up beside a bare Textual app: first frame, first rows, memory.

    python -m benchmarks.startup                       # `tui-admin open` on a demo store
    python -m benchmarks.startup --frame Users --rows '@' -- some command

Both are started in turns on a terminal of 120 × 40, so that a busy machine slows both; what counts
is the ratio of the medians. Ends with 1 where a limit is passed. Needs the package's `test` extra.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from tests.support.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LIMITS = {"first frame": 1.2, "first rows": 1.8}
"""How many times as long as the bare app it may take."""

BARE = [sys.executable, "-m", "benchmarks.bare"]
OURS = [sys.executable, "-m", "tui_admin"]
ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


class Candidate(NamedTuple):
    """A program, and the patterns that tell its first frame and its first rows."""

    argv: Sequence[str]
    frame: str
    rows: str


class Start(NamedTuple):
    """One start: seconds until the first frame and the first rows, and MiB held by then."""

    frame: float
    rows: float
    memory: float


def start(candidate: Candidate) -> Start:
    """Start the program once and kill it when its rows stand there."""
    began = time.perf_counter()
    with Terminal(candidate.argv) as terminal:
        frame = seen(terminal, candidate.frame, began)
        rows = seen(terminal, candidate.rows, began)
        return Start(frame, rows, memory(terminal.process.pid))


def seen(terminal: Terminal, pattern: str, began: float) -> float:
    """Return the seconds until the pattern was in what the program painted."""
    wanted, arrived = re.compile(pattern), time.perf_counter()

    def holds() -> bool:
        nonlocal arrived
        arrived = time.perf_counter()  # before the search, which takes its own time
        return wanted.search(ESCAPES.sub("", terminal.raw.decode("utf-8", "replace"))) is not None

    terminal.wait_until(holds, f"{pattern!r}")
    return arrived - began


def memory(pid: int) -> float:
    """Return the MiB the process holds: its share (Pss), or where that is hidden all it maps."""
    process = Path(f"/proc/{pid}")
    try:
        found = re.search(r"^Pss:\s+(\d+)", (process / "smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        found = None
    found = found or re.search(r"VmRSS:\s+(\d+)", (process / "status").read_text())
    return int(found[1]) / 1024 if found else 0.0


@contextmanager
def demo() -> Iterator[Candidate]:
    """Make a demo environment for as long as it takes, and yield how to open it."""
    with tempfile.TemporaryDirectory() as directory:
        made = subprocess.run(
            [*OURS, "demo", "--dir", directory, "--users", "200", "--seed", "1", "--no-open"],
            check=True,
            stdout=subprocess.PIPE,
        )
        config = json.loads(made.stdout)["config"]
        yield Candidate([*OURS, "open", "--config", config], r"Users", r"@[a-z.-]+\.example")


def compare(ours: Candidate, runs: int) -> int:
    """Start both in turns, print the medians and their ratios, and return the exit status."""
    bare = Candidate(BARE, "Bare", r"@organisation\.example")
    # An installed program is compiled, whatever this shell says of writing that down.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    start(bare), start(ours)
    pairs = [(start(bare), start(ours)) for _ in range(runs)]
    theirs, mine = (medians(column) for column in zip(*pairs, strict=True))
    print(f"medians of {runs} starts in turns")
    print(f"{'':14}{'bare':>10}{'ours':>10}{'ratio':>8}{'limit':>8}")
    passed = [
        line("first frame", theirs.frame * 1000, mine.frame * 1000, "ms"),
        line("first rows", theirs.rows * 1000, mine.rows * 1000, "ms"),
        line("memory", theirs.memory, mine.memory, "MiB"),
    ]
    return 0 if all(passed) else 1


def medians(starts: Sequence[Start]) -> Start:
    """Return the median of each measure."""
    return Start(*(median(values) for values in zip(*starts, strict=True)))


def line(name: str, bare: float, ours: float, unit: str) -> bool:
    """Print one comparison and return whether it is within its limit."""
    limit = LIMITS.get(name)
    shown = f"{limit:.1f}" if limit else "-"
    print(f"{name:14}{bare:7.1f} {unit:<3}{ours:6.1f} {unit:<3}{ours / bare:7.2f}{shown:>8}")
    return limit is None or ours / bare <= limit


def main() -> int:
    """Read the command line and compare."""
    parser = argparse.ArgumentParser(description="Start-up beside a bare Textual app.")
    parser.add_argument("--runs", type=int, default=9, help="starts of each (default 9)")
    parser.add_argument("--frame", default="Users", help="pattern of the command's first frame")
    parser.add_argument("--rows", default="@", help="pattern of the command's first rows")
    parser.add_argument("command", nargs="*", help="what to start instead of the demo")
    wish = parser.parse_args()
    if wish.command:
        return compare(Candidate(wish.command, wish.frame, wish.rows), wish.runs)
    with demo() as ours:
        return compare(ours, wish.runs)


if __name__ == "__main__":
    sys.exit(main())
