"""Digital identities as operators write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import func, insert, select

from tui_admin.domain.people_plan import DETAILS, out_of_reach
from tui_admin.domain.permissions import COMPANY_ADMINISTRATOR
from tui_admin.store.schema.accounts import role_permission
from tui_admin.store.schema.joining import digital_identity
from tui_admin.store.schema.organisations import membership

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_admin.domain.errors import Reason
    from tui_admin.services.work import Work

REGISTERED: Final = "registered"
"""What an identity is that an operator vouches for."""


def draft_about(user_id: int) -> str:
    """Return what operators keep under who somebody is while they fill it in."""
    return f"identity-{user_id}"


async def known_identity(work: Work, user_id: int) -> Any:
    """Return the row of somebody's digital identity, None for none."""
    mine = select(digital_identity).where(digital_identity.c.user_id == user_id)
    found = await work.rows(mine)
    return found[0] if found else None


def details_of(identity: Any) -> dict[str, str]:
    """Return the personal details of a row; none for None."""
    return {} if identity is None else {name: getattr(identity, name) for name in DETAILS}


async def why_not_vouch(work: Work, person: Any) -> Reason | None:
    """Return why an operator cannot vouch for somebody (a row of `user` with the role), if so."""
    held = select(role_permission.c.permission).where(role_permission.c.role_id == person.role_id)
    allowed = frozenset((await work.connection.execute(held)).scalars())
    companies = select(func.count()).where(
        membership.c.user_id == person.id, membership.c.company_administrator
    )
    if await work.connection.scalar(companies):
        allowed |= COMPANY_ADMINISTRATOR
    return out_of_reach(work.rights, person, allowed)


async def keep_identity(work: Work, user_id: int, details: Mapping[str, str]) -> str:
    """Keep personal details as somebody's digital identity, and return what it is now.

    The log is told of them by the caller, and of which fields alone: it can never forget anything,
    and a date of birth must be forgotten some day.
    """
    found = await known_identity(work, user_id)
    values = {
        **details,
        "status": REGISTERED,
        "updated_at": work.now,
        "validated_by": work.rights.operator_id,
        "validated_at": work.now,
    }
    if found is not None:
        await work.change(digital_identity, [found], values)
    else:
        new = values | {"user_id": user_id, "created_at": work.now}
        await work.connection.execute(insert(digital_identity).values(new))
    return REGISTERED
