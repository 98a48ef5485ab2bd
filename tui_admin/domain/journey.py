"""How far an invitation came: the steps from the queue to the end, and where one is stuck."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from tui_admin.domain import lifecycle

if TYPE_CHECKING:
    from collections.abc import Mapping

STEPS: Final = (
    "queued",
    "sent",
    "started",
    "account",
    "verified",
    "details",
    lifecycle.WAITING,
    lifecycle.APPROVED,
    lifecycle.COMPLETED,
)
"""The way of an invitation whose address becomes a registration."""

BY_ITSELF: Final = ("failed", "expired")
"""How a way ends that nobody ended: somebody has to look at it."""

PATIENCE: Final[Mapping[str, timedelta]] = {
    "queued": timedelta(hours=1),
    "sent": timedelta(days=3),
    "started": timedelta(days=1),
    "account": timedelta(days=1),
    "verified": timedelta(days=2),
    "details": timedelta(days=2),
    lifecycle.WAITING: timedelta(days=3),
    lifecycle.APPROVED: timedelta(days=3),
}
"""How long nothing may happen at a step before an invitation counts as stuck there."""

STUCK: Final = ("any", *PATIENCE, *BY_ITSELF)
"""Where invitations can be asked for that are stuck."""


class Registered(NamedTuple):
    """How far somebody came with their registration, and when."""

    status: str
    moved_at: datetime | None
    created_at: datetime
    submitted_at: datetime | None = None
    decided_at: datetime | None = None
    completed_at: datetime | None = None

    @property
    def since(self) -> datetime:
        """Return since when it stands where it stands; older ones have no time of their own."""
        return (
            self.moved_at
            or self.completed_at
            or self.decided_at
            or self.submitted_at
            or self.created_at
        )


class Invited(NamedTuple):
    """How an invitation stands as of now; `status` knows of expiry."""

    status: str
    moved_at: datetime | None
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime

    @property
    def since(self) -> datetime:
        """Return since when it stands where it stands."""
        if self.status == "expired":
            return self.expires_at
        return self.moved_at or self.sent_at or self.created_at


class Journey(NamedTuple):
    """Where an invitation came to.

    `step` is the last one reached. `ended` says how it stopped there (failed, expired, revoked,
    undone, rejected, withdrawn), "" for one that is on its way or through. `since` is when that
    was, and `stuck` the word by which `stuck:` finds it, "" where all is well.
    """

    step: str
    ended: str
    since: datetime
    stuck: str


def journey(invited: Invited, registered: Registered | None, now: datetime) -> Journey:
    """Return where an invitation came to, and whether it is stuck there."""
    over = invited.status not in (*lifecycle.LIVE, "accepted")
    step = _registered_step(registered) if registered else _invited_step(invited)
    since, ended = invited.since, invited.status if over else ""
    if registered is not None and not over:
        since = max(since, registered.since)
        given_up = registered.status in (lifecycle.REJECTED, lifecycle.WITHDRAWN)
        ended = registered.status if given_up else ""
    return Journey(step, ended, since, stuck_at(step, ended, since, now))


def stuck_at(step: str, ended: str, since: datetime, now: datetime) -> str:
    """Return where an invitation is stuck: it stopped by itself, or nothing happened for too long.

    What somebody ended is not stuck, nor what is through.
    """
    if ended:
        return ended if ended in BY_ITSELF else ""
    patience = PATIENCE.get(step)
    return step if patience is not None and now - since >= patience else ""


def _invited_step(invited: Invited) -> str:
    if invited.status == "accepted":
        return "verified"
    never = invited.sent_at is None or invited.status in ("queued", "failed", "undone")
    return "queued" if never and invited.status != "sent" else "sent"


def _registered_step(registered: Registered) -> str:
    if registered.status in STEPS:
        return registered.status
    if registered.decided_at is not None and registered.status == lifecycle.WITHDRAWN:
        return lifecycle.APPROVED
    return lifecycle.WAITING if registered.submitted_at is not None else "details"
