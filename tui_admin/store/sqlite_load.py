"""Filling a new SQLite file as fast as the disk takes it.

Not through the engine: awaiting every chunk in turn and syncing every commit is what takes the
time. A machine that stops meanwhile leaves a file of no use, so only a new one is filled.
"""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from tui_admin.store import sqlite_search
from tui_admin.store.schema.columns import Id, Moment, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy import Column, Table

    from tui_admin.store.dialect import Chunk

DIALECT = SQLiteDialect_pysqlite()
BEFORE = (
    "PRAGMA synchronous = OFF",
    "PRAGMA cache_size = -131072",
    "PRAGMA wal_autocheckpoint = 16384",
    "PRAGMA threads = 2",
)
AFTER = (
    # The planner's figures from a sample: reading all of a million rows says nothing more.
    "PRAGMA analysis_limit = 1000",
    "ANALYZE",
    # All of it on the disk before anybody is told that it is there.
    "PRAGMA synchronous = FULL",
    "PRAGMA wal_checkpoint(TRUNCATE)",
)


async def load(file: str, chunks: Iterable[Chunk]) -> None:
    """Insert all chunks; indexes are made when the rows are there. Cancelling ends it soon."""
    filling = Filling(file)
    working = asyncio.ensure_future(asyncio.to_thread(filling.run, chunks))
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        filling.stop()
        await asyncio.wait({working})
        raise


class Filling:
    """One filling of a file, in a thread of its own."""

    def __init__(self, file: str) -> None:
        """Connect; the thread that runs it is another one."""
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._stopped = threading.Event()
        self._indexes: dict[str, str] = {}

    def stop(self) -> None:
        """Have the thread end as soon as it can."""
        self._stopped.set()
        self._connection.interrupt()

    def run(self, chunks: Iterable[Chunk]) -> None:
        """Insert, then make the indexes."""
        with closing(self._connection):
            self._do(BEFORE)
            sqlite_search.lay_aside(self._connection.execute)
            for table, rows in chunks:
                self._without_indexes(table)
                self._insert(table, rows)
            self._do(self._indexes.values())
            self._furnish()
            self._do(AFTER)

    def _furnish(self) -> None:
        self._do(("BEGIN",))
        sqlite_search.furnish(self._connection.execute)
        self._do(("COMMIT",))

    def _do(self, statements: Iterable[str]) -> None:
        for statement in statements:
            if self._stopped.is_set():
                raise asyncio.CancelledError
            self._connection.execute(statement)

    def _without_indexes(self, table: Table) -> None:
        """Drop what would be kept in order row by row; those of constraints have no SQL."""
        found = self._connection.execute(
            "SELECT name, sql FROM sqlite_master"
            " WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
            (table.name,),
        ).fetchall()
        self._do(f'DROP INDEX "{name}"' for name, _ in found)
        self._indexes |= dict(found)

    def _insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        names = list(rows[0])
        listed, marks = ", ".join(f'"{name}"' for name in names), ", ".join("?" * len(names))
        statement = f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})'  # noqa: S608
        self._do(("BEGIN",))
        self._connection.executemany(statement, _values(table, names, rows))
        self._do(("COMMIT",))


def _values(table: Table, names: list[str], rows: list[dict[str, Any]]) -> Iterator[Any]:
    """Return the rows as the driver takes them, a column at a time."""
    columns = []
    for name in names:
        values: Any = map(itemgetter(name), rows)
        converted = _converter(table.c[name])
        columns.append(map(converted, values) if converted else values)
    return zip(*columns, strict=True)


def _converter(column: Column[Any]) -> Callable[[Any], Any] | None:
    """Return what the engine would do to each value of a column, if anything."""
    if isinstance(column.type, (Words, Id)):
        return None
    if isinstance(column.type, Moment):
        return _written
    return column.type.dialect_impl(DIALECT).bind_processor(DIALECT)


def _written(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(" ", "microseconds").removesuffix("+00:00")
