"""Inserting very many rows without holding them all in memory."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Table
    from sqlalchemy.ext.asyncio import AsyncConnection

CHUNK = 10_000


async def insert_in_chunks(
    connection: AsyncConnection, table: Table, rows: Iterable[dict[str, Any]]
) -> None:
    """Insert rows that all have the same keys, a chunk per round trip."""
    waiting = iter(rows)
    while chunk := list(islice(waiting, CHUNK)):
        await connection.execute(table.insert(), chunk)
