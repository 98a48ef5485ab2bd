"""Who changed a record since somebody saw it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tui_admin.domain.errors import because
from tui_admin.store.schema.audit import audit_event

if TYPE_CHECKING:
    from tui_admin.domain.errors import Reason
    from tui_admin.services.work import Work


async def who_changed(work: Work, kind: str, number: int) -> Reason:
    """Return who changed a record last and how, as the reason to leave it alone."""
    last = await work.rows(
        select(audit_event.c.operator, audit_event.c.action)
        .where(audit_event.c.subject_kind == kind, audit_event.c.subject_id == number)
        .order_by(audit_event.c.id.desc())
        .limit(1)
    )
    if not last:
        return because("moved_on")
    return because("changed_by", who=last[0].operator, action=last[0].action)
