"""Somebody's way: the registrations and the personal details beside an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from tui_admin.store.schema.joining import digital_identity, registration
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.outbox import outbox_message
from tui_admin.store.schema.products import authorisation_set, product

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.lists.outbox import MessageRow
    from tui_admin.services.work import Work

SHOWN = 50


class RegistrationRow(NamedTuple):
    """One registration: for what, where it stands, and why it was turned down, if it was.

    `authorisations` is the set of the product's services that it gives; "" is all of them.
    """

    id: int
    product: str
    organisation: str
    status: str
    created_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None
    completed_at: datetime | None
    reason: str
    authorisations: str = ""


class Identity(NamedTuple):
    """The digital identity: who somebody is; `status` says who vouches for it."""

    given_names: str
    family_name: str
    date_of_birth: str
    phone: str
    status: str


async def mails_to(work: Work, email: str) -> tuple[MessageRow, ...]:
    """Return the latest mails to an address, for those who may see the outbox."""
    from tui_admin.services.outbox import message_row

    if not work.rights.scope("can_manage_mail"):
        return ()
    found = await work.rows(
        select(outbox_message)
        .where(outbox_message.c.to == email)
        .order_by(outbox_message.c.id.desc())
        .limit(SHOWN)
    )
    return tuple(message_row(row) for row in found)


async def registrations_of(work: Work, user_id: int) -> tuple[RegistrationRow, ...]:
    """Return somebody's registrations, newest first, as far as the operator may see them."""
    rows = (
        registration.outerjoin(product, registration.c.product_id == product.c.id)
        .outerjoin(organisation, registration.c.organisation_id == organisation.c.id)
        .outerjoin(authorisation_set, registration.c.authorisation_set_id == authorisation_set.c.id)
    )
    given = func.coalesce(organisation.c.name, registration.c.company_name)
    statement = (
        select(
            registration.c.id,
            func.coalesce(product.c.code, ""),
            given,
            registration.c.status,
            registration.c.created_at,
            registration.c.submitted_at,
            registration.c.decided_at,
            registration.c.completed_at,
            registration.c.reason,
            func.coalesce(authorisation_set.c.name, ""),
        )
        .select_from(rows)
        .where(registration.c.user_id == user_id)
        .order_by(registration.c.id.desc())
        .limit(SHOWN)
    )
    scope = work.rights.scope("can_view")
    if not scope.everywhere and user_id != work.rights.operator_id:
        statement = statement.where(registration.c.organisation_id.in_(scope.organisations))
    return tuple(RegistrationRow(*row) for row in await work.rows(statement))


async def identity_of(work: Work, user_id: int) -> Identity | None:
    """Return somebody's personal details, for themselves and for those who decide by them."""
    may = work.rights.scope("can_approve") or work.rights.scope("can_register_identity")
    if not may and user_id != work.rights.operator_id:
        return None
    found = await work.rows(
        select(
            digital_identity.c.given_names,
            digital_identity.c.family_name,
            digital_identity.c.date_of_birth,
            digital_identity.c.phone,
            digital_identity.c.status,
        ).where(digital_identity.c.user_id == user_id)
    )
    return Identity(*found[0]) if found else None
