"""The list of organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.lifecycle import ORGANISATION_STATUSES
from tui_admin.domain.listings import Field, Kind, Listing, Sort

if TYPE_CHECKING:
    from datetime import datetime


ORGANISATIONS = Listing(
    "organisations",
    "organisation",
    "organisations",
    (
        Field("name", "Name", Kind.TEXT, 34, 0, sorts=True),
        Field("registration_number", "Number", Kind.TEXT, 12, 2, sorts=True),
        Field("status", "Status", Kind.CHOICE, 10, 1, True, "status", ORGANISATION_STATUSES),
        Field("members", "Members", Kind.NUMBER, 8, 3),
        Field("created_at", "Added", Kind.TIME, 9, 4, True, "age"),
    ),
    Sort("created_at", descending=True),
)


class OrganisationRow(NamedTuple):
    """An organisation in a list."""

    id: int
    version: int
    name: str
    registration_number: str
    status: str
    members: int
    created_at: datetime
