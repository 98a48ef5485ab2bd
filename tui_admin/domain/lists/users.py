"""The list of accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.journey import STUCK
from tui_admin.domain.lifecycle import USER_STATUSES
from tui_admin.domain.listings import Field, Kind, Listing, Sort
from tui_admin.domain.lists.words import INVITED_BY, ORG

if TYPE_CHECKING:
    from datetime import datetime

USERS = Listing(
    "users",
    "user",
    "users",
    (
        Field("email", "E-mail", Kind.EMAIL, 34, 0, sorts=True),
        Field("display_name", "Name", Kind.TEXT, 24, 2, sorts=True),
        Field("status", "Status", Kind.CHOICE, 10, 0, True, "status", USER_STATUSES),
        Field("role", "Role", Kind.TEXT, 15, 1, True, "role"),
        Field("organisations", "Organisations", Kind.TEXT, 24, 4, word="org", also=ORG),
        Field("username", "Username", Kind.TEXT, 16, 5, sorts=True),
        Field("created_at", "Added", Kind.TIME, 9, 3, True, "age", also=("added",)),
        Field("seen_at", "Seen", Kind.TIME, 9, 6, True, "seen"),
    ),
    Sort("created_at", descending=True),
    (
        Field("product", "Product", word="product"),
        Field("domain", "Domain", word="domain"),
        Field("stuck", "Stuck", Kind.CHOICE, word="stuck", choices=STUCK),
        Field("invited_by", "Invited by", word="by", also=INVITED_BY),
    ),
)


class UserRow(NamedTuple):
    """An account in a list."""

    id: int
    version: int
    email: str
    username: str
    display_name: str
    status: str
    role: str
    organisations: tuple[str, ...]
    created_at: datetime
    seen_at: datetime | None
