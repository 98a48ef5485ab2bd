"""Which schema a store has, and which one this program knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tui_admin.domain.errors import OutOfReach

if TYPE_CHECKING:
    from tui_admin.store.connection import AsyncConnection

HEAD = "0007"
"""The newest migration. Spelt here so that opening a store need not import Alembic."""

KNOWN = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""All migrations in order, so that an older store can be told from a newer one."""


async def current(connection: AsyncConnection) -> str | None:
    """Return the version of a store; None where it has no tables of ours yet."""
    try:
        found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        return None if found is None else str(found)
    except DBAPIError as error:
        said = str(error.orig)
        if "no such table" in said or "does not exist" in said:
            return None
        raise


async def check_version(connection: AsyncConnection) -> None:
    """Raise `OutOfReach` with what to do where the schema is not the one this program knows."""
    found = await current(connection)
    if found == HEAD:
        return
    if found is None:
        raise OutOfReach("store_empty")
    if found in KNOWN:
        raise OutOfReach("store_older", found=found, wanted=HEAD)
    raise OutOfReach("store_newer", found=found, wanted=HEAD)
