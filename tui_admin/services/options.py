"""What an operator can choose from when inviting."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from tui_admin.domain.permissions import BASIC
from tui_admin.services.planning import coupon_spent, coupon_uses
from tui_admin.store.schema.accounts import role, role_permission
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.products import authorisation_set, coupon, product

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason
    from tui_admin.domain.permissions import Scope
    from tui_admin.services.work import Work


class Choice(NamedTuple):
    """Something that can be chosen: the word a plan takes, and what people read."""

    value: str
    label: str


class CouponChoice(NamedTuple):
    """A coupon, for which product ("" for any), and why it cannot be used now, if so."""

    value: str
    label: str
    product: str
    usable: bool
    why_not: Reason | None


class AuthorisationChoice(NamedTuple):
    """An authorisation set of a product."""

    value: str
    label: str
    product: str


class Options(NamedTuple):
    """What this operator can choose from when inviting."""

    organisations: tuple[Choice, ...]
    products: tuple[Choice, ...]
    coupons: tuple[CouponChoice, ...]
    roles: tuple[Choice, ...]
    authorisations: tuple[AuthorisationChoice, ...]
    environment_allowed: bool
    bulk_allowed: bool


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
            for each in await work.rows(places.order_by(organisation.c.name_key).limit(1000))
        ),
        tuple(Choice(each.code, each.name) for each in goods),
        await _coupons(work, codes, scope),
        await _grantable_roles(work),
        tuple(AuthorisationChoice(each.name, each.name, codes[each.product_id]) for each in sets),
        scope.everywhere,
        bool(work.rights.scope("can_bulk_invite")),
    )


async def _coupons(work: Work, codes: dict[int, str], scope: Scope) -> tuple[CouponChoice, ...]:
    found = []
    for each in await work.rows(select(coupon).order_by(coupon.c.code)):
        if each.organisation_id is not None and not scope.covers(each.organisation_id):
            continue
        why_not = coupon_spent(each, await coupon_uses(work, each.id), work.now)
        terms = "prepaid" if each.prepaid else f"{each.discount_percent} %"
        found.append(
            CouponChoice(
                each.code,
                f"{each.code} ({terms})",
                codes.get(each.product_id, ""),
                why_not is None,
                why_not,
            )
        )
    return tuple(found)


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
