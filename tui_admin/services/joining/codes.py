"""Codes that prove an address: mailed, entered a few times at most, and dead once replaced."""

from __future__ import annotations

from hmac import compare_digest
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, func, insert, or_, select, update

from tui_admin.domain import codes
from tui_admin.domain.addresses import identity_key
from tui_admin.domain.errors import Refused, because
from tui_admin.domain.lifecycle import ACCOUNT_MAIL, CODE_MAIL
from tui_admin.services.joining import letters
from tui_admin.services.joining.sessions import hashed
from tui_admin.services.posting import Recipient, cancel_posted
from tui_admin.store.schema.joining import verification_code

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.joining import Offer
    from tui_admin.services.work import Work

OF_VERIFYING = verification_code.c.purpose == "verify"


class Asked(NamedTuple):
    """A code that is to be mailed: for which session (its row and token), and for what.

    `person` is the account of the address, None for none; `password_hash` is what it is to get.
    """

    row: Any
    session: str
    person: Any
    offer: Offer
    password_hash: str


def has_account(person: Any) -> bool:
    """Say whether somebody can sign in, so that nothing is left to be proven."""
    return person is not None and person.status == "active" and bool(person.password_hash)


async def latest_of(work: Work, session: str) -> Any:
    """Return the last code that a session asked for, None for none."""
    found = await work.rows(
        select(verification_code)
        .where(OF_VERIFYING, verification_code.c.session == hashed(session))
        .order_by(verification_code.c.id.desc())
        .limit(1)
    )
    return found[0] if found else None


async def change_password(work: Work, session: str, password_hash: str) -> bool:
    """Give a code that was mailed just now another password; says whether there was one.

    So a second click of the same hand mails nothing, and what it sent last is what holds.
    """
    code = await latest_of(work, session)
    if code is None or not fresh(code, work.now) or code.expires_at <= work.now or code.used_at:
        return False
    statement = update(verification_code).where(verification_code.c.id == code.id)
    await work.connection.execute(statement.values(password_hash=password_hash))
    return True


def fresh(code: Any, now: datetime) -> bool:
    """Say whether a code was mailed just now."""
    return bool(code.created_at > now - codes.BETWEEN)


async def check_rate(work: Work, session: str, key: str) -> None:
    """Raise `Refused` (`code_too_often`) where enough was mailed within the hour."""
    within = verification_code.c.created_at > work.now - codes.HOUR
    count = select(func.count()).select_from(verification_code).where(OF_VERIFYING, within)
    mine = await work.connection.scalar(count.where(verification_code.c.session == hashed(session)))
    theirs = await work.connection.scalar(count.where(verification_code.c.key == key))
    # The first of a session was no repetition.
    if (mine or 0) > codes.MAILED_AN_HOUR or (theirs or 0) >= codes.ASKED_AN_HOUR:
        raise Refused("code_too_often")


async def mail(work: Work, asked: Asked) -> None:
    """Mail a code, or that there is an account; older codes for the address are dead.

    What is written is the same for both, so that neither answer nor time tells which it was.
    """
    key = identity_key(asked.row.email)
    await check_rate(work, asked.session, key)
    await kill(work, key)
    # No code at all is right for an account that there is.
    code = "" if has_account(asked.person) else codes.new_code()
    number = await _write(work, asked, key, code)
    if asked.person is None or asked.person.status != "blocked":
        await _post(work, asked, number, code)


async def _write(work: Work, asked: Asked, key: str, code: str) -> int:
    values = {
        "purpose": "verify",
        "key": key,
        "user_id": asked.person.id if asked.person else None,
        "session": hashed(asked.session),
        "code_hash": codes.code_hash(asked.session, code) if code else "",
        "password_hash": asked.password_hash if code else "",
        "created_at": work.now,
        "expires_at": work.now + codes.HOLDS,
    }
    statement = insert(verification_code).values(values).returning(verification_code.c.id)
    return int((await work.connection.execute(statement)).scalar_one())


async def _post(work: Work, asked: Asked, number: int, code: str) -> None:
    person, offer = asked.person, asked.offer
    name = person.display_name if person else ""
    to = Recipient(person.id if person else None, asked.row.email, name, asked.row.language)
    if not code:
        facts = {"link": f"{work.policy.portal_url}/sign-in", "product": offer.product}
        await letters.send(work, ACCOUNT_MAIL, to, facts, f"{ACCOUNT_MAIL}-{number}")
        return
    told = {
        "code": code,
        "product": offer.product,
        "organisation": offer.organisation,
        "minutes": codes.minutes(codes.HOLDS),
    }
    until = work.now + codes.HOLDS
    await letters.send(work, CODE_MAIL, to, told, f"{CODE_MAIL}-{number}", not_after=until)


async def kill(work: Work, key: str) -> None:
    """Let no code for an address hold any more, nor leave."""
    live = verification_code.c.expires_at > work.now
    statement = (
        update(verification_code)
        .where(OF_VERIFYING, verification_code.c.key == key, live)
        .where(verification_code.c.used_at.is_(None))
        .values(expires_at=work.now)
        .returning(verification_code.c.id)
    )
    killed = list((await work.connection.execute(statement)).scalars())
    await cancel_posted(work, [f"{CODE_MAIL}-{each}" for each in killed])


async def enter(work: Work, session: str, typed: str) -> Any:
    """Return the code that was right, or the `Reason` why not; a wrong one is counted.

    One statement counts and asks whether there was a try left, so that sixty at once are not
    sixty tries. A second click with the code that was right is right for a moment.
    """
    code = await latest_of(work, session)
    if code is None or not await _try(work, code.id):
        return because("code_over")
    right = compare_digest(codes.code_hash(session, codes.read_code(typed)), code.code_hash)
    if not right:
        return because("code_wrong", left=codes.TRIES - code.attempts - 1)
    statement = update(verification_code).where(verification_code.c.id == code.id)
    used_at = code.used_at or work.now
    await work.connection.execute(statement.values(attempts=code.attempts, used_at=used_at))
    return code


async def _try(work: Work, code_id: int) -> bool:
    used = verification_code.c.used_at
    statement = (
        update(verification_code)
        .where(verification_code.c.id == code_id, verification_code.c.attempts < codes.TRIES)
        .where(verification_code.c.expires_at > work.now)
        .where(or_(used.is_(None), used > work.now - codes.AGAIN))
        .values(attempts=verification_code.c.attempts + 1)
        .returning(verification_code.c.id)
    )
    return bool((await work.connection.execute(statement)).first())


async def sweep(work: Work) -> None:
    """Remove what is over, once nothing is counted by it any more."""
    long_over = verification_code.c.expires_at <= work.now - codes.HOUR
    await work.connection.execute(delete(verification_code).where(long_over))
