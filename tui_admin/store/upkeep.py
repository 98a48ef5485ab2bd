"""Making, upgrading, checking and backing up a store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.engine import make_url

from tui_admin.domain.errors import Misconfigured, OutOfReach
from tui_admin.store.store import open_store, reach
from tui_admin.store.version import HEAD, KNOWN, current

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection

MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(address: str) -> tuple[str, str]:
    """Bring a store to the newest schema, making it where there is none.

    Returns the versions before and after; "" stands for an empty store. All of it happens in one
    transaction. Raises `OutOfReach` for a store that a newer program made.
    """
    _make_file(address)
    store = await reach(address)
    try:
        before = await store.read(current)
        if before is not None and before not in KNOWN:
            raise OutOfReach("store_newer", found=before, wanted=HEAD)
        async with store.engine.connect() as plain:
            connection = await plain.execution_options(exclusive=True)
            await store.dialect.migrate(connection, to_head)
        async with store.engine.begin() as connection:
            await connection.run_sync(store.dialect.furnish)
        return before or "", HEAD
    finally:
        await store.close()


def to_head(connection: Connection) -> None:
    """Run the migrations that are missing, on a connection whose transaction the caller ends."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _make_file(address: str) -> None:
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return
    path = Path(url.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600, exist_ok=True)
    except OSError as error:
        raise OutOfReach("store_unreachable", store=str(path), why=str(error.strerror)) from error


async def check(address: str) -> tuple[str, ...]:
    """Return what is wrong with a store, a line each; nothing where all is well.

    The engine's own check is run, and every foreign key is followed.
    """
    store = await open_store(address)
    try:
        if store.url.get_backend_name() != "sqlite":
            return ()
        return await store.read(_sqlite_problems)
    finally:
        await store.close()


async def _sqlite_problems(connection: AsyncConnection) -> tuple[str, ...]:
    said = (await connection.execute(text("PRAGMA integrity_check(20)"))).scalars().all()
    lost = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
    return (
        *(line for line in said if line != "ok"),
        *(f"{row[0]} row {row[1]} names a row of {row[2]} that is not there" for row in lost[:20]),
    )


async def backup(address: str, file: Path) -> None:
    """Write a consistent copy to `file`, which must not exist yet."""
    store = await open_store(address)
    try:
        await store.dialect.backup(store.url, str(file))
    except FileExistsError as error:
        raise Misconfigured("backup_file_exists", file=str(file)) from error
    except OSError as error:
        raise OutOfReach("backup_failed", why=str(error)) from error
    finally:
        await store.close()
