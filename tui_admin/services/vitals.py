"""What `doctor` asks of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from tui_admin.services.sending import mail_health
from tui_admin.store.schema.columns import Moment

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.services.sending import MailHealth
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store


class Signs(NamedTuple):
    """How a store is: its own time, why its lists are searched slowly, and its mail."""

    time: datetime
    slow_search: str
    mail: MailHealth


async def signs(store: Store, now: datetime) -> Signs:
    """Return how an open store is."""

    async def ask(connection: AsyncConnection) -> Signs:
        time = await connection.scalar(select(func.current_timestamp(type_=Moment)))
        assert time is not None  # noqa: S101 - current_timestamp always answers
        slow = await store.dialect.slow_search(connection)
        return Signs(time, slow, await mail_health(connection, now))

    return await store.read(ask)
