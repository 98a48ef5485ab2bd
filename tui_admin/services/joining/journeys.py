"""Where somebody stands, read from the store for the pages that show it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from tui_admin.domain import lifecycle
from tui_admin.domain.addresses import domain_of, identity_key
from tui_admin.domain.errors import NotFound, Refused
from tui_admin.domain.joining import Journey, Offer, Step
from tui_admin.services.registration_rows import WITH_ALL, inviter
from tui_admin.store.schema.environment import email_domain
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import digital_identity, registration
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.products import coupon, product

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement

    from tui_admin.services.work import Work

BEFORE = ("started", "account")
"""The states of a registration whose address was not proven: nobody's to see yet."""

STEPS = {
    "verified": Step.DETAILS,
    "details": Step.DETAILS,
    lifecycle.WAITING: Step.WAITING,
    lifecycle.APPROVED: Step.APPROVED,
    lifecycle.COMPLETED: Step.COMPLETED,
    lifecycle.REJECTED: Step.REJECTED,
    lifecycle.WITHDRAWN: Step.WITHDRAWN,
}
ROWS = select(
    registration,
    invitation.c.email.label("invited_email"),
    invitation.c.organisation_id.label("invited_to"),
    inviter.c.username.label("inviter_username"),
    inviter.c.display_name.label("inviter_name"),
    organisation.c.name.label("organisation"),
    organisation.c.registration_number.label("number"),
    product.c.name.label("product"),
    product.c.needs_approval,
    coupon.c.code.label("coupon"),
).select_from(WITH_ALL)


async def latest(work: Work, user_id: int, limit: int = 50) -> list[Any]:
    """Return somebody's registrations, newest first."""
    theirs = ROWS.where(registration.c.user_id == user_id, registration.c.status.not_in(BEFORE))
    return list(await work.rows(theirs.order_by(registration.c.id.desc()).limit(limit)))


async def of_person(work: Work, user_id: int, registration_id: int) -> Any:
    """Return one registration of somebody's; raises `NotFound`."""
    theirs = ROWS.where(registration.c.user_id == user_id, registration.c.status.not_in(BEFORE))
    found = await work.rows(theirs.where(registration.c.id == registration_id))
    if not found:
        raise NotFound("registration_unknown", id=registration_id)
    return found[0]


async def journey(work: Work, row: Any) -> Journey:
    """Return a registration as its pages show it."""
    return Journey(
        id=row.id,
        step=STEPS[row.status],
        offer=_offer(work, row),
        answers=await _answers(work, row),
        company_fixed=company_fixed(row),
        company_needed=await company_needed(work, row),
        submitted_at=row.submitted_at,
        reason=row.reason,
        asked=row.asked_text if row.asked_at and row.status == "details" else "",
    )


def _offer(work: Work, row: Any) -> Offer:
    return Offer(
        environment=work.policy.environment,
        inviter=row.inviter_name or row.inviter_username or "",
        organisation=row.organisation or row.company_name,
        registration_number=row.number or row.company_number,
        product=row.product or "",
        coupon=row.coupon or "",
        email=row.invited_email or "",
    )


def company_fixed(row: Any) -> bool:
    """Say whether the invitation says where to; one to the environment alone says: nowhere."""
    return row.invitation_id is not None and (row.invited_to is not None or row.product_id is None)


async def company_needed(work: Work, row: Any) -> bool:
    """Say whether a company has to be given: not where the address's domain is ours already."""
    return not company_fixed(row) and not await of_claimed_domain(work, row.email)


async def of_claimed_domain(work: Work, email: str) -> bool:
    """Say whether an address is of a domain that belongs to this environment."""
    domain = domain_of(identity_key(email)) if email else ""
    claimed = email_domain.c.kind == "claimed"
    found = select(email_domain.c.id).where(email_domain.c.domain == domain, claimed)
    return bool(await work.rows(found))


async def _answers(work: Work, row: Any) -> Mapping[str, str]:
    """Return what is known, and over it what was typed."""
    mine = digital_identity.c.user_id == row.user_id
    known: dict[str, str] = {}
    for found in await work.rows(select(digital_identity).where(mine)):
        names = ("given_names", "family_name", "date_of_birth", "phone")
        known = {name: getattr(found, name) for name in names}
    typed: dict[str, str] = json.loads(row.answers)
    return known | typed


# What is on offer before there is a registration


OFFERS = select(
    invitation,
    func.coalesce(func.nullif(inviter.c.display_name, ""), inviter.c.username).label("inviter"),
    func.coalesce(organisation.c.name, "").label("organisation"),
    func.coalesce(organisation.c.registration_number, "").label("number"),
    func.coalesce(product.c.name, "").label("product"),
    func.coalesce(coupon.c.code, "").label("coupon"),
).select_from(
    invitation.join(inviter, invitation.c.invited_by == inviter.c.id)
    .outerjoin(organisation, invitation.c.organisation_id == organisation.c.id)
    .outerjoin(product, invitation.c.product_id == product.c.id)
    .outerjoin(coupon, invitation.c.coupon_id == coupon.c.id)
)


async def by_token(work: Work, hashed: str) -> Any:
    """Return the invitation of a token's hash, whatever became of it; raises `NotFound`."""
    known = or_(invitation.c.token_hash == hashed, invitation.c.reminder_hash == hashed)
    found = await work.rows(OFFERS.where(known))
    if not found:
        raise NotFound("invitation_unknown")
    return found[0]


async def invitation_of(work: Work, invitation_id: int) -> Any:
    """Return an invitation, whatever became of it."""
    return (await work.rows(OFFERS.where(invitation.c.id == invitation_id)))[0]


def check_live(work: Work, row: Any) -> None:
    """Raise `Refused` (`invitation_is`) for an invitation that is over."""
    status = lifecycle.invitation_status(row.status, row.expires_at, work.now)
    if status not in lifecycle.LIVE:
        raise Refused("invitation_is", status=status)


def offer_of(work: Work, row: Any) -> Offer:
    """Return what an invitation offers."""
    return Offer(
        work.policy.environment,
        row.inviter,
        row.organisation,
        row.number,
        row.product,
        row.coupon,
        row.email,
        row.expires_at,
    )


async def product_row(work: Work, wanted: ColumnElement[bool], code: str = "") -> Any:
    """Return a product; raises `NotFound`."""
    found = await work.rows(select(product).where(wanted))
    if not found:
        raise NotFound("product_unknown", name=code)
    return found[0]


async def offer_to_all(work: Work, goods: Any) -> Offer:
    """Return what somebody who registers by themselves is offered."""
    return Offer(work.policy.environment, product=goods.name)
