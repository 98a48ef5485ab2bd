"""The list of registrations that wait for approval."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.listings import Field, Kind, Listing, Sort
from tui_admin.domain.lists.words import ORG

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.errors import Reason

AWAKE, SNOOZED = "waiting", "snoozed"
"""What those in the queue are: to be decided on now, or put off until later."""

APPROVALS = Listing(
    "approvals",
    "registration",
    "registrations",
    (
        Field("email", "E-mail", Kind.EMAIL, 34, 0, sorts=True),
        Field("display_name", "Name", Kind.TEXT, 24, 1, sorts=True),
        Field("organisation", "Organisation", Kind.TEXT, 22, 2, word="org", also=ORG),
        Field("product", "Product", Kind.TEXT, 18, 3, word="product"),
        Field("submitted_at", "Waiting", Kind.TIME, 9, 0, True, "age"),
        Field("warnings", "Look at", Kind.TEXT, 20, 4),
    ),
    Sort("submitted_at"),
    (Field("status", "Status", Kind.CHOICE, word="is", choices=(AWAKE, SNOOZED)),),
)


class ApprovalRow(NamedTuple):
    """A registration in the approval queue; `warnings` are what to look at before deciding.

    `due_at` is until when a decision was promised, None where nothing is. `snoozed_until` is until
    when the queue leaves it out, None for those who wait now.
    """

    id: int
    version: int
    email: str
    display_name: str
    organisation: str
    product: str
    submitted_at: datetime
    warnings: tuple[Reason, ...]
    user_id: int
    due_at: datetime | None = None
    snoozed_until: datetime | None = None
