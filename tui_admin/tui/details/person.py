"""Everything about one account, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from tui_admin.domain.permissions import PERMISSIONS
from tui_admin.domain.text import safe
from tui_admin.tui.details.candidate import IDENTITIES, born, waiting_parts
from tui_admin.tui.details.lines import Part, fact, heading, moment, section, status, trail
from tui_admin.tui.present import age

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.domain.listings import InvitationRow
    from tui_admin.services.candidates import Candidate
    from tui_admin.services.journey import Identity, RegistrationRow
    from tui_admin.services.users import MembershipRow, Person


def person_details(person: Person, now: datetime, candidate: Candidate | None = None) -> Content:
    """Return what there is to know about somebody; `candidate` is what they wait for, if so."""
    row = person.row
    parts = [
        *heading(row.display_name or row.username, row.email),
        *fact("Status", status(row.status)),
        *fact("Reason", person.blocked_reason),
        *fact("Role", row.role),
        *fact("Username", row.username),
        *fact("Added", moment(row.created_at, now)),
        *fact("Last seen", moment(row.seen_at, now) or "never"),
        *(waiting_parts(candidate, now) if candidate else ()),
        *section("Identity", [_identity(person.identity, now)] if person.identity else []),
        *section("Memberships", map(_membership, person.memberships)),
        *section("Registrations", (_registration(each, now) for each in person.registrations[:8])),
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


def _identity(identity: Identity, now: datetime) -> list[Part]:
    name = f"{identity.given_names} {identity.family_name}".strip()
    return [
        *fact("Name", name),
        *fact("Born", born(identity.date_of_birth, now)),
        *fact("Phone", identity.phone),
        *fact("Details", IDENTITIES.get(identity.status, identity.status)),
    ]


def _registration(each: RegistrationRow, now: datetime) -> list[Part]:
    """Return a registration, how far it came and when."""
    what = " · ".join(filter(None, (each.product, each.organisation))) or "the environment"
    steps = (
        ("begun", each.created_at),
        ("handed in", each.submitted_at),
        ("decided", each.decided_at),
        ("completed", each.completed_at),
    )
    way = " · ".join(f"{name} {_ago(at, now)}" for name, at in steps if at is not None)
    return [
        status(each.status),
        f"  {safe(what)}\n",
        (f"  {way}\n", "$off"),
        (f"  “{safe(each.reason)}”\n" if each.reason else "", "$bad"),
    ]


def _ago(at: datetime, now: datetime) -> str:
    words = age(at, now)
    return words if words == "now" else f"{words} ago"


def _allowed(permissions: frozenset[str]) -> list[Part]:
    """Return permissions in words, in the order the role editor has them."""
    return [f"{each.description}\n" for each in PERMISSIONS if each.name in permissions]
