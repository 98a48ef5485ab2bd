"""How fast a demo environment is made, beside a bare insert of as many rows into one table.

python benchmarks/demo.py [USERS ...]      (2,000 and 20,000; CONTRACT.md promises up to 1,000,000)
"""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tui_admin.demo.data import generate
from tui_admin.demo.environment import build


def own_memory() -> int:
    """Return this process's memory in MB without the store's file, which is mapped into it."""
    status = Path("/proc/self/status").read_text("ascii")
    found = re.search(r"RssAnon:\s+(\d+)", status)
    return int(found[1]) // 1024 if found else 0


def bare(rows: int, directory: Path) -> float:
    """Return the seconds that a plain executemany of five columns takes."""
    data = (
        (number, f"person{number}@acme.example", "A Person", "active", "2026-01-01 00:00:00")
        for number in range(rows)
    )
    with closing(sqlite3.connect(directory / "bare.db")) as connection:
        connection.execute("CREATE TABLE person (id INTEGER PRIMARY KEY, a, b, c, d)")
        started = time.perf_counter()
        connection.executemany("INSERT INTO person VALUES (?, ?, ?, ?, ?)", data)
        connection.commit()
        return time.perf_counter() - started


def measure(users: int) -> None:
    """Print one line for an environment of that size."""
    started = time.perf_counter()
    rows = sum(len(some) for _, some in generate(users, 1, datetime.now(UTC)))
    making = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as directory:
        started = time.perf_counter()
        asyncio.run(build(Path(directory) / "demo", users, 1))
        whole = time.perf_counter() - started
        size = (Path(directory) / "demo" / "store.db").stat().st_size // 1_000_000
        memory = own_memory()
        plain = bare(rows, Path(directory))
    print(
        f"{users:>9,} users  {rows:>9,} rows  made up in {making:6.1f} s, all in {whole:6.1f} s"
        f"  {rows / whole:>9,.0f} rows/s  {whole / plain:5.1f}x bare  {size:>5,} MB on disk"
        f"  {memory:>4} MB in memory"
    )


if __name__ == "__main__":
    for argument in sys.argv[1:] or ("200", "2000", "20000"):
        measure(int(argument))
