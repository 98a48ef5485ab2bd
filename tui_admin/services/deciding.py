"""A decision on one registration: its state, what follows from it, and word to the person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tui_admin.domain.lifecycle import APPROVED, APPROVED_MAIL, REJECTED, REJECTED_MAIL
from tui_admin.services.admitting import admit
from tui_admin.services.posting import Recipient, post
from tui_admin.services.trail import Subject
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.organisations import organisation

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.services.work import Work


async def approve(work: Work, row: Any, until: datetime, into: int | None = None) -> None:
    """Give somebody their place and role now, and word of it after the undo window.

    `into` is the organisation (an id) of those who named none.
    """
    now = await admit(work, row, into)
    await _decide(work, now, APPROVED, "")
    place = await _place(work, now.organisation_id)
    after = {"status": APPROVED, "organisation": place}
    _note(work, "registration.approve", row, now.version + 1, after)
    facts = _facts(row, place) | {"link": f"{work.policy.portal_url}/registration"}
    await _word(work, APPROVED_MAIL, row, now.version + 1, facts, until)


async def reject(work: Work, row: Any, reason: str, until: datetime) -> None:
    """Turn somebody down, and tell them why after the undo window."""
    await _decide(work, row, REJECTED, reason)
    after = {"status": REJECTED, "reason": reason}
    _note(work, "registration.reject", row, row.version + 1, after)
    place = row.organisation or row.company_name
    facts = _facts(row, place) | {"reason": reason}
    await _word(work, REJECTED_MAIL, row, row.version + 1, facts, until)


async def _decide(work: Work, row: Any, status: str, reason: str) -> None:
    values = {
        "status": status,
        "reason": reason,
        "decided_at": work.now,
        "decided_by": work.rights.operator_id,
    }
    await work.change(registration, [row], values)


async def _place(work: Work, organisation_id: int | None) -> str:
    name = select(organisation.c.name).where(organisation.c.id == organisation_id)
    return str(await work.connection.scalar(name) or "")


async def _word(
    work: Work,
    kind: str,
    row: Any,
    version: int,
    facts: dict[str, Any],
    until: datetime,
) -> None:
    to = Recipient(row.user_id, row.email, row.display_name, row.language)
    await post(work, kind, to, facts, f"{kind}-{row.id}-{version}", not_before=until)


def _note(work: Work, action: str, row: Any, version: int, after: dict[str, Any]) -> None:
    before = {"status": row.status, "organisation_id": row.organisation_id}
    work.trail.note(action, Subject("registration", row.id, row.email, version), before, after)


def _facts(row: Any, place: str) -> dict[str, Any]:
    return {
        "product": row.product_name,
        "organisation": place,
        "invitee_name": row.display_name,
    }
