"""SQLite: one file, many readers, one writer at a time."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from sqlalchemy import event, select, text, union_all
from sqlalchemy.exc import DisconnectionError, ResourceClosedError

from tui_admin.domain.errors import Misconfigured, OutOfReach
from tui_admin.domain.listings import Seek
from tui_admin.store import sqlite_search
from tui_admin.store.connection import create_async_engine
from tui_admin.store.pages import contains, counted_by_status
from tui_admin.store.schema.columns import LAST, Moment, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Column, ColumnElement, Select, Table
    from sqlalchemy.engine import URL, Connection

    from tui_admin.store.connection import AsyncConnection, AsyncEngine
    from tui_admin.store.dialect import Chunk
    from tui_admin.store.line import Line
    from tui_admin.store.pages import PagePlan

PRAGMAS = (
    "PRAGMA busy_timeout = 5000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA foreign_keys = ON",
    # An audited decision is on the disk before it is told.
    "PRAGMA synchronous = FULL",
    # The file's pages are in the system's cache already; a map of the file or a large copy of it
    # answers no sooner, and a million users would hold hundreds of megabytes.
    "PRAGMA cache_size = -1000",
    "PRAGMA mmap_size = 0",
    "PRAGMA wal_autocheckpoint = 8000",
)


def _prepare(dbapi_connection: Any, record: Any, path: str) -> None:
    """Set a new connection up, and remember which file it is of."""
    record.info.update(path=path, file=_identity(path))
    dbapi_connection.executescript(";".join(PRAGMAS))


def _still_there(record: Any, path: str) -> None:
    """Give up a connection whose file was moved away: what it wrote would be nowhere."""
    if _identity(path) != record.info["file"]:
        raise DisconnectionError("the store's file is another one now")


def _identity(path: str) -> tuple[int, int]:
    """Return what tells a file from another of the same name; raises `OutOfReach`."""
    try:
        found = Path(path).stat()
    except OSError as error:
        raise OutOfReach("store_missing", path=path) from error
    return found.st_dev, found.st_ino


class _Same:
    """Tells whether a path still leads to the file that it led to at first."""

    def __init__(self, path: str) -> None:
        self._path, self._file = path, _identity(path)

    def __call__(self) -> None:
        """Raise `OutOfReach` where the file is gone, and go on with what is in its place."""
        before, self._file = self._file, _identity(self._path)
        if before != self._file:
            raise OutOfReach("store_missing", path=self._path)


def _begin(connection: Connection) -> None:
    exclusive = connection.get_execution_options().get("exclusive", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if exclusive else "BEGIN")


def _data_version(connection: Connection) -> int:
    raw = connection.connection
    path = raw.info["path"]
    if _identity(path) != raw.info["file"]:
        raise OutOfReach("store_missing", path=path)
    driver: Any = raw.driver_connection
    return int(driver.execute("PRAGMA data_version").fetchone()[0])


def _foreign_keys(connection: Connection, kept: str) -> None:
    """Say whether they are kept: ON or OFF; outside any transaction, or nothing would change."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys = {kept}")


def _lowest(column: ColumnElement[Any]) -> Any:
    """Return a value that nothing in a column is below."""
    if isinstance(column.type, Moment):
        return datetime.min.replace(tzinfo=UTC)
    return "" if isinstance(column.type, Words) else -LAST


