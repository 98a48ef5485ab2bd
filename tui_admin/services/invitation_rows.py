"""Invitations as they are read: where their rows come from, and how they stand as of now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, false, func, or_, select

from tui_admin.domain.lifecycle import LIVE, invitation_status
from tui_admin.domain.listings import INVITATIONS, InvitationRow
from tui_admin.store.pages import Source
from tui_admin.store.schema.accounts import role, user
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.products import coupon, product

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from tui_admin.domain.query import Term
    from tui_admin.services.work import Work
    from tui_admin.store.pages import Column

inviter = user.alias("inviter")


def overdue(now: datetime) -> Column:
    """Return the condition of invitations that have expired without anybody having noted it."""
    return and_(invitation.c.status.in_(LIVE), invitation.c.expires_at <= now)


def has_status(term: Term, now: datetime) -> Column:
    """Return the condition of a status as of now: overdue live ones are expired."""
    wanted = term.value.split(",")
    fresh = and_(
        invitation.c.status.in_([each for each in wanted if each in LIVE]),
        invitation.c.expires_at > now,
    )
    settled = invitation.c.status.in_([each for each in wanted if each not in LIVE])
    return or_(fresh, settled, overdue(now) if "expired" in wanted else false())


SOURCE = Source(
    INVITATIONS,
    select(
        invitation,
        func.coalesce(organisation.c.name, "").label("organisation"),
        func.coalesce(product.c.code, "").label("product"),
        func.coalesce(product.c.name, "").label("product_name"),
        func.coalesce(coupon.c.code, "").label("coupon"),
        role.c.name.label("role"),
        inviter.c.username.label("inviter"),
    ).select_from(
        # Outer joins, so that no engine begins with another table and then sorts all invitations.
        invitation.outerjoin(role, invitation.c.role_id == role.c.id)
        .outerjoin(inviter, invitation.c.invited_by == inviter.c.id)
        .outerjoin(organisation, invitation.c.organisation_id == organisation.c.id)
        .outerjoin(product, invitation.c.product_id == product.c.id)
        .outerjoin(coupon, invitation.c.coupon_id == coupon.c.id)
    ),
    invitation.c.id,
    invitation.c.version,
    {
        "email": invitation.c.email_key,
        "status": invitation.c.status,
        "organisation": organisation.c.name_key,
        "product": product.c.code,
        "invited_by": inviter.c.username,
        "created_at": invitation.c.created_at,
        "expires_at": invitation.c.expires_at,
        "batch": invitation.c.batch_id,
    },
    search=invitation.c.search,
    special={"status": has_status},
)


def invitation_row(row: Any, now: datetime) -> InvitationRow:
    """Return an invitation as front ends see it at that time."""
    return InvitationRow(
        row.id,
        row.version,
        row.email,
        row.name,
        invitation_status(row.status, row.expires_at, now),
        row.organisation,
        row.product,
        row.coupon,
        row.role,
        row.inviter,
        row.created_at,
        row.sent_at,
        row.expires_at,
        row.batch_id,
        row.user_id,
        row.error,
    )


async def presented(_work: Work, found: Iterable[Any]) -> tuple[InvitationRow, ...]:
    """Return invitations as front ends see them now."""
    return tuple(invitation_row(row, _work.now) for row in found)


def visible_invitations(work: Work) -> list[Column]:
    """Return the conditions of the invitations that the operator may see."""
    scope = work.rights.scope("can_view")
    if scope.everywhere:
        return []
    return [invitation.c.organisation_id.in_(scope.organisations)]


async def invitations_of(work: Work, user_id: int) -> tuple[InvitationRow, ...]:
    """Return somebody's invitations, newest first, as far as the operator may see them."""
    found = await work.rows(
        SOURCE.rows.where(invitation.c.user_id == user_id, *visible_invitations(work))
        .order_by(invitation.c.id.desc())
        .limit(50)
    )
    return await presented(work, found)
