"""The list of who belongs to an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.lifecycle import USER_STATUSES
from tui_admin.domain.listings import Field, Kind, Listing, Sort
from tui_admin.domain.offices import KINDS
from tui_admin.domain.query import Query, Term

if TYPE_CHECKING:
    from datetime import datetime

PLACE = "organisation_id"
"""The field by which the list is narrowed to one organisation, as it always is."""

MEMBERS = Listing(
    "members",
    "member",
    "members",
    (
        Field("email", "E-mail", Kind.EMAIL, 32, 0, sorts=True, word="email"),
        Field("display_name", "Name", Kind.TEXT, 22, 3, sorts=True),
        Field("kind", "Place", Kind.CHOICE, 15, 1, True, "kind", KINDS),
        Field("authority", "Authority", Kind.TEXT, 13, 4),
        Field("since", "Since", Kind.TIME, 9, 2, True, "age"),
        Field("by", "By", Kind.TEXT, 14, 5),
        Field("status", "Account", Kind.CHOICE, 10, 6, False, "status", USER_STATUSES),
    ),
    Sort("display_name"),
    (Field(PLACE, "Organisation", Kind.NUMBER, word="place"),),
)


class MemberRow(NamedTuple):
    """Somebody's place in an organisation; id and version are the person's.

    `authority` is "company admin" for those who hold that authorisation there.
    """

    id: int
    version: int
    email: str
    username: str
    display_name: str
    status: str
    kind: str
    authority: str
    since: datetime
    by: str


def members_of(organisation_id: int) -> Query:
    """Return the query for the members of one organisation."""
    return Query(terms=(Term(PLACE, ":", str(organisation_id)),))