class Sqlite:
    """Answers for SQLite."""

    def engine(self, url: URL) -> AsyncEngine:
        """Return an engine whose write transactions begin IMMEDIATE, and that makes no file."""
        path = url.database or ""
        engine = create_async_engine(
            url.set(
                drivername="sqlite",
                database=f"file:{quote(path)}",
                query={"mode": "rw", "uri": "true"},
            ),
            pool_size=4,
            max_overflow=4,
            hide_parameters=True,
            connect_args={
                # Transactions are in our own hands: the driver's default loses updates in silence.
                "isolation_level": None,
                # One thread at a time has it, but not always the same one.
                "check_same_thread": False,
            },
        )
        listen = partial(event.listen, engine.sync_engine)
        listen("connect", lambda connection, record: _prepare(connection, record, path))
        listen("checkout", lambda _connection, record, _proxy: _still_there(record, path))
        listen("begin", _begin)
        return engine

    def reading(self, engine: AsyncEngine) -> AsyncEngine:
        """Return it as it is: in WAL mode a transaction sees what was there at its first query."""
        return engine

    def make(self, url: URL) -> None:
        """Make an empty file that only its owner can read, and the directories above it."""
        path = Path(url.database or "")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600, exist_ok=True)
        except OSError as error:
            why = str(error.strerror)
            raise OutOfReach("store_unreachable", store=str(path), why=why) from error

    def present(self, url: URL) -> None:
        """Refuse a file that is not there, or that others on the machine can read."""
        path = Path(url.database or "")
        try:
            mode = path.stat().st_mode
        except OSError as error:
            raise OutOfReach("store_missing", path=str(path)) from error
        if not S_ISREG(mode):
            raise OutOfReach("store_unreachable", store=str(path), why="it is not a file")
        if not os.access(path, os.R_OK | os.W_OK):
            raise OutOfReach("store_unreachable", store=str(path), why="permission denied")
        if mode & 0o077:
            raise Misconfigured("store_exposed", path=str(path))

    async def hold(self, connection: AsyncConnection) -> None:
        """Do nothing more: BEGIN IMMEDIATE has it already."""

    def page(self, plan: PagePlan) -> Select[Any]:
        """Split ties from the rest: SQLite uses only the first column of a row value's index."""
        ask, rows, limit = plan.ask, plan.rows, plan.limit
        if ask.seek in (Seek.START, Seek.END) or ask.key is None:
            # True of every row: it has the planner walk the order's index instead of sorting.
            every = plan.order >= _lowest(plan.order)
            return rows.where(every).order_by(*plan.directed(plan.order, plan.id)).limit(limit)
        value, row_id = ask.key
        further = plan.order > value if plan.ascending else plan.order < value
        tied = plan.id > row_id if plan.ascending else plan.id < row_id
        if ask.seek is Seek.FROM:
            tied = plan.id >= row_id if plan.ascending else plan.id <= row_id
        ties = rows.where(plan.order == value, tied).order_by(*plan.directed(plan.id))
        rest = rows.where(further).order_by(*plan.directed(plan.order, plan.id))
        both = union_all(
            select(ties.limit(limit).subquery()), select(rest.limit(limit).subquery())
        ).subquery()
        return select(both).order_by(*plan.directed(both.c["_key"], both.c.id)).limit(limit)

    def having(self, search: Column[str], words: Sequence[str]) -> Select[Any]:
        """Look in the search index, where there is one."""
        table = search.table
        if table.name in sqlite_search.SEARCHED:
            return sqlite_search.having(table.name, words)
        return select(table.c.id).where(*(contains(search, word) for word in words))

    async def statuses(self, connection: AsyncConnection, table: Table) -> dict[str, int]:
        """Read what the triggers keep, or count a small table."""
        if table.name not in sqlite_search.COUNTED:
            return await counted_by_status(connection, table)
        found = (await connection.execute(sqlite_search.kept(table.name))).all()
        return {name.partition(".")[2]: number for name, number in found}

    def claim(self, waiting: Select[Any]) -> Select[Any]:
        """Return it as it is: the one writer claims within its own transaction."""
        return waiting

    def line(self, engine: AsyncEngine) -> Line:
        """Return one that writes past the asynchronous driver, in a thread of its own."""
        from tui_admin.store.sqlite_line import SqliteLine

        path = str(engine.url.database).removeprefix("file:")
        return SqliteLine(
            engine.url.set(drivername="sqlite"),
            ";".join(PRAGMAS),
            _Same(unquote(path)),
        )

    async def change_number(self, connection: AsyncConnection) -> int:
        """Read `data_version`, outside any transaction, or it would never change."""
        return await connection.run_sync(_data_version)

    async def interrupt(self, connection: AsyncConnection) -> bool:
        """Use the driver's own interrupt: cancelling would wait until the query ends."""
        # Where it was closed meanwhile, nothing runs on it any more.
        with suppress(sqlite3.ProgrammingError, ResourceClosedError):
            if connection.driver is not None:
                connection.driver.interrupt()
        return True

    def try_again(self, error: BaseException) -> bool:  # noqa: ARG002
        """Say no: the engine has waited its time for the other writer already."""
        return False

    def busy(self, error: BaseException) -> bool:
        """Say whether another writer held on for too long."""
        origin = getattr(error, "orig", error)
        return isinstance(origin, sqlite3.OperationalError) and "locked" in str(origin)

    def unreachable(self, error: BaseException) -> bool:
        """Say whether the file cannot be opened, read or written."""
        told = ("unable to open", "disk I/O", "readonly", "not a database", "malformed", "full")
        origin = getattr(error, "orig", error)
        return isinstance(origin, sqlite3.Error) and any(each in str(origin) for each in told)

    async def migrate(
        self, connection: AsyncConnection, change: Callable[[Connection], None]
    ) -> None:
        """Keep foreign keys off meanwhile: a table made anew would take its children along."""
        await connection.run_sync(_foreign_keys, "OFF")
        try:
            async with connection.begin():
                await connection.run_sync(change)
                if (await connection.execute(text("PRAGMA foreign_key_check"))).first():
                    raise OutOfReach("migration_lost_rows")
        finally:
            await connection.run_sync(_foreign_keys, "ON")

    def furnish(self, connection: Connection) -> None:
        """Make search indexes and kept counts; let the planner look at what it does not know."""
        sqlite_search.furnish(connection.exec_driver_sql)
        connection.exec_driver_sql("PRAGMA optimize")

    async def load(self, engine: AsyncEngine, chunks: Iterable[Chunk]) -> None:
        """Write past the engine, straight into the file."""
        from tui_admin.store.sqlite_load import load

        await load(engine.url.database or "", chunks)

    async def problems(self, connection: AsyncConnection) -> tuple[str, ...]:
        """Run SQLite's own check and follow every foreign key; at most 20 of each are told."""
        said = (await connection.execute(text("PRAGMA integrity_check(20)"))).scalars().all()
        lost = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
        slow = await self.slow_search(connection)
        return (
            *(line for line in said if line != "ok"),
            *((slow,) if slow else ()),
            *(
                f"{row[0]} row {row[1]} names a row of {row[2]} that is not there"
                for row in lost[:20]
            ),
        )

    async def slow_search(self, connection: AsyncConnection) -> str:
        """Name what the index for words lacks."""
        lacking = await connection.run_sync(
            lambda below: sqlite_search.lacking(below.exec_driver_sql)
        )
        return f"{', '.join(lacking)} missing: tui-admin db upgrade makes it" if lacking else ""

    async def backup(self, url: URL, file: str) -> None:
        """Copy through SQLite's own backup, which is consistent beside running writers."""
        await asyncio.to_thread(_copy, Path(url.database or ""), Path(file))


def _copy(store: Path, file: Path) -> None:
    file.touch(mode=0o600, exist_ok=False)
    try:
        with (
            closing(sqlite3.connect(f"{store.resolve().as_uri()}?mode=ro", uri=True)) as here,
            closing(sqlite3.connect(file)) as there,
        ):
            here.backup(there)
    except sqlite3.Error as error:
        file.unlink()
        raise OutOfReach("backup_failed", why=str(error)) from error
