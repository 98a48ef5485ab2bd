"""PostgreSQL: for a store that several hosts share."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, literal, select, text, tuple_
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from tui_admin.domain.errors import Misconfigured, OutOfReach
from tui_admin.domain.listings import Seek
from tui_admin.store.connection import create_async_engine
from tui_admin.store.line import KeptLine
from tui_admin.store.pages import contains, counted_by_status
from tui_admin.store.schema.audit import audit_head
from tui_admin.store.schema.outbox import counter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Column, Select, Table
    from sqlalchemy.engine import Connection

    from tui_admin.store.connection import AsyncConnection, AsyncEngine
    from tui_admin.store.dialect import Chunk
    from tui_admin.store.line import Line
    from tui_admin.store.pages import PagePlan

TRY_AGAIN = {"40001", "40P01"}
"""Serialisation failure and deadlock: the whole transaction may simply be run again."""

SEARCHED = ("user", "invitation", "outbox_message", "audit_event")
"""Tables with a text that is searched, and many rows."""
SEARCH_INDEX = "ix_{}_search"

UPGRADING = 0x74756961
"""The number that upgrades of one database agree on; any would do."""


class Postgres:
    """Answers for PostgreSQL."""

    def engine(self, url: URL) -> AsyncEngine:
        """Return an engine that notices a connection the server has dropped."""
        # What stands behind the question mark the driver reads itself: it knows all that psql does.
        options = URL.create("postgresql", query=url.query).render_as_string()
        try:
            return create_async_engine(
                url.difference_update_query(url.query).set(drivername="postgresql+asyncpg"),
                pool_size=4,
                max_overflow=4,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"timeout": 10, "dsn": options},
            )
        except ModuleNotFoundError as error:
            raise Misconfigured("store_driver_missing", extra="postgres") from error

    def reading(self, engine: AsyncEngine) -> AsyncEngine:
        """Ask for one snapshot; by default every statement would see a state of its own."""
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def make(self, url: URL) -> None:
        """Leave it to whoever runs the server."""

    def present(self, url: URL) -> None:
        """Do nothing: only connecting tells."""

    async def hold(self, connection: AsyncConnection) -> None:
        """Lock the audit log's head: every decision ends there, so none passes another."""
        await connection.execute(select(audit_head.c.seq).with_for_update())

    def page(self, plan: PagePlan) -> Select[Any]:
        """Compare row values, which PostgreSQL answers from the index."""
        ask, rows = plan.ask, plan.rows
        if ask.key is not None and ask.seek not in (Seek.START, Seek.END):
            here = tuple_(plan.order, plan.id)
            there = tuple_(literal(ask.key[0], plan.order.type), literal(ask.key[1], plan.id.type))
            if ask.seek is Seek.FROM:
                further = here >= there if plan.ascending else here <= there
            else:
                further = here > there if plan.ascending else here < there
            rows = rows.where(further)
        return rows.order_by(*plan.directed(plan.order, plan.id)).limit(plan.limit)

    def having(self, search: Column[str], words: Sequence[str]) -> Select[Any]:
        """Ask for the words themselves: the index of `furnish` answers that."""
        return select(search.table.c.id).where(*(contains(search, word) for word in words))

    async def statuses(self, connection: AsyncConnection, table: Table) -> dict[str, int]:
        """Count them, which an index answers; no trigger stands in the way of those who write."""
        return await counted_by_status(connection, table)

    def claim(self, waiting: Select[Any]) -> Select[Any]:
        """Pass over what another worker is claiming at this moment."""
        return waiting.with_for_update(skip_locked=True)

    def line(self, engine: AsyncEngine) -> Line:
        """Return one that keeps a connection of the pool."""
        return KeptLine(engine)

    async def change_number(self, connection: AsyncConnection) -> int:
        """Add up the two numbers that every commit of ours raises one of."""
        statement = select(
            select(audit_head.c.seq).scalar_subquery()
            + select(counter.c.value).where(counter.c.name == "outbox").scalar_subquery()
        )
        number = await connection.scalar(statement)
        await connection.rollback()
        return int(number or 0)

    async def interrupt(self, connection: AsyncConnection) -> bool:  # noqa: ARG002
        """Leave it to the cancelled task: asyncpg ends the query then."""
        return False

    def try_again(self, error: BaseException) -> bool:
        """Say whether the server asks for the transaction to be tried again."""
        return self.busy(error)

    def busy(self, error: BaseException) -> bool:
        """Say whether transactions stand in each other's way."""
        return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in TRY_AGAIN

    def unreachable(self, error: BaseException) -> bool:
        """Say whether the server is away, refuses us or has no such database."""
        # Loaded already, since something of it failed.
        from asyncpg.exceptions import ClientConfigurationError

        if isinstance(error, (OSError, TimeoutError, ClientConfigurationError)):
            return True
        if isinstance(error, DBAPIError) and error.connection_invalidated:
            return True
        state = getattr(getattr(error, "orig", error), "sqlstate", None) or ""
        if isinstance(error, (OperationalError, InterfaceError)) and not state:
            return True
        # 42704: an option of the address that the server does not know; 55000: a database that is
        # kept from being connected to.
        return state[:2] in {"08", "28", "3D", "53", "57"} or state in {"42704", "55000"}

    async def migrate(
        self, connection: AsyncConnection, change: Callable[[Connection], None]
    ) -> None:
        """Run it; PostgreSQL's changes of schema are transactional as they are."""
        async with connection.begin():
            # Two upgrades at once would both make the same tables.
            await connection.execute(select(func.pg_advisory_xact_lock(UPGRADING)))
            await connection.run_sync(change)

    def furnish(self, connection: Connection) -> None:
        """Make the indexes for words, where the server has or lets us have its module for them."""
        try:
            with connection.begin_nested():
                connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
        except DBAPIError:
            return  # words are looked for in every row then; `problems` says what to do
        for name in SEARCHED:
            connection.execute(
                text(
                    f"CREATE INDEX IF NOT EXISTS {SEARCH_INDEX.format(name)}"
                    f' ON "{name}" USING gin (search gin_trgm_ops)'
                )
            )

    async def load(self, engine: AsyncEngine, chunks: Iterable[Chunk]) -> None:
        """Use COPY, and make the indexes when the rows are there."""
        indexes: dict[str, str] = {}
        filled: set[Table] = set()
        async with engine.connect() as connection, connection.begin():
            for table, rows in chunks:
                filled.add(table)
                indexes |= await _drop_indexes(connection, table)
                await connection.driver.copy_records_to_table(
                    table.name, columns=list(rows[0]), records=[tuple(row.values()) for row in rows]
                )
            for statement in indexes.values():
                await connection.execute(text(statement))
            await self._set_sequences(connection, filled)
            await connection.execute(text("ANALYZE"))

    async def _set_sequences(self, connection: AsyncConnection, tables: Iterable[Table]) -> None:
        for table in tables:
            if table.c.get("id") is not None and table.name not in ("audit_event", "audit_head"):
                await connection.execute(
                    text(
                        f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'),"  # noqa: S608
                        f' (SELECT coalesce(max(id), 0) + 1 FROM "{table.name}"), false)'
                    )
                )

    async def problems(self, connection: AsyncConnection) -> tuple[str, ...]:
        """Say where there is no index for words; the rest the server watches over by itself."""
        slow = await self.slow_search(connection)
        return (slow,) if slow else ()

    async def slow_search(self, connection: AsyncConnection) -> str:
        """Name the indexes for words that the server does not have."""
        found = await connection.execute(
            text("SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()")
        )
        there = set(found.scalars())
        wanted = [SEARCH_INDEX.format(name) for name in SEARCHED]
        lacking = [name for name in wanted if name not in there]
        if not lacking:
            return ""
        return (
            f"searching is slow without {', '.join(lacking)}: have the server's administrator run"
            " CREATE EXTENSION pg_trgm in this database, then run tui-admin db upgrade"
        )

    async def backup(self, url: URL, file: str) -> None:
        """Have pg_dump write its own format; raises Misconfigured where it is not installed."""
        program = shutil.which("pg_dump")
        if program is None:
            raise Misconfigured("backup_needs_pg_dump")
        await asyncio.to_thread(Path(file).touch, mode=0o600, exist_ok=False)
        # `url.set` would take no password for "leave it as it is".
        plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database)
        plain = plain.update_query_dict(url.query)
        process = await asyncio.create_subprocess_exec(
            program,
            "--format=custom",
            f"--file={file}",
            plain.render_as_string(hide_password=False),
            # Not on the command line, where every user of the machine could read it.
            env={**os.environ, "PGPASSWORD": url.password or ""},
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
        if process.returncode:
            await asyncio.to_thread(Path(file).unlink, missing_ok=True)
            raise OutOfReach("backup_failed", why=said.decode(errors="replace").strip()[-300:])


async def _drop_indexes(connection: AsyncConnection, table: Table) -> dict[str, str]:
    """Drop a table's indexes but for those of constraints; returns how to make them again."""
    found = await connection.execute(
        text(
            "SELECT indexname, indexdef FROM pg_indexes"
            " WHERE schemaname = current_schema() AND tablename = :name AND indexname NOT IN"
            " (SELECT conname FROM pg_constraint WHERE conrelid = CAST(:quoted AS regclass))"
        ),
        {"name": table.name, "quoted": f'"{table.name}"'},
    )
    indexes = {str(row.indexname): str(row.indexdef) for row in found}
    for name in indexes:
        await connection.execute(text(f'DROP INDEX "{name}"'))
    return indexes
