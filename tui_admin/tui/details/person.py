"""Everything about one account, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.permissions import PERMISSIONS
from tui_admin.domain.text import safe
from tui_admin.tui.details.lines import Part, fact, heading, moment, section, status, trail

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.listings import InvitationRow
    from tui_admin.services.users import MembershipRow, Person


def person_details(person: Person, now: datetime) -> Content:
    """Return what there is to know about somebody."""
    row = person.row
    parts = [
        *heading(row.display_name or row.username, row.email),
        *fact("Status", status(row.status)),
        *fact("Reason", person.blocked_reason),
        *fact("Role", row.role),
        *fact("Username", row.username),
        *fact("Added", moment(row.created_at, now)),
        *fact("Last seen", moment(row.seen_at, now) or "never"),
        *section("Memberships", map(_membership, person.memberships)),
        *section("Invitations", (_invitation(each, now) for each in person.invitations[:8])),
        *section("May", [_allowed(person.permissions)] if person.permissions else []),
        *trail(person.trail, now),
    ]
    return Content.assemble(*parts)


def _membership(each: MembershipRow) -> list[Part]:
    kind = each.kind + (" · company administrator" if each.company_administrator else "")
    return [f"{safe(each.organisation)}\n", (f"  {kind}\n", "$off")]


def _invitation(each: InvitationRow, now: datetime) -> list[Part]:
    what = " · ".join(filter(None, (each.organisation, each.product))) or "the environment"
    return [
        status(each.status),
        f"  {safe(what)}\n",
        (f"  by {safe(each.invited_by)}, {moment(each.created_at, now)}\n", "$off"),
    ]


def _allowed(permissions: frozenset[str]) -> list[Part]:
    """Return permissions in words, in the order the role editor has them."""
    return [f"{each.description}\n" for each in PERMISSIONS if each.name in permissions]
