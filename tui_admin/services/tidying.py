"""What happens to mails by time alone: leases end, doubts are over, some come too late."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select, update

from tui_admin.domain.lifecycle import AGAIN
from tui_admin.services.dispatch import FREE, HANDING_OVER, NOT_KNOWN, in_doubt, tell_invitation
from tui_admin.services.posting import OUTBOX_MOVED
from tui_admin.store.schema.outbox import outbox_message

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

NOT_TRIED: dict[str, Any] = {
    "status": "queued",
    # It was counted at the claim, and nothing of the message went out.
    "attempts": outbox_message.c.attempts - 1,
    **FREE,
}


async def tidy(store: Store, now: datetime) -> int:
    """Take over from workers that died, send again what was in doubt, give up what is too late.

    Returns how many messages changed. A message whose text was going out when its worker died may
    have arrived: it is in doubt, and shown as that.
    """
    lost, late, again = _lost(now), _late(now), _again(now)

    def act(connection: Connection) -> int:
        changed = doubt(connection, and_(lost, outbox_message.c.phase == HANDING_OVER), now)
        changed += _set(connection, lost, NOT_TRIED)
        changed += _set(connection, and_(again, ~_over(now)), {"status": "queued", **FREE})
        changed += _set(connection, and_(again, _over(now)), {"phase": ""})
        changed += _set(connection, late, {"status": "expired", **FREE})
        if changed:
            connection.execute(OUTBOX_MOVED)
        return changed

    async def ask(connection: AsyncConnection) -> bool:
        some = select(outbox_message.c.id).where(or_(lost, late, again)).limit(1)
        return (await connection.execute(some)).first() is not None

    return await store.jot(act) if await store.read(ask) else 0


def doubt(connection: Connection, these: ColumnElement[bool], now: datetime) -> int:
    """Put messages whose text was going out in doubt; returns how many."""
    changed = 0
    for row in connection.execute(select(outbox_message).where(these)).all():
        values = in_doubt(row, now) | {"last_error": NOT_KNOWN}
        # Asked anew: its worker may have written down the server's answer meanwhile.
        if _set(connection, and_(these, outbox_message.c.id == row.id), values):
            tell_invitation(connection, row, values, now)
            changed += 1
    return changed


def _lost(now: datetime) -> ColumnElement[bool]:
    return and_(outbox_message.c.status == "sending", outbox_message.c.lease_until < now)


def _late(now: datetime) -> ColumnElement[bool]:
    return and_(outbox_message.c.status == "queued", _over(now))


def _again(now: datetime) -> ColumnElement[bool]:
    return and_(
        outbox_message.c.status == "unknown",
        outbox_message.c.phase == AGAIN,
        outbox_message.c.not_before <= now,
    )


def _over(now: datetime) -> ColumnElement[bool]:
    # Not simply `<=`: where there is no such time the answer would be neither yes nor no.
    return and_(outbox_message.c.not_after.is_not(None), outbox_message.c.not_after <= now)


def _set(connection: Connection, these: ColumnElement[bool], values: dict[str, Any]) -> int:
    statement = update(outbox_message).where(these)
    done = connection.execute(statement.values(version=outbox_message.c.version + 1, **values))
    return done.rowcount
