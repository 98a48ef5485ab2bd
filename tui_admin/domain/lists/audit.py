"""The list of what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.listings import Field, Kind, Listing, Sort

if TYPE_CHECKING:
    from datetime import datetime

AUDIT = Listing(
    "audit",
    "event",
    "events",
    (
        Field("at", "When", Kind.TIME, 9, 0, True, "age"),
        Field("operator", "Operator", Kind.TEXT, 18, 1, word="by"),
        Field("action", "Action", Kind.TEXT, 20, 0, word="action"),
        Field("subject", "Subject", Kind.TEXT, 34, 0),
        Field("after", "After", Kind.TEXT, 30, 3),
        Field("origin", "From", Kind.TEXT, 12, 4),
    ),
    Sort("at", descending=True),
)


class AuditRow(NamedTuple):
    """One event of the log; `before` and `after` are JSON texts of the fields that changed."""

    id: int
    at: datetime
    operator: str
    action: str
    subject: str
    before: str
    after: str
    origin: str
    hash: str
