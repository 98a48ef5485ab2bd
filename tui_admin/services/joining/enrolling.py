"""An address was proven: the account it makes, and the registration that goes on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from tui_admin.domain.addresses import identity_key
from tui_admin.domain.errors import because
from tui_admin.domain.permissions import BASIC
from tui_admin.services.joining.journeys import BEFORE, check_live
from tui_admin.services.joining.visitor import become, note
from tui_admin.services.people import by_key, find_role, free_usernames, naming, recompute_leaving
from tui_admin.services.posting import cancel_letters
from tui_admin.services.speaking import speaks
from tui_admin.services.trail import Subject
from tui_admin.store.schema.accounts import role, user
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import registration

if TYPE_CHECKING:
    from tui_admin.services.work import Work


async def account_of(work: Work, email: str) -> Any:
    """Return the account of an address as it is now, None for none."""
    key = identity_key(email)
    return (await by_key(work, [key])).get(key)


async def prove(work: Work, email: str, person: Any, password_hash: str) -> Any:
    """Give the address its account with this password, and act as it from here on.

    `person` is the account there is, or None. Returns the account, or the `Reason` why not.
    """
    if person is not None and person.status == "blocked":
        return because("account_blocked")
    if person is None:
        await _make(work, email, password_hash)
    elif person.status == "invited":
        await _activate(work, person, password_hash)
    elif not person.password_hash:
        await _first_password(work, person, password_hash)
    elif person.password_hash != password_hash:
        return because("code_over")
    person = await account_of(work, email)
    become(work, person)
    return person


async def _make(work: Work, email: str, password_hash: str) -> None:
    """Make an account that nobody had invited: rights come with an approval, if at all."""
    key = identity_key(email)
    username = (await free_usernames(work, {key: ""}))[key]
    values = {
        "email": email,
        "email_key": key,
        "status": "active",
        "role_id": (await find_role(work, BASIC)).id,
        "password_hash": password_hash,
        "created_at": work.now,
        "seen_at": work.now,
        **naming(key, username, ""),
    }
    made = await work.connection.execute(insert(user).values(values).returning(user))
    person = made.one()
    become(work, person)
    after = {"email": email, "username": username, "status": "active", "role": BASIC}
    work.trail.note("user.register", Subject("user", person.id, email, 1), {}, after)


async def _activate(work: Work, person: Any, password_hash: str) -> None:
    """Let in somebody who was invited; unless they were prepared, with the role of a beginner.

    What the invitation promises beyond that is given when the registration is approved.
    """
    basic = await find_role(work, BASIC)
    names = {each.id: each.name for each in await work.rows(select(role.c.id, role.c.name))}
    role_id = person.role_id if person.leaves_at is None else basic.id
    values = {
        "status": "active",
        "role_id": role_id,
        "password_hash": password_hash,
        "leaves_at": None,
        "seen_at": work.now,
    }
    await work.change(user, [person], values)
    become(work, person)
    before = {"status": person.status, "role": names[person.role_id]}
    note(work, "user.verify", "user", person, before, {"status": "active", "role": names[role_id]})


async def _first_password(work: Work, person: Any, password_hash: str) -> None:
    """Let in somebody whom an operator had added without a password."""
    values = {"password_hash": password_hash, "seen_at": work.now}
    await work.change(user, [person], values)
    become(work, person)
    note(work, "user.verify", "user", person, {}, {"status": "active"})


async def take_up(work: Work, row: Any, person: Any, email: str, language: str) -> Any:
    """Accept an invitation for an account, and return its registration.

    Accepted by the same account already, it is the registration of then. Raises `Refused`
    (`invitation_is`) where it is over.
    """
    if row.status == "accepted" and row.user_id == person.id:
        return await registered_by(work, row.id)
    check_live(work, row)
    await work.change(invitation, [row], {"status": "accepted", "user_id": person.id})
    note(work, "invitation.accept", "invitation", row, {"status": row.status}, _ACCEPTED)
    await cancel_letters(work, [row.id])
    await recompute_leaving(work, {row.user_id} - {person.id})
    await speaks(work, person.id, language)
    begun = await registered_by(work, row.id)
    if begun is None:
        return await enrol(work, person.id, "verified", email, language, row=row)
    values = {"user_id": person.id, "email": email, "status": "verified", "language": language}
    return await move(work, begun, "registration.verify", values)


_ACCEPTED = {"status": "accepted"}


async def registered_by(work: Work, invitation_id: int) -> Any:
    """Return the registration that an invitation led to, None for none."""
    found = await work.rows(
        select(registration)
        .where(registration.c.invitation_id == invitation_id)
        .order_by(registration.c.id.desc())
        .limit(1)
    )
    return found[0] if found else None


async def enrol(
    work: Work,
    user_id: int,
    status: str,
    email: str,
    language: str,
    *,
    row: Any = None,
    product_id: int | None = None,
) -> Any:
    """Write a new registration, by an invitation (`row`) or for a product, and return it."""
    values = {
        "user_id": user_id,
        "status": status,
        "email": email,
        "language": language,
        "product_id": product_id,
        "created_at": work.now,
    }
    if row is not None:
        values |= {
            "invitation_id": row.id,
            "organisation_id": row.organisation_id,
            "product_id": row.product_id,
            "coupon_id": row.coupon_id,
            "authorisation_set_id": row.authorisation_set_id,
        }
    made = await work.connection.execute(
        insert(registration).values(values).returning(registration)
    )
    new = made.one()
    subject = Subject("registration", new.id, email, 1)
    work.trail.note("registration.start", subject, {}, {"status": status})
    return new


async def enrol_for_product(
    work: Work, person: Any, product_id: int, email: str, language: str
) -> Any:
    """Return somebody's registration for a product that is not handed in yet, or a new one."""
    open_ones = await work.rows(
        select(registration)
        .where(
            registration.c.user_id == person.id,
            registration.c.product_id == product_id,
            registration.c.invitation_id.is_(None),
            registration.c.status.in_(("verified", "details")),
        )
        .order_by(registration.c.id.desc())
        .limit(1)
    )
    if open_ones:
        return open_ones[0]
    await speaks(work, person.id, language)
    return await enrol(work, person.id, "verified", email, language, product_id=product_id)


async def move(work: Work, row: Any, action: str, values: dict[str, Any]) -> Any:
    """Change a registration, write down its change of state, and return it as it is now."""
    await work.change(registration, [row], values)
    note(work, action, "registration", row, {"status": row.status}, {"status": values["status"]})
    return (await work.rows(select(registration).where(registration.c.id == row.id)))[0]


async def chosen(work: Work, row: Any) -> None:
    """Write down that a password was chosen for the registration of an invitation, the first time.

    `row` is a session on its way to an account.
    """
    begun = await registered_by(work, row.invitation_id) if row.invitation_id else None
    if begun is not None and begun.status == BEFORE[0]:
        await move(work, begun, "registration.account", {"status": BEFORE[1]})
