"""Why a mail has not gone yet: the first of the reasons that keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, func, or_, select

from tui_admin.domain.errors import because
from tui_admin.domain.lifecycle import AGAIN, ASKED_MAIL, URGENT
from tui_admin.services.sending import mail_health
from tui_admin.store.schema.outbox import outbox_message

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason
    from tui_admin.services.work import Work


async def waiting_for(work: Work, row: Any) -> Reason | None:
    """Return why a mail (a row of the outbox) has not gone, None where it waits for nothing."""
    if row.status == "unknown" and row.phase == AGAIN:
        return because("waits_in_doubt", at=row.not_before)
    if row.status != "queued":
        return None
    health = await mail_health(work.connection, work.now)
    if health.pause and row.priority > URGENT:
        return because("waits_for_pause", who=health.pause.by)
    if row.not_before > work.now:
        return because(_delay(row), at=row.not_before)
    if not health.workers:
        return because("waits_for_worker")
    if health.trouble:
        return because("waits_for_server", words=health.trouble)
    return because("waits_for_turn", ahead=await _ahead(work, row))


async def _ahead(work: Work, row: Any) -> int:
    """Return how many mails that are due go before this one."""
    mail = outbox_message.c
    earlier = or_(
        mail.priority < row.priority,
        and_(mail.priority == row.priority, mail.not_before < row.not_before),
        and_(
            mail.priority == row.priority,
            mail.not_before == row.not_before,
            mail.id < row.id,
        ),
    )
    due = select(func.count()).where(mail.status == "queued", mail.not_before <= work.now)
    return int(await work.connection.scalar(due.where(earlier)) or 0)


def _delay(row: Any) -> str:
    """Return why a mail may not go before its time."""
    if row.attempts:
        return "waits_for_retry"
    return "waits_to_collect" if row.kind == ASKED_MAIL else "waits_for_undo"
