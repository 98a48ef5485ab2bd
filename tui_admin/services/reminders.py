"""Reminding people of an invitation before it expires: once for each link, and nobody who is done.

A reminder has a link of its own, since the first cannot be told again; both work, and both die
together. That there is one says that somebody was reminded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from tui_admin.domain.lifecycle import REMINDER_MAIL, REST_BEFORE_REMINDING
from tui_admin.domain.permissions import Rights
from tui_admin.domain.secrets import new_token, token_hash
from tui_admin.services.invitation_rows import SOURCE, inviter
from tui_admin.services.posting import post_reminder
from tui_admin.services.renewing import addressed
from tui_admin.services.trail import Subject
from tui_admin.services.work import Context, Operator, Policy, Work
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.inviting import invitation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.pages import Column
    from tui_admin.store.store import Store

AT_ONCE = 200
"""Reminders decided on in one transaction; the others follow at the next look."""
BY_ITSELF = Operator(0, "(automatic)", "", "")
"""Who the audit log says it was: no username looks like this."""


class Reminders:
    """Looks whom to remind, for whoever keeps house: a worker, or a dashboard."""

    def __init__(
        self, store: Store, policy: Policy, now: Callable[[], datetime], origin: str
    ) -> None:
        """Look in this store by this clock."""
        self._store = store
        self._context = Context(store, policy, now, BY_ITSELF, origin)

    async def send_due(self) -> int:
        """Queue the reminders that are due; returns how many."""
        if not self._context.policy.remind_before or not await self._store.read(self._any):
            return 0
        return await self._store.exclusive(self._remind)

    async def _any(self, connection: AsyncConnection) -> bool:
        work = self._work(connection)
        return bool(await work.rows(select(invitation.c.id).where(*_due(work)).limit(1)))

    async def _remind(self, connection: AsyncConnection) -> int:
        work = self._work(connection)
        rows = await work.rows(
            SOURCE.rows.add_columns(
                inviter.c.id.label("inviter_id"),
                inviter.c.email.label("inviter_email"),
                inviter.c.display_name.label("inviter_name"),
            )
            .where(*_due(work))
            .order_by(invitation.c.expires_at)
            .limit(AT_ONCE)
        )
        for row in rows:
            await _remind_of(work, row)
        return await work.finish(len(rows))

    def _work(self, connection: AsyncConnection) -> Work:
        return Work(connection, self._context, Rights(0, "", active=False, role_id=0))


def _due(work: Work) -> tuple[Column, ...]:
    blocked = select(user.c.id).where(user.c.status == "blocked")
    return (
        invitation.c.status == "sent",
        invitation.c.expires_at > work.now,
        invitation.c.expires_at <= work.now + work.policy.remind_before,
        invitation.c.sent_at <= work.now - REST_BEFORE_REMINDING,
        invitation.c.reminder_hash.is_(None),
        invitation.c.user_id.not_in(blocked),
    )


async def _remind_of(work: Work, row: Any) -> None:
    token = new_token()
    await work.connection.execute(
        update(invitation)
        .where(invitation.c.id == row.id)
        .values(reminder_hash=token_hash(token), version=invitation.c.version + 1)
    )
    sender = Operator(row.inviter_id, row.inviter, row.inviter_email, row.inviter_name)
    await post_reminder(work, addressed(row, row.expires_at), token, sender)
    subject = Subject("invitation", row.id, row.email, row.version + 1)
    work.trail.note("invitation.remind", subject, {}, {"mail": REMINDER_MAIL})
