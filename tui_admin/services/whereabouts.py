"""How far invitations came: asked of the store for a page at once, and as a filter.

The rule is `tui_admin.domain.journey`; what stands here says the same in SQL, and a test holds both
to each other.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, false, func, or_, select

from tui_admin.domain.journey import PATIENCE, STUCK, Invited, Journey, Registered, journey
from tui_admin.domain.lifecycle import APPROVED, COMPLETED, LIVE, WAITING, invitation_status
from tui_admin.services.chunks import chunks
from tui_admin.store.schema.audit import audit_event
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import registration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from tui_admin.domain.query import Term
    from tui_admin.services.work import Work
    from tui_admin.store.pages import Column

INVITED_SINCE = func.coalesce(invitation.c.moved_at, invitation.c.sent_at, invitation.c.created_at)
REGISTERED_SINCE = func.coalesce(
    registration.c.moved_at,
    registration.c.completed_at,
    registration.c.decided_at,
    registration.c.submitted_at,
    registration.c.created_at,
)
"""Since when it stands where it stands; what was written before times were kept has others."""


async def journeys(work: Work, rows: Iterable[Any]) -> dict[int, Journey]:
    """Return where each of these invitations came to, by its id."""
    rows = list(rows)
    found: dict[int, Registered] = {}
    for some in chunks([row.id for row in rows]):
        for each in await work.rows(_REGISTERED.where(registration.c.invitation_id.in_(some))):
            found[each.invitation_id] = Registered(*each[1:])
    return {row.id: journey(_invited(work, row), found.get(row.id), work.now) for row in rows}


_REGISTERED = select(
    registration.c.invitation_id,
    registration.c.status,
    registration.c.moved_at,
    registration.c.created_at,
    registration.c.submitted_at,
    registration.c.decided_at,
    registration.c.completed_at,
).order_by(registration.c.id)


def _invited(work: Work, row: Any) -> Invited:
    status = invitation_status(row.status, row.expires_at, work.now)
    return Invited(status, row.moved_at, row.created_at, row.sent_at, row.expires_at)


async def times_of(work: Work, row: Any) -> dict[str, datetime]:
    """Return when an invitation came to each step, as far as that is known."""
    times = {"queued": row.created_at} | ({"sent": row.sent_at} if row.sent_at else {})
    theirs = registration.c.invitation_id == row.id
    begun = select(registration).where(theirs).order_by(registration.c.id.desc()).limit(1)
    for found in await work.rows(begun):
        events = select(audit_event.c.at, audit_event.c.after).where(
            audit_event.c.subject_kind == "registration", audit_event.c.subject_id == found.id
        )
        for event in await work.rows(events.order_by(audit_event.c.id)):
            times.setdefault(json.loads(event.after).get("status", ""), event.at)
        times |= {
            step: at
            for step, at in (
                (WAITING, found.submitted_at),
                (APPROVED, found.decided_at),
                (COMPLETED, found.completed_at),
            )
            if at is not None
        }
        times.setdefault("started", found.created_at)
    return times


# What is stuck


def is_stuck(term: Term, now: datetime) -> Column:
    """Return the condition of invitations that are stuck where a filter says."""
    return or_(*(stuck_in(place, now, _led_to) for place in _places(term)))


def alone_at(term: Term, now: datetime) -> list[Column]:
    """Return the conditions of registrations that are stuck where a filter says."""
    steps = [place for place in _places(term) if place in PATIENCE]
    return [beside(place, now - PATIENCE[place]) for place in steps] or [false()]


def _places(term: Term) -> tuple[str, ...]:
    wanted = set(term.value.split(","))
    return STUCK[1:] if "any" in wanted else tuple(each for each in STUCK if each in wanted)


def _led_to(status: str, since: datetime) -> Column:
    """Return the condition of invitations whose registration stands there since before a time."""
    # Not correlated, so that few are found through the registrations and not among all invitations.
    theirs = select(registration.c.invitation_id).where(
        registration.c.status == status,
        registration.c.invitation_id.is_not(None),
        since >= REGISTERED_SINCE,
    )
    return invitation.c.id.in_(theirs)


def beside(status: str, since: datetime) -> Column:
    """Return the same condition where the registration was joined beside the invitation."""
    return and_(registration.c.status == status, since >= REGISTERED_SINCE)


def stuck_in(place: str, now: datetime, registered: Callable[[str, datetime], Column]) -> Column:
    """Return the condition of invitations that are stuck in one place."""
    status, late = invitation.c.status, invitation.c.expires_at <= now
    if place == "failed":
        return status == "failed"
    if place == "expired":
        return or_(status == "expired", and_(status.in_(LIVE), late))
    since = now - PATIENCE[place]
    waiting = [since >= INVITED_SINCE, or_(status == "accepted", ~late)]
    if place in LIVE:
        return and_(status == place, *waiting, ~_begun())
    going_on = and_(status.in_((*LIVE, "accepted")), *waiting, registered(place, since))
    if place != "verified":
        return going_on
    return or_(going_on, and_(status == "accepted", *waiting, ~_begun()))


def _begun() -> Column:
    """Return the condition of invitations that led to a registration."""
    begun = registration.alias("begun")
    return exists().where(begun.c.invitation_id == invitation.c.id)
