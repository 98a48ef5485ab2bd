"""Who is at the keyboard: named, signed in, and their password set."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, or_, select, update

from tui_admin.domain.errors import Denied, NotFound, Refused
from tui_admin.domain.text import refuse_controls
from tui_admin.services.trail import Subject, Trail
from tui_admin.services.work import Operator
from tui_admin.store.schema.accounts import user

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from argon2 import PasswordHasher

    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200
AT_ONCE = 2
"""How many hashes are computed side by side: each takes 19 MiB and a core."""

WHO = (
    *(user.c.id, user.c.version, user.c.username, user.c.email, user.c.display_name),
    *(user.c.status, user.c.password_hash),
)
"""What is asked of an account before anybody acts by it."""

NOBODY_HAS = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxMjM0NTY3OA$" + "A" * 43
"""A hash that no password fits, so that an unknown name takes as long as a wrong password."""


def hasher() -> PasswordHasher:
    """Return argon2id with OWASP's figures: 19 MiB, two passes, one lane."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


def fits(stored: str, password: str) -> bool:
    """Say whether a password is the one of the hash."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        # Whatever a terminal sends is a password, if only a wrong one.
        return hasher().verify(stored, password.encode("utf-8", "surrogatepass"))
    except (VerificationError, InvalidHashError):
        return False


class Hashing:
    """Passwords hashed and tried in threads, a few at once, shared by all who do so."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self.turn = asyncio.Semaphore(AT_ONCE)

    async def hashed(self, password: str) -> str:
        """Return the hash of a password that was checked."""
        async with self.turn:
            return await asyncio.to_thread(lambda: hasher().hash(password))

    async def right(self, stored: str, password: str) -> bool:
        """Say whether it is the password of a hash; "" takes as long as any, and is none's."""
        async with self.turn:
            return await self.right_in_turn(stored, password)

    async def right_in_turn(self, stored: str, password: str) -> bool:
        """As `right`, for those who hold a `turn` already."""
        shown = password[:LONGEST_PASSWORD]
        right = await asyncio.to_thread(fits, stored or NOBODY_HAS, shown)
        return right and len(password) <= LONGEST_PASSWORD


def check_password(password: str) -> None:
    """Raise `Refused` for a password that cannot be chosen.

    `password_length`, or `text_control_character` for what could not be typed again.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refused("password_length", least=SHORTEST_PASSWORD, most=LONGEST_PASSWORD)
    refuse_controls(password, "password")


class Operators:
    """Operators of one store, before one of them acts."""

    def __init__(self, store: Store, now: Callable[[], datetime], origin: str) -> None:
        """Look people up in this store."""
        self._store, self._now, self._origin = store, now, origin
        self.hashing = Hashing()

    async def named(self, who: str) -> Operator:
        """Return the operator of that username or e-mail; raises `Denied`.

        Somebody whom nobody knows may do nothing: that is a matter of rights.
        """
        row = await self._row(who)
        if row is None:
            raise Denied("operator_unknown", who=who)
        return _operator(_acting(row))

    async def sign_in(self, who: str, password: str) -> Operator:
        """Return the operator whose password it is.

        Raises `Denied` with one answer, after one time, for all that can be wrong.
        """
        row = await self._row(who)
        right = await self.hashing.right(row.password_hash if row is not None else "", password)
        if row is None or not right or row.status != "active":
            raise Denied("sign_in_failed")
        await self._store.write(lambda connection: self._seen(connection, row.id))
        return _operator(row)

    async def set_password(self, who: str, password: str, by: Operator | None = None) -> None:
        """Set somebody's password; operators set their own.

        Without `by` it is the first password of a new store: refused once anybody has one.
        """
        check_password(password)
        person = await self._row(who)
        if person is None:
            raise NotFound("operator_unknown", who=who)
        if by is not None and by.id != person.id:
            raise Denied("password_of_another")
        hashed = await self.hashing.hashed(password)

        async def act(connection: AsyncConnection) -> None:
            if by is None and await _anybody_has_password(connection):
                raise Denied("password_needs_sign_in")
            wanted = select(*WHO).where(user.c.id == person.id)
            row = _acting((await connection.execute(wanted)).one())
            await connection.execute(
                update(user)
                .where(user.c.id == row.id)
                .values(password_hash=hashed, version=user.c.version + 1)
            )
            from tui_admin.store.schema.joining import portal_session

            # Whoever came in by the old password is out.
            theirs = portal_session.c.user_id == row.id
            await connection.execute(delete(portal_session).where(theirs))
            trail = Trail(self._now(), by or _operator(row), self._origin)
            trail.note("user.password", Subject("user", row.id, row.email, row.version + 1))
            await trail.append(connection)

        await self._store.exclusive(act)

    async def nobody_has_password(self) -> bool:
        """Say whether the store still waits for its first password."""

        async def ask(connection: AsyncConnection) -> bool:
            return not await _anybody_has_password(connection)

        return await self._store.read(ask)

    async def _row(self, who: str) -> Any:
        name = who.strip().casefold()

        async def ask(connection: AsyncConnection) -> Any:
            wanted = or_(user.c.username == name, user.c.email_key == name)
            return (await connection.execute(select(*WHO).where(wanted))).first()

        return await self._store.read(ask)

    async def _seen(self, connection: AsyncConnection, user_id: int) -> None:
        await connection.execute(
            update(user).where(user.c.id == user_id).values(seen_at=self._now())
        )


async def _anybody_has_password(connection: AsyncConnection) -> bool:
    found = select(func.count()).select_from(user).where(user.c.password_hash != "")
    return bool(await connection.scalar(found))


def _acting(row: Any) -> Any:
    """Return the account if it may act; raises `Denied`."""
    if row.status == "blocked":
        raise Denied("operator_blocked", who=row.username)
    if row.status != "active":
        raise Denied("operator_not_active", who=row.username)
    return row


def _operator(row: Any) -> Operator:
    return Operator(row.id, row.username, row.email, row.display_name)


__all__ = ["Operator", "Operators"]
