"""Which workers are alive, what troubles them, and how fast they send."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, delete, func, select, update

from tui_admin.domain.lifecycle import HEARTBEAT_FRESH, LEASE
from tui_admin.services.dispatch import HANDING_OVER
from tui_admin.services.posting import OUTBOX_MOVED
from tui_admin.services.tidying import NOT_TRIED, doubt
from tui_admin.store.schema.outbox import outbox_message, worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store


class Pulse(NamedTuple):
    """How a worker is: the mail server's trouble and when it tries again, mails in a minute."""

    trouble: str = ""
    retry_at: datetime | None = None
    rate: int = 0


WELL = Pulse()


class Roster:
    """The workers of one store."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        """Work on this store by this clock."""
        self._store, self._now = store, now
        self._told = ""

    async def beat(self, name: str, pulse: Pulse = WELL) -> int:
        """Say that this worker lives, and keep what it has claimed; returns how many live.

        A change of the trouble is told to the dashboards at once.
        """
        now = self._now()
        values = {"beat_at": now, **pulse._asdict()}

        def act(connection: Connection) -> int:
            known = connection.execute(update(worker).where(worker.c.name == name).values(values))
            if not known.rowcount:
                connection.execute(worker.insert().values(name=name, **values))
                old = worker.c.beat_at < now - 20 * HEARTBEAT_FRESH
                connection.execute(delete(worker).where(old))
            connection.execute(
                update(outbox_message).where(_mine(name)).values(lease_until=now + LEASE)
            )
            if pulse.trouble != self._told:
                connection.execute(OUTBOX_MOVED)
            alive = select(func.count()).where(worker.c.beat_at > now - HEARTBEAT_FRESH)
            return int(connection.execute(alive).scalar_one())

        alive = await self._store.jot(act)
        self._told = pulse.trouble
        return alive

    async def sign_off(self, name: str) -> None:
        """Leave at once, so that another worker need not wait for the heartbeat to grow old."""
        now = self._now()

        def act(connection: Connection) -> None:
            connection.execute(delete(worker).where(worker.c.name == name))
            doubt(connection, and_(_mine(name), outbox_message.c.phase == HANDING_OVER), now)
            connection.execute(update(outbox_message).where(_mine(name)).values(**NOT_TRIED))
            connection.execute(OUTBOX_MOVED)

        await self._store.jot(act)

    async def stands_back_for(self, name: str) -> bool:
        """Say whether a worker that comes before this one by name is alive."""
        fresh = self._now() - HEARTBEAT_FRESH

        async def ask(connection: AsyncConnection) -> bool:
            first = select(worker.c.name).where(worker.c.name < name, worker.c.beat_at > fresh)
            return (await connection.execute(first.limit(1))).first() is not None

        return await self._store.read(ask)


def _mine(name: str) -> ColumnElement[bool]:
    return and_(outbox_message.c.owner == name, outbox_message.c.status == "sending")
