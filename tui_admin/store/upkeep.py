"""Making, upgrading, checking and backing up a store."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from tui_admin.domain.errors import Misconfigured, OutOfReach
from tui_admin.store.dialect import dialect_for
from tui_admin.store.store import open_store, reach
from tui_admin.store.version import HEAD, KNOWN, current

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


async def upgrade(address: str) -> tuple[str, str]:
    """Bring a store to the newest schema, making it where there is none.

    Returns the versions before and after; "" stands for an empty store. All of it happens in one
    transaction. Raises `OutOfReach` for a store that a newer program made.
    """
    url = make_url(address)
    dialect_for(url).make(url)
    store = await reach(address)
    try:
        before = await store.read(current)
        if before is not None and before not in KNOWN:
            raise OutOfReach("store_newer", found=before, wanted=HEAD)
        await store.migrate(to_head)
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


async def check(address: str) -> tuple[str, ...]:
    """Return what is wrong with a store, a line each; nothing where all is well.

    The engine's own check is run, and every foreign key is followed.
    """
    store = await open_store(address)
    try:
        return await store.read(store.dialect.problems)
    finally:
        await store.close()


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
