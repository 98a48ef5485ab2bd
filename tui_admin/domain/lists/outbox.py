"""The list of mails in the outbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.lifecycle import MESSAGE_STATUSES
from tui_admin.domain.listings import Field, Kind, Listing, Sort

if TYPE_CHECKING:
    from datetime import datetime

MESSAGES = Listing(
    "messages",
    "mail",
    "mails",
    (
        Field("to", "To", Kind.EMAIL, 34, 0, sorts=True),
        Field("status", "Status", Kind.CHOICE, 10, 0, True, "status", MESSAGE_STATUSES),
        Field("subject", "Subject", Kind.TEXT, 40, 2),
        Field("kind", "Kind", Kind.TEXT, 12, 4, word="kind"),
        Field("created_at", "Queued", Kind.TIME, 9, 1, True, "age"),
        Field("attempts", "Tries", Kind.NUMBER, 5, 5, sorts=True),
        Field("last_error", "Why", Kind.TEXT, 30, 3),
    ),
    Sort("created_at", descending=True),
)


class MessageRow(NamedTuple):
    """A mail in the outbox."""

    id: int
    version: int
    to: str
    subject: str
    kind: str
    status: str
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    sent_at: datetime | None
    last_error: str
    message_id: str
