"""What the store itself knows of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tui_admin.store.schema.environment import setting

if TYPE_CHECKING:
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

ENVIRONMENT_NAME = "environment.name"


async def environment_name(store: Store) -> str:
    """Return what the environment was called when the store was made, or ""."""

    async def ask(connection: AsyncConnection) -> str:
        wanted = select(setting.c.value).where(setting.c.name == ENVIRONMENT_NAME)
        return str(await connection.scalar(wanted) or "")

    return await store.read(ask)
