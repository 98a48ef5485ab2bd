"""Digital identities as operators write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import insert, select

from tui_admin.store.schema.joining import digital_identity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_admin.services.work import Work

REGISTERED: Final = "registered"
"""What an identity is that an operator vouches for."""


async def keep_identity(work: Work, user_id: int, details: Mapping[str, str]) -> str:
    """Keep personal details as somebody's digital identity, and return what it is now.

    The log is told of them by the caller, and of which fields alone: it can never forget anything,
    and a date of birth must be forgotten some day.
    """
    mine = select(digital_identity).where(digital_identity.c.user_id == user_id)
    found = await work.rows(mine)
    values = {
        **details,
        "status": REGISTERED,
        "updated_at": work.now,
        "validated_by": work.rights.operator_id,
    }
    if found:
        await work.change(digital_identity, found, values)
    else:
        new = values | {"user_id": user_id, "created_at": work.now}
        await work.connection.execute(insert(digital_identity).values(new))
    return REGISTERED
