"""How the sending of mail goes: what waits and since when, who sends, what troubles them, a pause.

A pause is a setting that workers look at; what it holds back is said by the kinds' priority.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, select

from tui_admin.domain.errors import Stale
from tui_admin.domain.lifecycle import HEARTBEAT_FRESH, PAUSED
from tui_admin.domain.outcomes import Row
from tui_admin.services.trail import Subject
from tui_admin.store.schema.environment import setting
from tui_admin.store.schema.outbox import outbox_message, worker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.services.work import Work
    from tui_admin.store.connection import AsyncConnection

UNFINISHED = ("queued", "sending", "unknown", "failed")
"""The states of a mail that somebody may have to see to."""
SUBJECT = Subject("setting", 0, "mail")


class Pause(NamedTuple):
    """Who paused the sending, and when."""

    by: str
    at: datetime


class Heap(NamedTuple):
    """How many mails are in a state, and since when the oldest of them."""

    number: int = 0
    oldest: datetime | None = None


class MailHealth(NamedTuple):
    """How the sending goes.

    `next_at` is when the next mail that waits may go, `per_minute` how many went in the last one;
    `trouble` are the mail server's or the network's own words.
    """

    queued: Heap = Heap()
    sending: Heap = Heap()
    unknown: Heap = Heap()
    failed: Heap = Heap()
    next_at: datetime | None = None
    per_minute: int = 0
    workers: int = 0
    trouble: str = ""
    retry_at: datetime | None = None
    pause: Pause | None = None


async def mail_health(connection: AsyncConnection, now: datetime) -> MailHealth:
    """Return how the sending goes; cheap also with a long queue, since dashboards follow it."""
    heaps = await _heaps(connection)
    waiting = select(func.min(outbox_message.c.not_before))
    next_at = await connection.scalar(waiting.where(outbox_message.c.status == "queued"))
    fresh = (
        await connection.execute(
            select(worker)
            .where(worker.c.beat_at > now - HEARTBEAT_FRESH)
            .order_by(worker.c.retry_at.desc())
        )
    ).all()
    troubled = next((each for each in fresh if each.trouble), None)
    return MailHealth(
        **heaps,
        next_at=next_at,
        per_minute=sum(each.rate for each in fresh),
        workers=len(fresh),
        trouble=troubled.trouble if troubled else "",
        retry_at=troubled.retry_at if troubled else None,
        pause=await read_pause(connection),
    )


async def _heaps(connection: AsyncConnection) -> dict[str, Heap]:
    counts = await connection.execute(
        select(outbox_message.c.status, func.count())
        .where(outbox_message.c.status.in_(UNFINISHED))
        .group_by(outbox_message.c.status)
    )
    found = {}
    for status, number in counts.all():
        # The oldest is the first by id: counting walks an index, a minimum would read every row.
        oldest = (
            select(outbox_message.c.created_at)
            .where(outbox_message.c.status == status)
            .order_by(outbox_message.c.id)
            .limit(1)
        )
        found[status] = Heap(number, await connection.scalar(oldest))
    return found


# The pause


async def read_pause(connection: AsyncConnection) -> Pause | None:
    """Return who paused the sending, None where it runs."""
    text = await connection.scalar(select(setting.c.value).where(setting.c.name == PAUSED))
    if text is None:
        return None
    kept = json.loads(str(text))
    return Pause(kept["by"], datetime.fromisoformat(kept["at"]))


async def set_pause(work: Work, action: str, pause: Pause | None) -> Row:
    """Pause or go on, and write down what was before."""
    done = Row(SUBJECT.id, "Mail")
    if work.rehearsal:
        return done
    before = await read_pause(work.connection)
    await work.connection.execute(delete(setting).where(setting.c.name == PAUSED))
    if pause is not None:
        text = json.dumps(_kept(pause))
        await work.connection.execute(setting.insert().values(name=PAUSED, value=text))
    work.trail.note(action, SUBJECT, _kept(before), _kept(pause))
    return done


async def restore_pause(work: Work, events: Sequence[Any]) -> list[Row]:
    """Take a pause or its end back; raises `Stale` where somebody did the other meanwhile."""
    (event,) = events
    if _kept(await read_pause(work.connection)) != json.loads(event.after):
        raise Stale("undo_went_further", who=event.subject)
    before = json.loads(event.before)
    pause = Pause(before["by"], datetime.fromisoformat(before["at"])) if before else None
    return [await set_pause(work, f"{event.action}.undo", pause)]


def _kept(pause: Pause | None) -> dict[str, str]:
    return {"by": pause.by, "at": pause.at.isoformat()} if pause else {}
