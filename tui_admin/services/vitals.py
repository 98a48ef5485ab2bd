"""What `doctor` asks of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from tui_admin.services.sending import mail_health
from tui_admin.store.schema.columns import Moment

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.services.sending import MailHealth
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store


async def clock_and_mail(store: Store, now: datetime) -> tuple[datetime, MailHealth]:
    """Return the store's own time and how the sending of mail goes."""

    async def ask(connection: AsyncConnection) -> tuple[datetime, MailHealth]:
        time = await connection.scalar(select(func.current_timestamp(type_=Moment)))
        assert time is not None  # noqa: S101 - current_timestamp always answers
        return time, await mail_health(connection, now)

    return await store.read(ask)
