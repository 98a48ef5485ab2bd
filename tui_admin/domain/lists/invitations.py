"""The list of invitations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.journey import STUCK
from tui_admin.domain.lifecycle import INVITATION_STATUSES
from tui_admin.domain.listings import Field, Kind, Listing, Sort
from tui_admin.domain.lists.words import INVITED_BY, ORG

if TYPE_CHECKING:
    from datetime import datetime

INVITATIONS = Listing(
    "invitations",
    "invitation",
    "invitations",
    (
        Field("email", "E-mail", Kind.EMAIL, 34, 0, sorts=True),
        Field("status", "Status", Kind.CHOICE, 10, 0, True, "status", INVITATION_STATUSES),
        Field("organisation", "Organisation", Kind.TEXT, 22, 2, word="org", also=ORG),
        Field("product", "Product", Kind.TEXT, 18, 4, word="product"),
        Field("created_at", "Invited", Kind.TIME, 9, 1, True, "age"),
        Field("step", "Journey", Kind.JOURNEY, 25, 3, word="stuck", choices=STUCK),
        Field("expires_at", "Expires", Kind.TIME, 9, 5, sorts=True),
        Field("invited_by", "By", Kind.TEXT, 16, 6, word="by", also=INVITED_BY),
        Field("coupon", "Coupon", Kind.TEXT, 12, 7),
        Field("role", "Role", Kind.TEXT, 14, 8),
        Field("batch", "Batch", Kind.NUMBER, 6, 9, word="batch"),
    ),
    Sort("created_at", descending=True),
)


class InvitationRow(NamedTuple):
    """An invitation in a list; `status` is as of now, `error` the mail server's last words.

    `step`, `ended`, `since` and `stuck` are those of its `Journey`.
    """

    id: int
    version: int
    email: str
    name: str
    status: str
    organisation: str
    product: str
    coupon: str
    role: str
    invited_by: str
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime
    batch: int | None
    user_id: int
    error: str
    step: str
    ended: str
    since: datetime
    stuck: str
