"""Giving somebody what a registration stands for: the company, a place in it, the promised role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, or_, select

from tui_admin.domain.permissions import BASIC
from tui_admin.domain.text import fold
from tui_admin.services.trail import Subject
from tui_admin.store.schema.accounts import role, user
from tui_admin.store.schema.audit import audit_event
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from tui_admin.services.work import Work


PERSON = select(user, role.c.name.label("role")).select_from(user.join(role))


class Place(NamedTuple):
    """The organisation that somebody joins; `made` says that this registration brought it."""

    id: int
    name: str
    made: bool


async def admit(work: Work, registration: Any, into: int | None = None) -> Any:
    """Give what a registration stands for, and return its row as it is now.

    `registration` is a row of that table. A company that nobody knows is made, with the person as
    its administrator; a membership that there is already stays as it is. The role that an
    invitation promised to a new person is given here, never to an account that was there before or
    that an operator has prepared. Who named no company comes `into` an organisation (an id), if
    one is given. Status and decision are the caller's to set.
    """
    place = await _place(work, registration, into)
    if place is not None:
        await _join(work, registration.user_id, place)
    await _promote(work, registration)
    return await _now(work, registration, place)


async def _place(work: Work, row: Any, into: int | None) -> Place | None:
    if row.organisation_id is not None:
        return await _known(work, organisation.c.id == row.organisation_id)
    if not row.company_number:
        return None if into is None else await _known(work, organisation.c.id == into)
    number = organisation.c.registration_number == row.company_number
    return await _known(work, number) or await _make(work, row)


async def _known(work: Work, wanted: Any) -> Place | None:
    found = await work.rows(select(organisation.c.id, organisation.c.name).where(wanted))
    return Place(found[0].id, found[0].name, made=False) if found else None


async def _make(work: Work, row: Any) -> Place:
    name = row.company_name or row.company_number
    taken = await work.rows(select(organisation.c.id).where(organisation.c.name == name))
    if taken:
        name = f"{name} ({row.company_number})"
    values = {
        "name": name,
        "name_key": fold(name),
        "registration_number": row.company_number,
        "search": fold(f"{name} {row.company_number}"),
        "status": "active",
        "created_at": work.now,
    }
    statement = organisation.insert().values(values).returning(organisation.c.id)
    made = (await work.connection.execute(statement)).scalar_one()
    after = {"name": name, "registration_number": row.company_number, "status": "active"}
    work.trail.note("organisation.add", Subject("organisation", made, name, 1), {}, after)
    return Place(made, name, made=True)


async def _join(work: Work, user_id: int, place: Place) -> None:
    """Make somebody a member, unless they are one; it stands in the person's own history."""
    there = await work.rows(
        select(membership.c.id).where(
            membership.c.organisation_id == place.id, membership.c.user_id == user_id
        )
    )
    if there:
        return
    kind = "administrator" if place.made else "member"
    await work.connection.execute(
        membership.insert().values(
            user_id=user_id,
            organisation_id=place.id,
            kind=kind,
            created_at=work.now,
            created_by=work.rights.operator_id,
        )
    )
    person = (await work.rows(select(user).where(user.c.id == user_id)))[0]
    after = {"organisation": place.name, "organisation_id": place.id, "membership": kind}
    work.trail.note(
        "user.join", Subject("user", person.id, person.email, person.version), {}, after
    )


async def _promote(work: Work, row: Any) -> None:
    """Give a new person the role that the invitation promised."""
    promised = await _promised(work, row)
    person = (await work.rows(PERSON.where(user.c.id == row.user_id)))[0]
    if promised is None or person.role != BASIC or not await _is_new(work, row):
        return
    await work.change(user, [person], {"role_id": promised.id})
    subject = Subject("user", person.id, person.email, person.version + 1)
    work.trail.note("user.promote", subject, {"role": person.role}, {"role": promised.name})


async def _promised(work: Work, row: Any) -> Any:
    """Return the role above Basic that a registration's invitation names, None for none."""
    joined = invitation.join(role, invitation.c.role_id == role.c.id)
    found = await work.rows(
        select(role.c.id, role.c.name)
        .select_from(joined)
        .where(invitation.c.id == row.invitation_id, role.c.name != BASIC)
    )
    return found[0] if found else None


async def _is_new(work: Work, row: Any) -> bool:
    """Say whether the account came with an invitation, by this registration, and as it was.

    An account that somebody added, that was there before, or whose role an operator has chosen
    keeps the role it has.
    """
    theirs = invitation.join(user, invitation.c.user_id == user.c.id)
    invited = (
        select(func.count())
        .select_from(theirs)
        .where(user.c.id == row.user_id, invitation.c.created_at <= user.c.created_at)
    )
    before = select(func.count()).where(
        registration.c.user_id == row.user_id,
        registration.c.id < row.id,
        registration.c.status.not_in(("started", "account", "withdrawn")),
    )
    came, earlier = await work.connection.scalar(invited), await work.connection.scalar(before)
    return bool(came) and not earlier and not await _role_was_chosen(work, row.user_id)


async def _role_was_chosen(work: Work, user_id: int) -> bool:
    chosen = audit_event.c.action.in_(("user.role", "user.role.undo"))
    others = or_(audit_event.c.operator_id != user_id, audit_event.c.operator_id.is_(None))
    found = await work.rows(
        select(audit_event.c.action)
        .where(audit_event.c.subject_kind == "user", audit_event.c.subject_id == user_id)
        .where(chosen, others)
        .order_by(audit_event.c.id.desc())
        .limit(1)
    )
    return bool(found) and found[0].action == "user.role"


async def _now(work: Work, row: Any, place: Place | None) -> Any:
    """Return the registration with the organisation it led to."""
    if place is not None and row.organisation_id != place.id:
        await work.change(registration, [row], {"organisation_id": place.id})
    return (await work.rows(select(registration).where(registration.c.id == row.id)))[0]
