"""What an invitation offers: the words of a plan turned into records the operator may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, or_, select

from tui_admin.domain.errors import Denied, NotFound, Refused, because
from tui_admin.domain.lifecycle import LIVE, REGISTERED
from tui_admin.domain.permissions import BASIC
from tui_admin.domain.pricing import Price
from tui_admin.domain.text import note
from tui_admin.services.chunks import chunks
from tui_admin.services.people import RoleGiven, grantable
from tui_admin.store.schema.columns import lower
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.products import authorisation_set, coupon, product

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from tui_admin.domain.errors import Reason
    from tui_admin.services.work import Work


class Plan(NamedTuple):
    """What to invite people for, in the operator's words; "" stands for none.

    Organisations go by name or registration number, products and coupons by code, roles and
    authorisation sets by name. `no_coupon` is the explicit choice of none that a product needs.
    """

    organisation: str = ""
    product: str = ""
    coupon: str = ""
    no_coupon: bool = False
    role: str = ""
    authorisations: str = ""
    note: str = ""
    language: str = ""


class Resolved(NamedTuple):
    """A plan as records; a missing one is None."""

    organisation: Any
    product: Any
    coupon: Any
    role: RoleGiven
    authorisations: Any
    note: str
    language: str

    @property
    def place(self) -> tuple[int | None, int | None]:
        """Return organisation and product, which an address is invited to once only."""
        return (_id(self.organisation), _id(self.product))

    @property
    def price(self) -> Price:
        """Return what each of those invited will cost."""
        cents = self.product.price_cents if self.product is not None else 0
        if self.coupon is None:
            return Price(cents)
        return Price(cents, self.coupon.discount_percent, self.coupon.prepaid)


def _id(row: Any) -> int | None:
    return None if row is None else int(row.id)


async def resolve(work: Work, plan: Plan, needs: str = "can_invite") -> Resolved:
    """Return the plan's records, for an act that needs this permission.

    Raises `NotFound` for an unknown name, `Denied` for an organisation out of the operator's
    reach, `Refused` for a role above the ceiling or a coupon that does not fit.
    """
    place = await find_organisation(work, plan.organisation) if plan.organisation else None
    if not work.rights.scope(needs).covers(_id(place)):
        raise Denied("not_allowed_there", permission=needs)
    goods = await _named(work, product, product.c.code, plan.product, "product_unknown")
    ticket = await _named(work, coupon, coupon.c.code, plan.coupon, "coupon_unknown")
    role = await grantable(work, plan.role or BASIC)
    if ticket is not None and (why := await coupon_refusal(work, ticket, goods, place)):
        raise why.refusal
    rights = await find_authorisations(work, plan.authorisations, goods)
    language = plan.language or work.policy.language
    return Resolved(place, goods, ticket, role, rights, note(plan.note), language)


async def find_organisation(work: Work, name: str) -> Any:
    """Return the organisation of that name or registration number; `NotFound`, `Refused`."""
    found = await work.rows(
        select(organisation).where(
            or_(
                organisation.c.name == name,
                lower(organisation.c.name) == name.lower(),
                organisation.c.registration_number == name,
            )
        )
    )
    if not found:
        raise NotFound("organisation_unknown", organisation=name)
    if found[0].status == "archived":
        raise Refused("organisation_archived", organisation=found[0].name)
    return found[0]


async def _named(work: Work, table: Any, column: Any, name: str, unknown: str) -> Any:
    if not name:
        return None
    found = await work.rows(select(table).where(lower(column) == name.lower()))
    if not found:
        raise NotFound(unknown, name=name)
    return found[0]


async def find_authorisations(work: Work, name: str, goods: Any) -> Any:
    """Return the authorisation set of that name of a product, None for no name; `NotFound`."""
    if not name:
        return None
    found = await work.rows(
        select(authorisation_set).where(
            lower(authorisation_set.c.name) == name.lower(),
            authorisation_set.c.product_id == (_id(goods) or 0),
        )
    )
    if not found:
        raise NotFound("authorisations_unknown", name=name)
    return found[0]


async def coupon_refusal(work: Work, ticket: Any, goods: Any, place: Any) -> Reason | None:
    """Return why a coupon cannot be used for this product and organisation, if so."""
    if goods is None:
        return because("coupon_without_product", coupon=ticket.code)
    if ticket.product_id not in (None, goods.id):
        return because("coupon_other_product", coupon=ticket.code, product=goods.code)
    if ticket.organisation_id not in (None, _id(place)):
        return because("coupon_other_organisation", coupon=ticket.code)
    used = (await coupon_uses(work, [ticket.id])).get(ticket.id, 0)
    return coupon_spent(ticket, used, work.now)


def coupon_spent(ticket: Any, used: int, now: datetime, wanted: int = 1) -> Reason | None:
    """Return why a coupon has nothing left for so many more invitations, if so."""
    if ticket.expires_at is not None and ticket.expires_at <= now:
        return because("coupon_expired", coupon=ticket.code)
    if ticket.use_limit is not None and used + wanted > ticket.use_limit:
        left = max(ticket.use_limit - used, 0)
        return because("coupon_used_up", coupon=ticket.code, left=left)
    return None


async def coupon_uses(work: Work, coupons: Collection[int]) -> dict[int, int]:
    """Return how often each coupon is held or was used; one that is not in it never was.

    Invitations that name it count, and the registrations of those who brought it themselves.
    """
    named = select(invitation.c.coupon_id, func.count()).where(
        or_(
            invitation.c.status == "accepted",
            invitation.c.status.in_(LIVE) & (invitation.c.expires_at > work.now),
        ),
    )
    brought = (
        select(registration.c.coupon_id, func.count())
        .select_from(
            registration.outerjoin(invitation, registration.c.invitation_id == invitation.c.id)
        )
        .where(
            invitation.c.coupon_id.is_distinct_from(registration.c.coupon_id),
            registration.c.status.in_(REGISTERED),
        )
    )
    uses: dict[int, int] = {}
    for some in chunks(coupons):
        for question, column in ((named, invitation.c), (brought, registration.c)):
            asked = question.where(column.coupon_id.in_(some)).group_by(column.coupon_id)
            for coupon_id, number in await work.rows(asked):
                uses[coupon_id] = uses.get(coupon_id, 0) + number
    return uses
