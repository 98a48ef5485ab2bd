"""The list of registrations that wait for approval."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.listings import Field, Kind, Listing, Sort
from tui_admin.domain.lists.words import ORG

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.errors import Reason

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
)


class ApprovalRow(NamedTuple):
    """A registration in the approval queue; `warnings` are what to look at before deciding.

    `due_at` is until when a decision was promised, None where nothing is.
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
