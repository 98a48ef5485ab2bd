"""Time the paste reader: 250 people as one types, and whether a megabyte costs ten times 100 kB.

Run `python benchmarks/paste.py`. The ratio is time per character at 1 MB against 100 kB, in the
same run: 1.0 is linear, 10 would be quadratic.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tui_admin.domain.paste import LARGEST, read_paste

SMALL, LARGE = 100_000, 1_000_000

MIXED = (
    "Jansen, Jan <jan{0}@acme.example>; ",
    "piet.devries{0}@umbrella.example\n",
    '"Kees Klein" <kees{0}@münchen.example>,\n',
    "{0}. Anna de Boer\tanna{0}@acme.example\n",
    "[Bob](mailto:bob{0}@acme.example?subject=hi)\n",
    "broken{0}.acme.example\n",
)
SHAPES = {
    "addresses, one a line": "jan.jansen@company.example\n",
    "an Outlook list on one line": "Jansen, Jan <jan@company.example>; ",
    "international addresses": "é@münchen.example\n",
    "a table": "Jan Jansen;jan@company.example;jan\n",
    "JSON": '"jan@company.example",\n',
    "prose": "please invite jan@company.example and tell Piet about it, too. ",
    "a hostile row each": "\x1b[1;31mjan@company.example\n",
    "@@@@": "@",
    "<<<<": "<",
    "<a <a <a": "<a ",
    '"a@"a@': '"a@',
    "cells without an @": "a,b,",
    "escape sequences": "\x1b]",
    "one long local part": "a",
}
HEADS = {"a table": "name;email;username\n", "JSON": "["}


def filled(shape: str, size: int) -> str:
    """Return a text of that size with an address at both ends, so that no line is skipped."""
    head = HEADS.get(shape, "" if SHAPES[shape].endswith("\n") else "first@x.example ")
    body = SHAPES[shape] * (size // len(SHAPES[shape]) + 1)
    return head + body[: size - len(head) - 16] + " last@x.example"


def seconds(text: str, rounds: int) -> float:
    """Return the best time of some rounds."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        read_paste(text)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Print the table."""
    mixed = "".join(MIXED[number % len(MIXED)].format(number) for number in range(250))
    start = time.perf_counter()
    entries = read_paste(mixed).entries
    first = time.perf_counter() - start
    good = sum(entry.reason is None for entry in entries)
    print(f"250 mixed rows ({good} good): first {first * 1000:.1f} ms (loads the library)", end="")
    print(f", then {seconds(mixed, 20) * 1000:.1f} ms")
    plain = "".join(f"jan{number}@acme.example\n" for number in range(250))
    print(f"250 plain rows: {seconds(plain, 20) * 1000:.1f} ms\n")
    print(f"{'one megabyte of':<30}{'100 kB':>10}{'1 MB':>10}{'rows':>10}{'ratio':>8}")
    for shape in SHAPES:
        small, large = filled(shape, SMALL), filled(shape, LARGE)
        quick, slow = seconds(small, 3), seconds(large, 1)
        rows = len(read_paste(large).entries)
        ratio = (slow / LARGE) / (quick / SMALL)
        print(f"{shape:<30}{quick * 1000:>7.0f} ms{slow * 1000:>7.0f} ms{rows:>10,}{ratio:>8.2f}")
    print(f"\nBeyond {LARGEST:,} characters nothing is read: {seconds('a' * 2 * LARGEST, 1):.6f} s")


if __name__ == "__main__":
    main()
