"""Invitations as they are read: where their rows come from, and how they stand as of now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, or_, select

from tui_admin.domain.lifecycle import LIVE, invitation_status
from tui_admin.domain.lists.invitations import INVITATIONS, InvitationRow
from tui_admin.services.whereabouts import is_stuck, journeys
from tui_admin.store.pages import Clause, Source, has_word, one_of
from tui_admin.store.schema.accounts import role, user
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.products import coupon, product

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from tui_admin.domain.journey import Journey
    from tui_admin.domain.query import Term
    from tui_admin.services.work import Work
    from tui_admin.store.pages import Column

inviter = user.alias("inviter")
ME = ("invited_by", "me")
"""The filter that stands for whoever asks."""


def overdue(now: datetime) -> Column:
    """Return the condition of invitations that have expired without anybody having noted it."""
    return and_(invitation.c.status.in_(LIVE), invitation.c.expires_at <= now)


def status_now(now: datetime) -> Column:
    """Return the status as of now as an expression."""
    return case((overdue(now), "expired"), else_=invitation.c.status)


def has_status(term: Term, now: datetime) -> Clause:
    """Return the clause of a status as of now: overdue live ones are expired."""
    own, wanted = invitation.c, term.value.split(",")
    live = [each for each in wanted if each in LIVE]
    settled = [each for each in wanted if each not in LIVE]
    ways = [and_(one_of(own.status, live), own.expires_at > now)] if live else []
    ways += [one_of(own.status, settled)] if settled else []
    ways += [overdue(now)] if "expired" in wanted else []
    fixed = own.status if len(wanted) == 1 and settled and "expired" not in wanted else None
    return Clause(or_(*ways), select(own.id).where(or_(*ways)), fixed)


def _organisation(term: Term, _now: datetime) -> Clause:
    named = has_word(organisation.c.name_key, term.value)
    return _of(invitation.c.organisation_id, select(organisation.c.id).where(named))


def _product(term: Term, _now: datetime) -> Clause:
    named = or_(has_word(product.c.code, term.value), has_word(product.c.name, term.value))
    return _of(invitation.c.product_id, select(product.c.id).where(named))


def _invited_by(term: Term, _now: datetime) -> Clause:
    somebody = user.alias("somebody")
    named = has_word(somebody.c.username, term.value)
    return _of(invitation.c.invited_by, select(somebody.c.id).where(named))


def _stuck(term: Term, now: datetime) -> Clause:
    test = is_stuck(term, now)
    return Clause(test, select(invitation.c.id).where(test))


def _of(column: Column, named: Select[Any]) -> Clause:
    """Return the clause of invitations whose column names one of some rows."""
    test = column.in_(named)
    return Clause(test, select(invitation.c.id).where(test))


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
    special={
        "status": has_status,
        "step": _stuck,
        "organisation": _organisation,
        "product": _product,
        "invited_by": _invited_by,
    },
)


def invitation_row(row: Any, journey: Journey, now: datetime) -> InvitationRow:
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
        *journey,
    )


async def presented(work: Work, found: Sequence[Any]) -> tuple[InvitationRow, ...]:
    """Return invitations as front ends see them now, with how far they came."""
    ways = await journeys(work, found)
    return tuple(invitation_row(row, ways[row.id], work.now) for row in found)


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
