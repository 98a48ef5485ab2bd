"""The first step: an invitation taken up, or a product registered for by oneself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.addresses import identity_key, read_address
from tui_admin.domain.errors import Refused
from tui_admin.domain.joining import Member, Offer, Passed, Step, Visit
from tui_admin.services.joining import codes, sessions
from tui_admin.services.joining.enrolling import account_of, enrol, registered_by, take_up
from tui_admin.services.joining.journeys import (
    STEPS,
    by_token,
    check_live,
    invitation_of,
    offer_of,
    offer_to_all,
    product_row,
)
from tui_admin.services.joining.visitor import become
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.products import product

if TYPE_CHECKING:
    from tui_admin.domain.addresses import Address
    from tui_admin.services.work import Work


async def invited(work: Work, token: str) -> Offer:
    """See `Joining.invited`."""
    row = await by_token(work, sessions.hashed(token))
    check_live(work, row)
    return offer_of(work, row)


async def accept(work: Work, token: str, email: str, session: str, language: str) -> Passed:
    """See `Joining.accept`."""
    row = await by_token(work, sessions.hashed(token))
    check_live(work, row)
    address = read_address(email)
    check_address(work, row, address.key)
    person = await _person(work, row, address)
    visitor = await sessions.find(work, session)
    if visitor is not None and person is not None and visitor.user_id == person.id:
        begun = await take_up(work, row, person, person.email, language)
        return Passed(session, STEPS[begun.status], begun.id)
    await _begin(work, row, person, address, language)
    if visitor is not None and await _goes_on(work, visitor, row, address, session):
        return Passed(session, Step.CODE)
    await sessions.end(work, session)
    carried = {"invitation_id": row.id, "email": address.typed, "language": language}
    new = await sessions.open_for(work, **carried)
    return Passed(new, _next(row, address.key, person))


async def _person(work: Work, row: Any, address: Address) -> Any:
    """Return the account of an address, None for none, and act as it from here on.

    Raises `Refused` (`account_blocked`) for the one that was invited.
    """
    person = await account_of(work, address.key)
    if person is None:
        return None
    if person.status == "blocked" and address.key == row.email_key:
        raise Refused("account_blocked")
    become(work, person)
    return person


def _next(row: Any, key: str, person: Any) -> Step:
    """Return the step after an address was given; of any but the invited one nothing is told."""
    known = key == row.email_key and codes.has_account(person)
    return Step.SIGN_IN if known else Step.PASSWORD


def check_address(work: Work, row: Any, key: str) -> None:
    """Raise `Refused` where an invitation is for another address, and that matters."""
    if work.policy.address_must_match and key != row.email_key:
        raise Refused("address_not_invited")


async def _begin(work: Work, row: Any, person: Any, address: Address, language: str) -> None:
    """Write down the first answer to an invitation; later ones go on from it."""
    if await registered_by(work, row.id) is None:
        owner = person.id if person is not None else row.user_id
        await enrol(work, owner, "started", address.typed, language, row=row)


async def _goes_on(work: Work, visitor: Any, row: Any, address: Address, session: str) -> bool:
    """Say whether this very session waits for its code already."""
    same = visitor.user_id is None and visitor.invitation_id == row.id
    if not same or identity_key(visitor.email) != address.key:
        return False
    code = await codes.latest_of(work, session)
    return code is not None and code.used_at is None and code.expires_at > work.now


async def begin(work: Work, code: str, email: str, session: str, language: str) -> Passed:
    """See `Joining.begin`: nobody is looked up, so nothing can be told of anybody."""
    goods = await product_row(work, product.c.code == code, code)
    address = read_address(email)
    await sessions.end(work, session)
    new = await sessions.open_for(work, product_id=goods.id, email=address.typed, language=language)
    return Passed(new, Step.PASSWORD)


async def visit(work: Work, session: str) -> tuple[Visit, bool]:
    """Return who has a session, and whether its last visit should be written anew."""
    row = await sessions.find(work, session)
    if row is None:
        return Visit(), False
    stale = sessions.stale(row, work.now)
    if row.user_id is not None:
        person = (await work.rows(user.select().where(user.c.id == row.user_id)))[0]
        member = Member(person.id, person.email, person.username, person.display_name)
        return Visit(member, email=person.email), stale
    offer = await aim(work, row)
    if offer is None:
        return Visit(email=row.email), stale
    return Visit(None, await _step(work, row, session), row.email, offer), stale


async def aim(work: Work, row: Any) -> Offer | None:
    """Return what a session is for, None for nothing."""
    if row.invitation_id is not None:
        return offer_of(work, await invitation_of(work, row.invitation_id))
    if row.product_id is not None:
        return await offer_to_all(work, await product_row(work, product.c.id == row.product_id))
    return None


async def _step(work: Work, row: Any, session: str) -> Step:
    if await codes.latest_of(work, session) is not None:
        return Step.CODE
    if row.invitation_id is None:
        return Step.PASSWORD
    found = await invitation_of(work, row.invitation_id)
    return _next(found, identity_key(row.email), await account_of(work, row.email))
