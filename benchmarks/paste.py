"""Time a paste: 250 people as one types, a megabyte, and how long until verdicts are painted.

    python -m benchmarks.paste [ROUNDS]

The ratio is time per character at 1 MB against 100 kB, in the same run: 1.0 is linear, 10 would be
quadratic. The last part pastes 250 mixed rows on a terminal of 120 × 40, in turns into a bare
Textual text area and into the Invite dialog on a demo store: from the paste's last byte until the
text's end, and until all verdicts are painted. What counts is what the dialog needs beyond the bare
area. Ends with 1 where that is more than `BEYOND`. Needs the package's `test` extra.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.startup import demo, seen
from tests.support.terminal import Terminal
from tui_admin.domain.paste import LARGEST, read_paste

SMALL, LARGE = 100_000, 1_000_000
BEYOND = 100
"""Milliseconds that verdicts may take beyond what the bare area needs for the same paste."""
ROWS, LAST = 250, "last@end.example"

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


def linear() -> None:
    """Print what reading costs, and that it is linear."""
    text = mixed()
    start = time.perf_counter()
    entries = read_paste(text).entries
    first = time.perf_counter() - start
    good = sum(entry.reason is None for entry in entries)
    print(
        f"{ROWS} mixed rows ({good} good): first {first * 1000:.1f} ms (loads the library)", end=""
    )
    print(f", then {seconds(text, 20) * 1000:.1f} ms")
    plain = "".join(f"jan{number}@acme.example\n" for number in range(ROWS))
    print(f"{ROWS} plain rows: {seconds(plain, 20) * 1000:.1f} ms\n")
    print(f"{'one megabyte of':<30}{'100 kB':>10}{'1 MB':>10}{'rows':>10}{'ratio':>8}")
    for shape in SHAPES:
        small, large = filled(shape, SMALL), filled(shape, LARGE)
        quick, slow = seconds(small, 3), seconds(large, 1)
        rows = len(read_paste(large).entries)
        ratio = (slow / LARGE) / (quick / SMALL)
        print(f"{shape:<30}{quick * 1000:>7.0f} ms{slow * 1000:>7.0f} ms{rows:>10,}{ratio:>8.2f}")
    print(f"\nBeyond {LARGEST:,} characters nothing is read: {seconds('a' * 2 * LARGEST, 1):.6f} s")


def mixed() -> str:
    """Return 250 rows as people bring them, one in six of them wrong."""
    rows = (MIXED[number % len(MIXED)].format(number) for number in range(ROWS - 1))
    return "".join(rows) + f"\n{LAST}"


# On a terminal


def painted(argv: list[str], ready: str, keys: tuple[str, ...], until: tuple[str, ...]) -> float:
    """Paste into a program, and return the milliseconds until all of that was painted.

    Counted from the paste's last byte, as the terminal sent it.
    """
    with Terminal(argv, (120, 40)) as terminal:
        terminal.wait_for(ready)
        for key, then in zip(keys[::2], keys[1::2], strict=True):
            terminal.press(key)
            terminal.wait_for(then)
        while terminal.pump(0.3):
            pass  # until it is at rest
        terminal.raw = b""
        terminal.paste(mixed())
        began = time.perf_counter()
        return max(seen(terminal, each, began) for each in until) * 1000


def into_area() -> float:
    """Paste into the bare text area."""
    return painted([sys.executable, "-m", "benchmarks.area"], "ready", (), (LAST,))


def into_dialog() -> float:
    """Paste into the Invite dialog of a new demo store, in which there is no draft."""
    good = len({entry.key for entry in read_paste(mixed()).entries if entry.key})
    with demo() as ours:
        keys = ("i", "0 of 250")
        return painted([*ours.argv], "1 of 200", keys, (LAST, rf"{good} of 250"))


def on_a_terminal(rounds: int) -> int:
    """Paste in turns into both, print both, and return the exit status."""
    turns = [(into_area(), into_dialog()) for _ in range(rounds + 1)]
    turns = turns[1:]  # the first compiles what was never imported before
    theirs, mine = (median(column) for column in zip(*turns, strict=True))
    beyond = median(ours - bare for bare, ours in turns)
    print(f"\n{ROWS} mixed rows pasted at a terminal, medians of {rounds} in turns")
    print(f"a bare text area: text painted after {theirs:.0f} ms")
    print(f"the Invite dialog: all verdicts painted after {mine:.0f} ms")
    print(f"beyond the bare area: {beyond:.0f} ms (at most {BEYOND})")
    return 0 if beyond <= BEYOND else 1


def main(rounds: int) -> int:
    """Print it all."""
    linear()
    return on_a_terminal(rounds)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 5))
