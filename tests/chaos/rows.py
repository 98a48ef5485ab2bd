"""The outbox of a chaos run: filled before, watched meanwhile, read afterwards."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, insert, or_, select

from tests.chaos.victim import fast_clock
from tests.support.opened import opened
from tui_admin.domain.lifecycle import AGAIN, PRIORITY
from tui_admin.store.schema.outbox import outbox_message

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.store.connection import AsyncConnection

KINDS = ("invitation",) * 45 + ("completed",) * 4 + ("verification",)
"""Bulk, notices and codes, as they come."""

UNSETTLED = or_(
    outbox_message.c.status.in_(("queued", "sending")),
    and_(outbox_message.c.status == "unknown", outbox_message.c.phase == AGAIN),
)


def _facts(kind: str, number: int) -> dict[str, Any]:
    said: dict[str, Any] = {
        "environment": "Chaos",
        "inviter_name": "Ada Lovelace",
        "inviter_email": "ada@chaos.example",
        "organisation": "Acme",
        "product": "Level 3",
        "invitee_name": f"Invitee {number}",
    }
    if kind == "invitation":
        token = secrets.token_urlsafe(32)
        said |= {"link": f"https://portal.example/invitation/{token}", "note": ""}
        said |= {"expires_at": fast_clock() + timedelta(days=1000)}
    if kind == "verification":
        said |= {"code": f"{number % 1_000_000:06}", "minutes": 15}
    return said


def _row(number: int, now: datetime) -> dict[str, Any]:
    kind = KINDS[number % len(KINDS)]
    return {
        "kind": kind,
        "priority": PRIORITY[kind],
        "dedupe_key": f"chaos-{number}",
        "message_id": f"<chaos.{number}@chaos.example>",
        "to": f"p{number}@firm.example",
        "to_name": f"Invitee {number}",
        "facts": json.dumps(_facts(kind, number), default=datetime.isoformat),
        "created_at": now,
        "not_before": now,
        "not_after": now + timedelta(days=1000),
    }


async def fill(url: str, number: int) -> None:
    """Queue so many mails."""
    now = fast_clock()
    rows = [_row(each, now) for each in range(number)]

    async def act(connection: AsyncConnection) -> None:
        await connection.execute(insert(outbox_message), rows)

    async with opened(url) as store:
        await store.write(act)


async def unsettled(url: str) -> int:
    """Return how many are not yet what they will be."""

    async def ask(connection: AsyncConnection) -> int:
        waiting = select(func.count()).select_from(outbox_message).where(UNSETTLED)
        return int(await connection.scalar(waiting) or 0)

    async with opened(url) as store:
        return await store.read(ask)


async def everything(url: str) -> Sequence[Any]:
    """Return all mails."""

    async def ask(connection: AsyncConnection) -> Sequence[Any]:
        return (await connection.execute(select(outbox_message))).all()

    async with opened(url) as store:
        return await store.read(ask)
