"""People who registered and wait for somebody's decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from tui_admin.domain.listings import Ask
from tui_admin.domain.lists.approvals import APPROVALS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.query import EVERYTHING
from tui_admin.domain.text import fold
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.lists.approvals import ApprovalRow
    from tui_admin.services.facade import Desk

KVK = "90001234"
"""The registration number of a company that nobody knows yet."""


async def applicant(company: Company, name: str, **columns: Any) -> int:
    """Add somebody who registered by themselves and waits, and return the registration's id."""
    user_id = await account(company, name)
    return await registration(company, user_id, f"{name}@x.example", **columns)


async def account(company: Company, name: str, **columns: Any) -> int:
    """Add an active account of the Basic role and return its id."""
    email = f"{name}@x.example"
    basic = select(schema.role.c.id).where(schema.role.c.name == "Basic user")
    values = {
        "email": email,
        "email_key": email,
        "username": name,
        "display_name": name.title(),
        "name_key": fold(name),
        "search": fold(f"{email} {name} {name}"),
        "status": "active",
        "role_id": basic.scalar_subquery(),
        "created_at": company.clock(),
        **columns,
    }
    made = await company.execute(insert(schema.user).values(values).returning(schema.user.c.id))
    return int(made[0].id)


async def invited(company: Company, name: str, desk: Desk | None = None, **plan: Any) -> int:
    """Invite somebody, let them accept and hand in, and return the registration's id.

    As at the portal, a new person has the Basic role until the approval.
    """
    await company.invite(f"{name.title()} <{name}@x.example>", desk, **plan)
    letters = select(schema.invitation).where(schema.invitation.c.email_key == f"{name}@x.example")
    letter = (await company.execute(letters.order_by(schema.invitation.c.id.desc())))[0]
    await company.execute(
        update(schema.invitation)
        .where(schema.invitation.c.id == letter.id)
        .values(status="accepted")
    )
    basic = select(schema.role.c.id).where(schema.role.c.name == "Basic user")
    await company.execute(
        update(schema.user)
        .where(schema.user.c.id == letter.user_id, schema.user.c.status == "invited")
        .values(status="active", leaves_at=None, role_id=basic.scalar_subquery())
    )
    return await registration(
        company,
        letter.user_id,
        letter.email,
        invitation_id=letter.id,
        organisation_id=letter.organisation_id,
        product_id=letter.product_id,
        language=letter.language,
    )


async def registration(company: Company, user_id: int, email: str, **columns: Any) -> int:
    """Add a registration that waits."""
    values = {
        "user_id": user_id,
        "email": email,
        "status": "awaiting_approval",
        "created_at": company.clock(),
        "submitted_at": company.clock(),
        **columns,
    }
    statement = insert(schema.registration).values(values).returning(schema.registration.c.id)
    return int((await company.execute(statement))[0].id)


async def organisation_id(company: Company, name: str) -> int:
    """Return the id of an organisation."""
    wanted = select(schema.organisation.c.id).where(schema.organisation.c.name == name)
    return int((await company.execute(wanted))[0].id)


async def waiting(desk: Desk) -> list[ApprovalRow]:
    """Return the queue as somebody sees it, the oldest first."""
    return list((await desk.approvals.page(Ask(EVERYTHING, APPROVALS.sort, size=1000))).rows)


async def pick(desk: Desk, *ids: int) -> Picks:
    """Return picks of registrations as they are now."""
    rows = {row.id: row for row in await waiting(desk)}
    return Picks.rows((each, rows[each].version) for each in ids)


async def state(company: Company, registration_id: int) -> Any:
    """Return a registration's row."""
    wanted = schema.registration.c.id == registration_id
    return (await company.execute(select(schema.registration).where(wanted)))[0]


async def members(company: Company, name: str) -> dict[str, tuple[str, bool]]:
    """Return the members of an organisation by username: kind, and company administrator."""
    joined = schema.membership.join(
        schema.user, schema.membership.c.user_id == schema.user.c.id
    ).join(schema.organisation)
    found = await company.execute(
        select(
            schema.user.c.username,
            schema.membership.c.kind,
            schema.membership.c.company_administrator,
        )
        .select_from(joined)
        .where(schema.organisation.c.name == name)
    )
    return {row.username: (row.kind, row.company_administrator) for row in found}
