"""Signing in by a password, guessed at only a few times; and links that set a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update

from tui_admin.domain import codes as rules
from tui_admin.domain.addresses import identity_key
from tui_admin.domain.errors import Denied, Reason, Refused, because
from tui_admin.domain.joining import Passed, Step
from tui_admin.services.joining import codes, sessions
from tui_admin.services.joining.arriving import check_address
from tui_admin.services.joining.enrolling import enrol_for_product, take_up
from tui_admin.services.joining.journeys import STEPS, check_live, invitation_of, latest
from tui_admin.services.joining.visitor import become, note
from tui_admin.services.password_links import mail_password_link
from tui_admin.services.people import by_key
from tui_admin.services.speaking import language_of
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.joining import verification_code

if TYPE_CHECKING:
    from tui_admin.services.work import Work

OF_SIGN_IN = verification_code.c.purpose == "sign_in"
OF_LINK = verification_code.c.purpose == "password"


def key_of(email: str) -> str:
    """Return whom a sign-in is for; what is no address is somebody whom nobody knows."""
    try:
        return identity_key(email)
    except Refused:
        return email.strip().casefold()[:254]


async def count(work: Work, key: str) -> Any:
    """Count a try to sign in, and return the account; raises nothing.

    Returns a `Reason` where there were too many within the span, whether or not there is such an
    account: one statement counts and asks, so that many at once are not more than one by one.
    """
    mine = (OF_SIGN_IN, verification_code.c.key == key, verification_code.c.expires_at > work.now)
    if not await work.rows(select(verification_code.c.id).where(*mine)):
        until = work.now + rules.SIGN_IN_SPAN
        values = {"purpose": "sign_in", "key": key, "created_at": work.now, "expires_at": until}
        await work.connection.execute(insert(verification_code).values(values))
    statement = (
        update(verification_code)
        .where(*mine, verification_code.c.attempts < rules.WRONG_SIGN_INS)
        .values(attempts=verification_code.c.attempts + 1)
        .returning(verification_code.c.id)
    )
    if not (await work.connection.execute(statement)).all():
        return because("sign_in_paused", minutes=rules.minutes(rules.SIGN_IN_SPAN))
    return (await by_key(work, [key])).get(key)


async def forget_tries(work: Work, key: str) -> None:
    """Begin to count anew: whoever signed in was no guesser."""
    tries = delete(verification_code).where(OF_SIGN_IN, verification_code.c.key == key)
    await work.connection.execute(tries)


async def enter(work: Work, session: str, person: Any) -> Passed | Reason:
    """Let in somebody whose password was right, and link what the session carries.

    Returns a `Reason` where that is over, which the session is then rid of.
    """
    now = await work.rows(select(user).where(user.c.id == person.id))
    if not now or now[0].status != "active" or now[0].password_hash != person.password_hash:
        raise Denied("sign_in_failed")
    person = now[0]
    become(work, person)
    await forget_tries(work, person.email_key)
    row = await sessions.find(work, session)
    if row is not None and (why := await _why_not_link(work, row, person)):
        await sessions.forget_aim(work, row)
        return why
    begun = await _link(work, row, person) if row is not None else None
    await sessions.end(work, session)
    return await let_in(work, person, begun, row.language if row is not None else "")


async def let_in(work: Work, person: Any, begun: Any, language: str) -> Passed:
    """Return a new session of somebody, at this registration or else at their latest.

    Without a `language` it is the account's.
    """
    language = language or language_of(work, person)
    await work.connection.execute(
        update(user).where(user.c.id == person.id).values(seen_at=work.now)
    )
    new = await sessions.open_for(work, user_id=person.id, email=person.email, language=language)
    if begun is None:
        begun = next(iter(await latest(work, person.id, 1)), None)
    if begun is None:
        return Passed(new, Step.DETAILS)
    return Passed(new, STEPS[begun.status], begun.id)


async def _why_not_link(work: Work, row: Any, person: Any) -> Reason | None:
    """Return why the invitation that a session carries cannot be linked to this account."""
    if row.user_id is not None or row.invitation_id is None:
        return None
    found = await invitation_of(work, row.invitation_id)
    if found.status == "accepted" and found.user_id == person.id:
        return None
    try:
        check_live(work, found)
        check_address(work, found, person.email_key)
    except Refused as refused:
        return refused.reason
    return None


async def _link(work: Work, row: Any, person: Any) -> Any:
    if row.user_id is not None:
        return None
    if row.invitation_id is not None:
        found = await invitation_of(work, row.invitation_id)
        return await take_up(work, found, person, person.email, row.language)
    if row.product_id is not None:
        return await enrol_for_product(work, person, row.product_id, person.email, row.language)
    return None


# Links that set a password


async def mail_link(work: Work, email: str, language: str) -> None:
    """Mail a link to whoever has an account at an address, a few times an hour at most."""
    person = (await by_key(work, [key_of(email)])).get(key_of(email))
    if person is None or person.status != "active":
        return
    recent = verification_code.c.created_at > work.now - rules.HOUR
    mailed = await work.rows(
        select(verification_code.c.id).where(
            OF_LINK, verification_code.c.user_id == person.id, recent
        )
    )
    if len(mailed) < rules.LINKS_AN_HOUR:
        await mail_password_link(work, person, language)


async def linked(work: Work, token: str) -> Any:
    """Return the account whose password a link sets; raises `Refused`."""
    found = await work.rows(
        select(user)
        .select_from(verification_code.join(user, verification_code.c.user_id == user.c.id))
        .where(OF_LINK, verification_code.c.code_hash == sessions.hashed(token))
        .where(verification_code.c.used_at.is_(None), verification_code.c.expires_at > work.now)
        .where(user.c.status == "active")
    )
    if not found:
        raise Refused("password_link_over")
    return found[0]


async def set_password(work: Work, token: str, password_hash: str) -> Passed:
    """See `Joining.set_password`: whatever the old password opened is shut."""
    person = await linked(work, token)
    become(work, person)
    values = {"password_hash": password_hash, "seen_at": work.now}
    await work.change(user, [person], values)
    note(work, "user.password", "user", person, {}, {})
    await sessions.end_all(work, person.id)
    await codes.kill(work, person.email_key)
    await forget_tries(work, person.email_key)
    links = update(verification_code).where(OF_LINK, verification_code.c.user_id == person.id)
    unused = links.where(verification_code.c.used_at.is_(None))
    await work.connection.execute(unused.values(used_at=work.now))
    return await let_in(work, person, None, "")
