"""Sessions of visitors: a random token in their cookie, of which the store keeps a hash."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, insert, or_, select, update

from tui_admin.domain.errors import Denied
from tui_admin.domain.secrets import new_token, token_hash
from tui_admin.services.joining.visitor import become
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.joining import portal_session

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.services.work import Work

IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=7)
LONGEST_TOKEN: Final = 100
TOUCHED: Final = timedelta(minutes=1)
"""How stale the time of the last visit may be, so that looking seldom writes."""


def hashed(token: str) -> str:
    """Return the hash of a token that came from outside, "-" for what cannot be one."""
    return token_hash(token) if token.isascii() and len(token) < LONGEST_TOKEN else "-"


async def find(work: Work, session: str) -> Any:
    """Return the row of a session that holds, None for any other; a blocked account has none."""
    if not session:
        return None
    found = await work.rows(
        select(portal_session, user.c.status.label("person_status"))
        .select_from(portal_session.outerjoin(user, portal_session.c.user_id == user.c.id))
        .where(
            portal_session.c.token_hash == hashed(session),
            portal_session.c.expires_at > work.now,
            portal_session.c.seen_at > work.now - IDLE,
        )
    )
    row = found[0] if found else None
    over = row is not None and row.user_id is not None and row.person_status != "active"
    return None if over else row


async def expected(work: Work, session: str) -> Any:
    """Return the session of somebody on the way to an account; raises `Denied` for any other."""
    row = await find(work, session)
    if row is None or row.user_id is not None or not row.email:
        raise Denied("session_over")
    return row


async def anonymous(work: Work, session: str) -> Any:
    """Return what `expected` does, and remember that it is in use."""
    row = await expected(work, session)
    await touch(work, row)
    return row


async def signed_in(work: Work, session: str) -> Any:
    """Return the account (a row of `user`) of a session, and act as it from here on.

    Raises `Denied` (`session_over`).
    """
    row = await find(work, session)
    if row is None or row.user_id is None:
        raise Denied("session_over")
    person = (await work.rows(select(user).where(user.c.id == row.user_id)))[0]
    become(work, person)
    return person


async def touch(work: Work, row: Any) -> None:
    """Remember that a session is in use."""
    if stale(row, work.now):
        statement = update(portal_session).where(portal_session.c.id == row.id)
        await work.connection.execute(statement.values(seen_at=work.now))


async def seen(work: Work, session: str) -> None:
    """Remember that a session was in use now."""
    row = await find(work, session)
    if row is not None:
        await touch(work, row)


def stale(row: Any, now: datetime) -> bool:
    """Say whether the time of the last visit should be written anew."""
    return bool(row.seen_at <= now - TOUCHED)


async def open_for(work: Work, **carried: Any) -> str:
    """Return the token of a new session that carries this."""
    token = new_token()
    values = {
        "token_hash": token_hash(token),
        "created_at": work.now,
        "seen_at": work.now,
        "expires_at": work.now + LONGEST,
        **carried,
    }
    await work.connection.execute(insert(portal_session).values(values))
    return token


async def end(work: Work, session: str) -> None:
    """End a session, if there is one."""
    if session:
        mine = portal_session.c.token_hash == hashed(session)
        await work.connection.execute(delete(portal_session).where(mine))


async def end_all(work: Work, user_id: int) -> None:
    """End every session of an account."""
    theirs = portal_session.c.user_id == user_id
    await work.connection.execute(delete(portal_session).where(theirs))


async def forget_aim(work: Work, row: Any) -> None:
    """Let a session carry nothing any more: what it was for is over."""
    statement = update(portal_session).where(portal_session.c.id == row.id)
    await work.connection.execute(statement.values(invitation_id=None, product_id=None))


async def sweep(work: Work) -> None:
    """Remove the sessions that are over."""
    over = or_(portal_session.c.expires_at <= work.now, portal_session.c.seen_at <= work.now - IDLE)
    await work.connection.execute(delete(portal_session).where(over))
