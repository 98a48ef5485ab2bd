"""Everything about one account, in sections."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.content import Content

from tui_admin.domain.permissions import ALL, BASIC, COMPANY_ADMINISTRATOR, PERMISSIONS
from tui_admin.domain.text import safe
from tui_admin.tui.details import person_deeds as deeds
from tui_admin.tui.details.candidate import IDENTITIES, born, waiting_parts
from tui_admin.tui.details.lines import Part, fact, heading, moment, section, status, trail
from tui_admin.tui.details.sections import Block
from tui_admin.tui.present import age, look

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tui_admin.domain.lists.invitations import InvitationRow
    from tui_admin.domain.lists.outbox import MessageRow
    from tui_admin.services.candidates import Candidate
    from tui_admin.services.journey import Identity, RegistrationRow
    from tui_admin.services.user_rows import MembershipRow
    from tui_admin.services.users import Person

SHOWN = 8
"""Rows of a section that are shown; the rest is a number."""


def person_sections(
    person: Person, now: datetime, candidate: Candidate | None = None
) -> tuple[Block, ...]:
    """Return what there is to know about somebody; `candidate` is what they wait for, if so."""
    waits = Content.assemble(*waiting_parts(candidate, now)) if candidate else Content("")
    found = (
        Block(_account(person, now), deeds.of_account(person)),
        Block(waits, deeds.of_waiting(candidate) if candidate else ()),
        Block(_titled("Identity", _identity(person.identity, now) if person.identity else [])),
        Block(
            _titled("Memberships", _rows(person.memberships, lambda each: _membership(each, now))),
            deeds.of_memberships(person),
        ),
        Block(_titled("Rights", _rights(person)), deeds.of_rights(person)),
        Block(
            _titled(
                "Registrations", _rows(person.registrations, lambda each: _registration(each, now))
            )
        ),
        Block(
            _titled("Invitations", _rows(person.invitations, lambda each: _invitation(each, now))),
            deeds.of_invitations(person),
        ),
        Block(
            _titled("Mails", _rows(person.mails, lambda each: _mail(each, now))),
            deeds.of_mails(person),
        ),
        Block(Content.assemble(*trail(person.trail, now))),
    )
    return tuple(each for each in found if each.text.plain.strip())


def _titled(title: str, body: list[Part]) -> Content:
    return Content.assemble(*section(title, [body] if body else []))


def _rows(rows: Sequence[Any], line: Callable[[Any], list[Part]]) -> list[Part]:
    """Return the first rows, and how many more there are."""
    parts = [part for each in rows[:SHOWN] for part in line(each)]
    if len(rows) > SHOWN:
        parts.append((f"and {len(rows) - SHOWN} more\n", "$off"))
    return parts


def _account(person: Person, now: datetime) -> Content:
    row = person.row
    return Content.assemble(
        *heading(row.display_name or row.username, row.email),
        *fact("Status", status(row.status)),
        *fact("Reason", person.blocked_reason),
        *fact("Role", row.role),
        *fact("Username", row.username),
        *fact("Added", moment(row.created_at, now)),
        *fact("Last seen", moment(row.seen_at, now) or "never"),
    )


def _membership(each: MembershipRow, now: datetime) -> list[Part]:
    kind = each.kind + (" · company administrator" if each.company_administrator else "")
    by = f" by {safe(each.by, 40)}" if each.by else ""
    return [
        f"{safe(each.organisation)}\n",
        (f"  {kind}\n", "$off"),
        (f"  since {each.since.astimezone():%Y-%m-%d}, {_ago(each.since, now)}{by}\n", "$off"),
    ]


def _rights(person: Person) -> list[Part]:
    """Return what they may do, below what gives it to them."""
    parts: list[Part] = []
    if person.permissions:
        parts.append((f"By the role {safe(person.row.role)}, everywhere\n", "$off"))
        parts += _allowed(person.permissions)
    offices = [each for each in person.memberships if each.company_administrator]
    beyond = COMPANY_ADMINISTRATOR - person.permissions
    if offices and beyond:
        names = ", ".join(safe(each.organisation) for each in offices)
        parts.append((f"As company administrator, for {names}\n", "$off"))
        parts += _allowed(beyond)
    if person.row.status != "active" and parts:
        parts.append((f"! Not now: the account is {person.row.status}\n", "$waiting"))
    return parts


def _allowed(permissions: frozenset[str]) -> list[Part]:
    """Return permissions in words, in the order the role editor has them."""
    if permissions >= ALL:
        return ["  Everything\n"]
    return [f"  {each.description}\n" for each in PERMISSIONS if each.name in permissions]


def _invitation(each: InvitationRow, now: datetime) -> list[Part]:
    what = " · ".join(filter(None, (each.organisation, each.product))) or "the environment"
    role = f", as {safe(each.role)}" if each.role not in ("", BASIC) else ""
    return [
        status(each.status),
        f"  {safe(what)}{role}\n",
        (f"  by {safe(each.invited_by)}, {moment(each.created_at, now)}\n", "$off"),
    ]


def _mail(each: MessageRow, now: datetime) -> list[Part]:
    shown = look(each.status, "messages")
    when = _ago(each.sent_at or each.created_at, now)
    return [
        (f"{shown.glyph} {each.status}", f"${shown.tone}"),
        f"  {safe(each.subject, 120)}\n",
        (f"  {when}\n", "$off"),
        (f"  {safe(each.last_error, 200)}\n" if each.last_error else "", "$bad"),
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
        (f"  may do: {safe(each.authorisations)}\n" if each.authorisations else "", "$off"),
        (f"  {way}\n", "$off"),
        (f"  “{safe(each.reason)}”\n" if each.reason else "", "$bad"),
    ]


def _ago(at: datetime, now: datetime) -> str:
    words = age(at, now)
    return words if words == "now" else f"{words} ago"
