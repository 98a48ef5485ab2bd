"""Everything that one decides on: a registration, the person behind it, and their history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, or_, select

from tui_admin.domain.lifecycle import APPROVED, COMPLETED, REJECTED, WAITING, WITHDRAWN
from tui_admin.services.approval_rows import SOURCE, approval_row
from tui_admin.services.assessing import applicants
from tui_admin.store.schema.joining import digital_identity, registration
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tui_admin.domain.lists.approvals import ApprovalRow
    from tui_admin.services.work import Work
    from tui_admin.store.pages import Column

SETTLED = (APPROVED, COMPLETED, REJECTED, WITHDRAWN)
BEGUN = ("account", "verified", "details", WAITING)
"""What is on its way: more than opened, and not yet decided."""


class Earlier(NamedTuple):
    """Another registration of the same person or address, and what became of it."""

    status: str
    product: str
    organisation: str
    at: datetime
    reason: str
    decided_by: str


class Asked(NamedTuple):
    """What was asked of somebody before they were decided on; `answered_at` is None until then."""

    by: str
    at: datetime
    text: str
    answered_at: datetime | None


class Candidate(NamedTuple):
    """Everything that one decides on, as far as it is known; "" for what is not.

    `company_name` and `company_number` are the person's own words, `known_company` is what we call
    the company of that number. `role` is the one held now, `promised_role` the invitation's.
    """

    row: ApprovalRow
    status: str
    given_names: str
    family_name: str
    date_of_birth: str
    phone: str
    identity_status: str
    company_name: str
    company_number: str
    known_company: str
    invited_by: str
    invited_email: str
    invited_at: datetime | None
    promised_role: str
    coupon: str
    role: str
    memberships: tuple[str, ...]
    earlier: tuple[Earlier, ...]
    others: tuple[Earlier, ...]
    decided_by: str
    decided_at: datetime | None
    asked: Asked | None = None


async def candidate_of(work: Work, row: Any, within: Sequence[Column]) -> Candidate:
    """Return all there is to know of a registration; `within` narrows what else may be told."""
    judged = (await applicants(work, [row]))[row.id]
    given, family, born, phone, status = await _identity(work, row.user_id)
    return Candidate(
        approval_row(row, judged, work.policy.decided_within),
        row.status,
        given,
        family,
        born,
        phone,
        status,
        row.company_name,
        row.company_number,
        judged.known,
        row.inviter,
        row.invited_email,
        row.invited_at,
        row.promised_role,
        row.coupon,
        row.role,
        await _memberships(work, row.user_id),
        await _others(work, row, within, SETTLED),
        await _others(work, row, within, BEGUN),
        row.decider,
        row.decided_at,
        Asked(row.asked_by, row.asked_at, row.asked_text, row.answered_at)
        if row.asked_at
        else None,
    )


async def _identity(work: Work, user_id: int) -> tuple[str, str, str, str, str]:
    columns = digital_identity.c
    shown = (columns.given_names, columns.family_name, columns.date_of_birth, columns.phone)
    found = await work.rows(
        select(*shown, columns.status).where(digital_identity.c.user_id == user_id)
    )
    if not found:
        return "", "", "", "", ""
    known = found[0]
    born, phone = known.date_of_birth, known.phone
    return known.given_names, known.family_name, born, phone, known.status


async def _memberships(work: Work, user_id: int) -> tuple[str, ...]:
    statement = (
        select(organisation.c.name)
        .select_from(membership.join(organisation))
        .where(membership.c.user_id == user_id)
        .order_by(organisation.c.name_key)
    )
    scope = work.rights.scope("can_approve")
    if not scope.everywhere:
        statement = statement.where(membership.c.organisation_id.in_(scope.organisations))
    return tuple((await work.connection.execute(statement)).scalars())


async def _others(
    work: Work, row: Any, within: Sequence[Column], statuses: Sequence[str]
) -> tuple[Earlier, ...]:
    """Return the other registrations of the same person or address, the latest first."""
    same = or_(
        registration.c.user_id == row.user_id,
        # "" is nobody's address.
        and_(registration.c.email == row.email, registration.c.email != ""),
    )
    found = await work.rows(
        SOURCE.rows.where(
            same,
            registration.c.id != row.id,
            registration.c.status.in_(statuses),
            *within,
        )
        .order_by(registration.c.id.desc())
        .limit(20)
    )
    return tuple(
        Earlier(
            each.status,
            each.product,
            each.organisation or each.company_name,
            each.completed_at or each.decided_at or each.submitted_at or each.created_at,
            each.reason,
            each.decider,
        )
        for each in found
    )
