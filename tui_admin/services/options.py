"""What an operator can choose from when inviting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import or_, select, true

from tui_admin.domain.permissions import BASIC, Scope
from tui_admin.mail.words import LANGUAGES
from tui_admin.services.planning import coupon_spent, coupon_uses
from tui_admin.store.schema.accounts import role, role_permission
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.products import authorisation_set, coupon, product

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.errors import Reason
    from tui_admin.services.work import Work


MOST = 10_000
"""Organisations or coupons that are offered; of more, one can be named all the same."""


class Choice(NamedTuple):
    """Something that can be chosen: the word a plan takes, and what people read."""

    value: str
    label: str


class ProductChoice(NamedTuple):
    """A product and what it costs."""

    value: str
    label: str
    price_cents: int


class CouponChoice(NamedTuple):
    """A coupon, for which product and organisation ("" for any), and why not now, if so.

    `left` is how often it can be used yet and `expires_at` until when; None is without limit.
    """

    value: str
    product: str
    organisation: str
    discount_percent: int
    prepaid: bool
    left: int | None
    expires_at: datetime | None
    why_not: Reason | None


class AuthorisationChoice(NamedTuple):
    """An authorisation set of a product."""

    value: str
    label: str
    product: str


class Options(NamedTuple):
    """What this operator can choose from when inviting."""

    organisations: tuple[Choice, ...]
    products: tuple[ProductChoice, ...]
    coupons: tuple[CouponChoice, ...]
    roles: tuple[Choice, ...]
    authorisations: tuple[AuthorisationChoice, ...]
    languages: tuple[str, ...]
    environment_allowed: bool
    bulk_allowed: bool


class Available(NamedTuple):
    """The products and coupons that invitations of one organisation can have."""

    products: tuple[ProductChoice, ...]
    coupons: tuple[CouponChoice, ...]


async def available_to(work: Work, organisation_id: int) -> Available:
    """Return what there is for an organisation."""
    goods = await work.rows(select(product).order_by(product.c.id))
    codes = {each.id: each.code for each in goods}
    here = Scope(organisations=frozenset({organisation_id}))
    return Available(
        tuple(ProductChoice(each.code, each.name, each.price_cents) for each in goods),
        await _coupons(work, codes, here),
    )


async def options_of(work: Work, needs: str = "can_invite") -> Options:
    """Return what the operator of this work can choose."""
    scope = work.rights.scope(needs)
    places = select(organisation).where(organisation.c.status == "active")
    if not scope.everywhere:
        places = places.where(organisation.c.id.in_(scope.organisations))
    goods = await work.rows(select(product).order_by(product.c.id))
    codes = {each.id: each.code for each in goods}
    sets = await work.rows(select(authorisation_set).order_by(authorisation_set.c.id))
    return Options(
        tuple(
            Choice(each.name, each.name)
            for each in await work.rows(places.order_by(organisation.c.name_key).limit(MOST))
        ),
        tuple(ProductChoice(each.code, each.name, each.price_cents) for each in goods),
        await _coupons(work, codes, scope),
        await _grantable_roles(work),
        tuple(AuthorisationChoice(each.name, each.name, codes[each.product_id]) for each in sets),
        tuple(sorted(LANGUAGES, key=lambda each: each != work.policy.language)),
        scope.everywhere,
        bool(work.rights.scope("can_bulk_invite")),
    )


async def _coupons(work: Work, codes: dict[int, str], scope: Scope) -> tuple[CouponChoice, ...]:
    everybodys = coupon.c.organisation_id.is_(None)
    theirs = or_(everybodys, coupon.c.organisation_id.in_(scope.organisations))
    rows = await work.rows(
        select(coupon, organisation.c.name.label("place"))
        .select_from(coupon.outerjoin(organisation))
        .where(true() if scope.everywhere else theirs)
        .order_by(coupon.c.code)
        .limit(MOST)
    )
    uses = await coupon_uses(work, [each.id for each in rows])
    return tuple(_coupon(each, codes, uses.get(each.id, 0), work.now) for each in rows)


def _coupon(row: Any, codes: dict[int, str], used: int, now: datetime) -> CouponChoice:
    return CouponChoice(
        row.code,
        codes.get(row.product_id, ""),
        row.place or "",
        row.discount_percent,
        row.prepaid,
        None if row.use_limit is None else max(row.use_limit - used, 0),
        row.expires_at,
        coupon_spent(row, used, now),
    )


async def _grantable_roles(work: Work) -> tuple[Choice, ...]:
    """Return the roles within the operator's ceiling, Basic first."""
    held: dict[int, set[str]] = {}
    for row in await work.rows(select(role_permission)):
        held.setdefault(row.role_id, set()).add(row.permission)
    found = [
        Choice(each.name, each.name)
        for each in await work.rows(select(role).order_by(role.c.id))
        if each.name == BASIC or not work.rights.beyond(frozenset(held.get(each.id, ())))
    ]
    return tuple(sorted(found, key=lambda each: each.value != BASIC))
