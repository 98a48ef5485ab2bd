"""The states of people, invitations, registrations and mails, and what may follow what."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

USER_STATUSES = ("invited", "active", "blocked")
INVITATION_STATUSES = ("queued", "sent", "accepted", "revoked", "expired", "failed", "undone")
MESSAGE_STATUSES = ("queued", "sending", "sent", "unknown", "failed", "expired", "cancelled")
ORGANISATION_STATUSES = ("draft", "active", "archived")

LIVE = ("queued", "sent")
"""An invitation that can still be accepted. `expired` is computed when read."""

RESENDABLE = ("sent", "expired", "failed")
REGISTERED = (
    "verified",
    "details",
    "awaiting_approval",
    "approved",
    "completed",
)
"""A registration in one of these has its product, or is on the way to it.

Before the address is proven its invitation stands for it, and may be replaced by another.
"""

UNDECIDED, WAITING, APPROVED, COMPLETED, REJECTED, WITHDRAWN = (
    ("started", "account", "verified", "details"),
    "awaiting_approval",
    "approved",
    "completed",
    "rejected",
    "withdrawn",
)
FOLLOWS: dict[str, tuple[str, ...]] = {
    "account": ("started", "account"),
    "verified": ("started", "account"),
    "details": ("verified", "details"),
    WAITING: ("verified", "details"),
    # Without anybody's approval, where the product needs none.
    APPROVED: ("verified", "details", WAITING),
    REJECTED: (WAITING,),
    COMPLETED: (APPROVED,),
    WITHDRAWN: (*UNDECIDED, WAITING, APPROVED),
}
"""From which states a registration comes to each (DESIGN.md §1, registration)."""

RETRYABLE = ("failed", "unknown", "cancelled", "expired")
DROPPABLE = ("queued", "failed", "unknown")

INVITATION_MAIL, REVOCATION_MAIL, REMINDER_MAIL = "invitation", "revocation", "reminder"
CODE_MAIL, ACCOUNT_MAIL = "verification", "has_account"
SET_PASSWORD_MAIL, RESET_PASSWORD_MAIL = "set_password", "reset_password"
ASKED_MAIL, APPROVED_MAIL, REJECTED_MAIL = "approval_asked", "approved", "rejected"
MORE_MAIL, COMPLETED_MAIL = "more_asked", "completed"
DIGEST_MAIL, OVERDUE_MAIL = "approval_digest", "approval_overdue"
CLAIM_MAIL, AUTHORITY_MAIL = "domain_claim", "authority_asked"
URGENT, NOTICE, BULK = 1, 5, 9
"""Codes and links that somebody is waiting for, word of what was decided, and invitations."""

PRIORITY = {
    CODE_MAIL: URGENT,
    ACCOUNT_MAIL: URGENT,
    SET_PASSWORD_MAIL: URGENT,
    RESET_PASSWORD_MAIL: URGENT,
    REVOCATION_MAIL: NOTICE,
    ASKED_MAIL: NOTICE,
    DIGEST_MAIL: NOTICE,
    OVERDUE_MAIL: NOTICE,
    APPROVED_MAIL: NOTICE,
    REJECTED_MAIL: NOTICE,
    MORE_MAIL: NOTICE,
    COMPLETED_MAIL: NOTICE,
    CLAIM_MAIL: NOTICE,
    AUTHORITY_MAIL: NOTICE,
    INVITATION_MAIL: BULK,
    REMINDER_MAIL: BULK,
}
"""Which mail goes first: a lower number before a higher one. A pause holds all but `URGENT`."""

RESENT = tuple(kind for kind, priority in PRIORITY.items() if priority > URGENT)
"""Kinds that go once more, with the same Message-ID, when nobody knows whether they arrived.

A second copy of these says the same and does no harm. Codes and password links are left alone:
whoever waits for one asks for another, and the old one behind the new one would only mislead.
"""

RESEND_AFTER = timedelta(minutes=5)
"""How long a mail of which nobody knows whether it arrived rests before it goes once more."""

AGAIN = "again"
"""The phase of a mail in doubt that goes once more, unless what it says no longer holds."""

PAUSED = "mail.paused"
"""The setting that is there while the sending is paused: by whom, since when."""

REST_BEFORE_REMINDING = timedelta(days=1)
"""How long after the mail with a link nobody is reminded of it, however soon it expires."""

LEASE = timedelta(seconds=120)
"""How long a worker may be silent before others take over what it had claimed."""

HEARTBEAT_FRESH = timedelta(seconds=15)
"""How old a worker's heartbeat may be for others to stay out of its way."""

_MINUTES = (1, 5, 15, 60, 180, 360, 720, 1440)
_URGENT_SECONDS = (5, 15, 45, 120)


def invitation_status(stored: str, expires_at: datetime, now: datetime) -> str:
    """Return an invitation's status as of now: an overdue live one has expired."""
    return "expired" if stored in LIVE and expires_at <= now else stored


def back_off(attempts: int, priority: int = BULK) -> timedelta:
    """Return how long to wait after that many failed attempts, ±20 % so that crowds disperse.

    What somebody is waiting for is tried again within seconds.
    """
    steps = _URGENT_SECONDS if priority <= URGENT else [60 * each for each in _MINUTES]
    seconds = steps[min(max(attempts, 1), len(steps)) - 1]
    return timedelta(seconds=seconds * random.uniform(0.8, 1.2))  # noqa: S311


def goes_once_more(kind: str, doubts: int) -> bool:
    """Say whether a mail in doubt is sent again by itself, after that many doubtful hand-overs."""
    return doubts <= 1 and kind in RESENT
