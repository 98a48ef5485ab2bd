"""What the rules of approval ask of registrations, read for any number in a few statements."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from tui_admin.domain.approving import Applicant, Personal, Promise
from tui_admin.domain.lifecycle import REJECTED
from tui_admin.domain.permissions import Rights
from tui_admin.services.chunks import chunks
from tui_admin.store.schema.accounts import role_permission, user
from tui_admin.store.schema.columns import lower
from tui_admin.store.schema.joining import digital_identity, registration
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from tui_admin.services.work import Work


async def applicants(work: Work, rows: Sequence[Any]) -> dict[int, Applicant]:
    """Return the registrations as the rules see them, by id; `rows` are those of the queue."""
    promises = await _promises(work, rows)
    names = await _companies(work, {row.company_number for row in rows if row.company_number})
    rejected = await _rejections(work, rows)
    inviters = {row.inviter_id for row in rows if row.inviter_id is not None}
    people = await _personal(work, inviters | {row.user_id for row in rows})
    return {
        row.id: Applicant(
            row.user_id,
            row.status,
            row.email,
            row.invited_email,
            row.organisation_id,
            (row.company_name, row.company_number),
            row.organisation or names.get(row.company_number, ""),
            promises.get(row.id),
            (row.decider, row.decided_at),
            rejected.get(row.id),
            row.person_status == "blocked",
            row.organisation_status == "archived",
            people.get(row.user_id, Personal()),
            people.get(row.inviter_id, Personal()),
        )
        for row in rows
    }


async def _personal(work: Work, people: Collection[int]) -> dict[int, Personal]:
    """Return who these people say that they are, as far as they have said so."""
    found: dict[int, Personal] = {}
    columns = digital_identity.c
    said = select(
        columns.user_id,
        columns.given_names,
        columns.family_name,
        columns.date_of_birth,
        columns.phone,
    )
    for some in chunks(people):
        for row in await work.rows(said.where(columns.user_id.in_(some))):
            name = f"{row.given_names} {row.family_name}".strip()
            found[row.user_id] = Personal(name, row.date_of_birth, row.phone)
    return found


async def _promises(work: Work, rows: Sequence[Any]) -> dict[int, Promise]:
    invited = [row for row in rows if row.inviter_id is not None]
    inviters = await _rights(work, {row.inviter_id for row in invited})
    allowed = await _permissions(work, {row.promised_role_id for row in invited})
    return {
        row.id: Promise(
            inviters[row.inviter_id],
            row.invited_to,
            row.promised_role,
            allowed.get(row.promised_role_id, frozenset()),
        )
        for row in invited
    }


async def _rights(work: Work, people: Collection[int]) -> dict[int, Rights]:
    """Return what others may do at this moment."""
    found: dict[int, Rights] = {}
    for some in chunks(people):
        rows = await work.rows(
            select(user.c.id, user.c.username, user.c.status, user.c.role_id).where(
                user.c.id.in_(some)
            )
        )
        held = await _permissions(work, {row.role_id for row in rows})
        companies = await _administered(work, some)
        for row in rows:
            found[row.id] = Rights(
                row.id,
                row.username,
                row.status == "active",
                row.role_id,
                held.get(row.role_id, frozenset()),
                companies.get(row.id, frozenset()),
            )
    return found


async def _permissions(work: Work, roles: Collection[int]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    for some in chunks(roles):
        wanted = role_permission.c.role_id.in_(some)
        for row in await work.rows(select(role_permission).where(wanted)):
            found[row.role_id] = found.get(row.role_id, frozenset()) | {row.permission}
    return found


async def _administered(work: Work, people: Collection[int]) -> dict[int, frozenset[int]]:
    """Return the organisations that each of the people is company administrator of."""
    found: dict[int, frozenset[int]] = {}
    rows = await work.rows(
        select(membership.c.user_id, membership.c.organisation_id).where(
            membership.c.user_id.in_(people), membership.c.company_administrator
        )
    )
    for row in rows:
        found[row.user_id] = found.get(row.user_id, frozenset()) | {row.organisation_id}
    return found


async def _companies(work: Work, numbers: Collection[str]) -> dict[str, str]:
    """Return what we call the companies of these registration numbers, as far as we know them."""
    found: dict[str, str] = {}
    for some in chunks(numbers):
        rows = await work.rows(
            select(organisation.c.registration_number, organisation.c.name).where(
                organisation.c.registration_number.in_(some)
            )
        )
        found |= {row.registration_number: row.name for row in rows}
    return found


async def _rejections(work: Work, rows: Sequence[Any]) -> dict[int, datetime]:
    """Return when the person or the address of each registration was rejected last, if ever."""
    people: dict[int, datetime] = {}
    addresses: dict[str, datetime] = {}
    for some in chunks(rows):
        for each in await work.rows(_rejected(some)):
            people[each.user_id] = max(each.at, people.get(each.user_id, each.at))
            addresses[each.email] = max(each.at, addresses.get(each.email, each.at))
    found: dict[int, datetime] = {}
    for row in rows:
        times = [people.get(row.user_id), addresses.get(row.email.lower())]
        known = [at for at in times if at is not None]
        if known:
            found[row.id] = max(known)
    return found


def _rejected(rows: Sequence[Any]) -> Any:
    email = lower(registration.c.email)
    return (
        select(
            registration.c.user_id,
            email.label("email"),
            func.max(registration.c.decided_at, type_=registration.c.decided_at.type).label("at"),
        )
        .where(registration.c.status == REJECTED, registration.c.decided_at.is_not(None))
        .where(
            or_(
                registration.c.user_id.in_({row.user_id for row in rows}),
                email.in_({row.email.lower() for row in rows}),
            )
        )
        .group_by(registration.c.user_id, email)
    )
