"""The numbered screens: which there are, where each is, and who may see it.

A screen is imported when it is first opened, and never by another screen.
"""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A screen with a key of its own, mostly a number.

    `module` and `screen` say where its class is, `needs` who may open it.
    """

    number: str
    name: str
    module: str
    screen: str
    needs: str = ""


PLACES = (
    Place("1", "Users", "users", "UsersScreen"),
    Place("2", "Invitations", "invitations", "InvitationsScreen"),
    Place("B,shift+b", "Batches", "batches", "BatchesScreen"),
    Place("3", "Approvals", "approvals", "ApprovalsScreen", "can_approve"),
    Place("4", "Roles", "roles", "RolesScreen", "can_view"),
    Place("5", "Organisations", "organisations", "OrganisationsScreen"),
    Place("7", "Mail", "mail", "MailScreen", "can_manage_mail"),
    Place("8", "Audit", "audit", "AuditScreen", "can_view_audit"),
    Place("9", "Overview", "overview", "OverviewScreen"),
)
