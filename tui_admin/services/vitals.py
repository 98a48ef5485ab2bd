"""What `doctor` asks of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tui_admin.domain.lifecycle import HEARTBEAT_FRESH
from tui_admin.store.schema.columns import Moment
from tui_admin.store.schema.outbox import worker

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store


async def clock_and_workers(store: Store, now: datetime) -> tuple[datetime, int]:
    """Return the store's own time and how many workers are alive."""

    async def ask(connection: AsyncConnection) -> tuple[datetime, int]:
        fresh = select(func.count()).where(worker.c.beat_at > now - HEARTBEAT_FRESH)
        time = await connection.scalar(select(func.current_timestamp(type_=Moment)))
        assert time is not None  # noqa: S101 - current_timestamp always answers
        return time, int(await connection.scalar(fresh) or 0)

    return await store.read(ask)
