"""The approval queue as rows: where they come from, and what a list shows of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, or_, select

from tui_admin.domain.approving import warnings
from tui_admin.domain.lists.approvals import APPROVALS, AWAKE, SNOOZED, ApprovalRow
from tui_admin.domain.text import fold
from tui_admin.services.registration_rows import WITH_ALL, inviter
from tui_admin.store.pages import Clause, Source, contains, has_word
from tui_admin.store.schema.accounts import role, user
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.products import coupon, product

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from tui_admin.domain.approving import Applicant
    from tui_admin.domain.query import Term

person = user.alias("person")
decider = user.alias("decider")
promised = role.alias("promised")
held = role.alias("held")


def _text(column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    return func.coalesce(column, "").label(name)


def _for_company(term: Term, _now: datetime) -> Clause:
    """Return the clause of companies, ours or as the person gave it, that have the word."""
    word = fold(term.value)
    ours = select(organisation.c.id).where(contains(organisation.c.name_key, word))
    given = has_word(registration.c.company_name, term.value)
    return Clause(or_(registration.c.organisation_id.in_(ours), given))


def is_awake(now: datetime) -> ColumnElement[bool]:
    """Return the condition of registrations that are not put off."""
    return or_(registration.c.snoozed_until.is_(None), registration.c.snoozed_until <= now)


def _put_off_or_not(term: Term, now: datetime) -> Clause:
    wanted = term.value.split(",")
    ways = [is_awake(now)] if AWAKE in wanted else []
    ways += [registration.c.snoozed_until > now] if SNOOZED in wanted else []
    return Clause(or_(*ways))


SOURCE = Source(
    APPROVALS,
    select(
        registration,
        _text(person.c.display_name, "display_name"),
        _text(person.c.status, "person_status"),
        _text(organisation.c.name, "organisation"),
        _text(organisation.c.status, "organisation_status"),
        _text(product.c.code, "product"),
        _text(product.c.name, "product_name"),
        _text(coupon.c.code, "coupon"),
        _text(invitation.c.email, "invited_email"),
        invitation.c.created_at.label("invited_at"),
        invitation.c.organisation_id.label("invited_to"),
        invitation.c.role_id.label("promised_role_id"),
        _text(promised.c.name, "promised_role"),
        invitation.c.invited_by.label("inviter_id"),
        _text(inviter.c.username, "inviter"),
        _text(decider.c.username, "decider"),
        _text(held.c.name, "role"),
    ).select_from(
        WITH_ALL.outerjoin(person, registration.c.user_id == person.c.id)
        .outerjoin(held, person.c.role_id == held.c.id)
        .outerjoin(promised, invitation.c.role_id == promised.c.id)
        .outerjoin(decider, registration.c.decided_by == decider.c.id)
    ),
    registration.c.id,
    registration.c.version,
    {
        "email": person.c.email_key,
        "display_name": person.c.name_key,
        "organisation": organisation.c.name_key,
        "product": product.c.code,
        "submitted_at": registration.c.submitted_at,
    },
    # Asked of each row by itself, so that counting needs no join.
    search=select(user.c.search).where(user.c.id == registration.c.user_id).scalar_subquery(),
    special={"organisation": _for_company, "status": _put_off_or_not},
)


def approval_row(row: Any, applicant: Applicant, target: timedelta) -> ApprovalRow:
    """Return a row of the source as front ends see it; a `target` of nothing promises nothing."""
    since = row.submitted_at or row.created_at
    return ApprovalRow(
        row.id,
        row.version,
        row.email,
        row.display_name,
        row.organisation or row.company_name,
        row.product,
        since,
        warnings(applicant),
        row.user_id,
        since + target if target else None,
        row.snoozed_until,
    )
