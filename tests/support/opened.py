"""A store without services, and the few statements with which tests of it make do."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from tui_admin.store.schema.everything import counter, setting
from tui_admin.store.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tui_admin.store.connection import AsyncConnection

VALUE = select(counter.c.value).where(counter.c.name == "outbox")


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """Open the store at an address."""
    store = await open_store(url)
    try:
        yield store
    finally:
        await store.close()


async def read_add_write(connection: AsyncConnection) -> None:
    """Add one to a number, in the way that loses updates where two do it at once."""
    value = await connection.scalar(VALUE)
    await connection.execute(update(counter).values(value=(value or 0) + 1))


async def value_of(store: Store) -> int:
    """Return that number."""

    async def ask(connection: AsyncConnection) -> int:
        return int(await connection.scalar(VALUE) or 0)

    return await store.read(ask)


def keep(name: str) -> Any:
    """Return a statement that keeps a name."""
    return insert(setting).values(name=name, value="")


async def kept(store: Store) -> set[str]:
    """Return the names that were kept."""

    async def ask(connection: AsyncConnection) -> set[str]:
        found = await connection.execute(select(setting.c.name))
        return {name for name in found.scalars() if not name.startswith("environment")}

    return await store.read(ask)


async def pool_is_whole(store: Store) -> None:
    """Have more questions answered than the pool has connections, and every connection back."""
    assert [await value_of(store) for _ in range(3)] == [0] * 3
    assert await asyncio.gather(*(value_of(store) for _ in range(20))) == [0] * 20
    assert store.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
