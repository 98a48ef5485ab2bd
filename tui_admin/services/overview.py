"""The environment at a glance."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import case, func, literal, select

from tui_admin.services.audit import audit_row
from tui_admin.services.decisions import Decisions, decisions
from tui_admin.services.invitations import Invitations
from tui_admin.services.sending import MailHealth, mail_health
from tui_admin.services.users import Users
from tui_admin.services.work import Service, Work, reads
from tui_admin.store.schema.audit import audit_event
from tui_admin.store.schema.joining import registration

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.lists.audit import AuditRow

RECENT = 12


class Numbers(NamedTuple):
    """What the overview shows; parts the operator has no right to are empty."""

    users: dict[str, int]
    invitations: dict[str, int]
    waiting: int
    oldest_waiting: datetime | None
    late: int
    decisions: Decisions
    mail: MailHealth
    recent: tuple[AuditRow, ...]


class Overview(Service):
    """Numbers for screen 9."""

    @reads("can_view")
    async def numbers(self, work: Work) -> Numbers:
        """Return them, each within what the operator may see."""
        waiting = await self._waiting(work)
        return Numbers(
            await Users(self.context).counts(work),
            await Invitations(self.context).counts(work),
            waiting[0],
            waiting[1],
            waiting[2],
            await decisions(work),
            await self._mail(work),
            await self._recent(work),
        )

    async def _waiting(self, work: Work) -> tuple[int, datetime | None, int]:
        """Return how many wait, since when the first does, and how many longer than promised."""
        target = work.policy.decided_within
        promised = work.now - target if target else None
        scope = work.rights.scope("can_approve")
        since = registration.c.submitted_at
        late = func.count(case((since < promised, 1))) if promised else literal(0)
        statement = select(func.count(), func.min(since), late).where(
            registration.c.status == "awaiting_approval"
        )
        if not scope.everywhere:
            statement = statement.where(registration.c.organisation_id.in_(scope.organisations))
        number, oldest, overdue = (await work.rows(statement))[0]
        return number, oldest, overdue

    async def _mail(self, work: Work) -> MailHealth:
        if not work.rights.scope("can_manage_mail"):
            return MailHealth()
        return await mail_health(work.connection, work.now)

    async def _recent(self, work: Work) -> tuple[AuditRow, ...]:
        if not work.rights.scope("can_view_audit"):
            return ()
        found = await work.rows(select(audit_event).order_by(audit_event.c.id.desc()).limit(RECENT))
        return tuple(audit_row(row) for row in found)
