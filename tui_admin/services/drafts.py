"""What an operator has on the desk: drafts, views, columns. Nobody else's, and not audited."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from tui_admin.domain.errors import Refused
from tui_admin.services.work import Service, Work, reads
from tui_admin.store.schema.desk import operator_state

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tui_admin.store.connection import AsyncConnection

LARGEST = 4_000_000
"""Characters kept under one name: a paste at its limit, with room."""


async def kept(work: Work, name: str) -> dict[str, Any]:
    """Return what the operator of a transaction has under a name."""
    return (await kept_under(work, (name,)))[name]


async def kept_under(work: Work, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return what the operator of a transaction has under each of these names."""
    found = await work.connection.execute(
        select(operator_state.c.name, operator_state.c.value).where(
            operator_state.c.user_id == work.rights.operator_id, operator_state.c.name.in_(names)
        )
    )
    values = {row.name: dict(json.loads(row.value)) for row in found}
    return {name: values.get(name, {}) for name in names}


async def keep(work: Work, name: str, value: dict[str, Any]) -> None:
    """Keep a value for the operator of a transaction; an empty one is forgotten."""
    await put(work.connection, work.rights.operator_id, work.now, name, value)


async def put(
    connection: AsyncConnection, operator: int, now: datetime, name: str, value: dict[str, Any]
) -> None:
    """Keep a value for a user (an id) under a name; an empty one is forgotten."""
    text = json.dumps(value)
    if len(text) > LARGEST:
        raise Refused("draft_too_large")
    mine = (operator_state.c.user_id == operator, operator_state.c.name == name)
    await connection.execute(delete(operator_state).where(*mine))
    if value:
        row = {"user_id": operator, "name": name, "value": text, "saved_at": now}
        await connection.execute(operator_state.insert().values(row))


class Drafts(Service):
    """Values under names, as JSON can hold them."""

    @reads()
    async def load(self, work: Work, name: str) -> dict[str, Any]:
        """Return what was kept under a name; nothing kept is an empty dictionary."""
        return await kept(work, name)

    async def save(self, name: str, value: dict[str, Any]) -> None:
        """Keep a value under a name; an empty one is forgotten. Raises `Refused` when too large."""
        operator, now = self.context.operator.id, self.context.now()

        async def act(connection: AsyncConnection) -> None:
            await put(connection, operator, now, name, value)

        await self.context.store.write(act)
