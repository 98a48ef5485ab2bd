"""The work of a visitor: a transaction whose operator is whoever the session turns out to be.

A visitor has no rights of an operator's at all; what is theirs is found through their session.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tui_admin.domain.permissions import Rights
from tui_admin.services.trail import Subject
from tui_admin.services.work import Context, Operator, Policy, Work

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from datetime import datetime

    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

T = TypeVar("T")

NOBODY = Operator(0, "", "", "")
NO_RIGHTS = Rights(0, "", active=False, role_id=0)


class Door:
    """Transactions for visitors of one store."""

    def __init__(
        self, store: Store, policy: Policy, now: Callable[[], datetime], origin: str
    ) -> None:
        """Let visitors into this store, from there."""
        self.context = Context(store, policy, now, NOBODY, origin)

    async def read(self, question: Callable[[Work], Awaitable[T]]) -> T:
        """Answer a question from one consistent view."""
        return await self.context.store.read(lambda at: question(self._work(at)))

    async def write(self, act: Callable[[Work], Awaitable[T]]) -> T:
        """Run an act in an exclusive transaction; its audit events are appended last."""

        async def attempt(connection: AsyncConnection) -> T:
            work = self._work(connection)
            return await work.finish(await act(work))

        return await self.context.store.exclusive(attempt)

    async def touch(self, act: Callable[[Work], Awaitable[None]]) -> None:
        """Run a small change that decides nothing."""
        await self.context.store.write(lambda at: act(self._work(at)))

    def _work(self, connection: AsyncConnection) -> Work:
        return Work(connection, self.context, NO_RIGHTS)


def become(work: Work, person: Any) -> None:
    """Go on as this account (a row of `user`), in whose name the audit log tells the rest."""
    who = Operator(person.id, person.username, person.email, person.display_name)
    work.context = work.context._replace(operator=who)
    work.trail.operator = who
    work.rights = Rights(person.id, person.username, person.status == "active", person.role_id)


def note(
    work: Work,
    action: str,
    kind: str,
    row: Any,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    version: int = 0,
) -> None:
    """Write down a change of a record that has an address, as it was read before.

    `version` is the record's number after the change, where that is not simply the next one.
    """
    subject = Subject(kind, row.id, row.email, version or row.version + 1)
    work.trail.note(action, subject, before, after)
