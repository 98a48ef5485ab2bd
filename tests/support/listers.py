"""The services of a desk by the list that they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.listings import Sort
from tui_admin.domain.lists.approvals import APPROVALS
from tui_admin.domain.lists.audit import AUDIT
from tui_admin.domain.lists.batches import BATCHES
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.lists.organisations import ORGANISATIONS
from tui_admin.domain.lists.outbox import MESSAGES
from tui_admin.domain.lists.users import USERS

if TYPE_CHECKING:
    from tui_admin.domain.listings import Listing
    from tui_admin.services.facade import Desk
    from tui_admin.services.lister import Lister

MANY = 13
"""Rows of each list that tests make: several pages of any size, and soon walked."""


def lister(desk: Desk, listing: Listing) -> Lister[Any]:
    """Return the service of a list."""
    places = {
        USERS.name: desk.users,
        INVITATIONS.name: desk.invitations,
        BATCHES.name: desk.batches,
        MESSAGES.name: desk.outbox,
        ORGANISATIONS.name: desk.organisations,
        AUDIT.name: desk.audit,
        APPROVALS.name: desk.approvals,
    }
    return places[listing.name]  # type: ignore[return-value]


def orders(listing: Listing) -> list[Sort]:
    """Return every order that a list can be shown in."""
    fields = [field.name for field in listing.fields if field.sorts]
    return [Sort(field, descending) for field in fields for descending in (False, True)]
