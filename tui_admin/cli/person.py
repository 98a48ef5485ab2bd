"""One user, printed for people or as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_admin.cli.output import document, labelled, sentence
from tui_admin.cli.table import Column, Table, columns
from tui_admin.domain.listings import Kind
from tui_admin.domain.lists.audit import AUDIT
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.i18n.documents import item, moment, plain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tui_admin.cli.context import Call
    from tui_admin.domain.why import Answer
    from tui_admin.services.journey import Identity
    from tui_admin.services.users import Person

_MEMBERSHIPS = (
    Column("organisation", "Organisation", Kind.TEXT, 34),
    Column("kind", "Kind"),
    Column("company_administrator", "Company administrator"),
    Column("since", "Since", Kind.TIME, priority=1),
)
_INVITATIONS = ("status", "organisation", "product", "created_at", "expires_at", "invited_by")
_REGISTRATIONS = (
    Column("id", "ID", Kind.NUMBER),
    Column("status", "Status", Kind.TEXT, 17),
    Column("product", "Product", Kind.TEXT, 18),
    Column("organisation", "Organisation", Kind.TEXT, 22),
    Column("submitted_at", "Handed in", Kind.TIME, priority=1),
    Column("reason", "Reason", Kind.TEXT, 40, priority=2),
)
_TRAIL = ("at", "operator", "action", "origin")


def print_person(call: Call, person: Person) -> None:
    """Print what is known of one user."""
    if call.as_json:
        parts = plain({name: value for name, value in person._asdict().items() if name != "row"})
        document({**item(person.row), **parts})
        return
    row = person.row
    facts = {
        "ID": row.id,
        "E-mail": row.email,
        "Username": row.username,
        "Name": row.display_name,
        "Status": f"{row.status} {person.blocked_reason and f'({person.blocked_reason})'}",
        "Role": row.role,
        "Added": moment(row.created_at),
        "Seen": moment(row.seen_at) if row.seen_at else "never",
        "May": ", ".join(sorted(person.permissions)) or "nothing on the environment",
    }
    for name, value in facts.items():
        labelled(f"{name:<10}", str(value or "-"))
    if person.identity is not None:
        _identity(person.identity)
    _part("Memberships", _MEMBERSHIPS, person.memberships)
    picked = [each for each in columns(INVITATIONS.fields) if each.name in _INVITATIONS]
    _part("Invitations", picked, person.invitations)
    _part("Registrations", _REGISTRATIONS, person.registrations)
    _part("History", [each for each in columns(AUDIT.fields) if each.name in _TRAIL], person.trail)


def print_answer(call: Call, answer: Answer) -> None:
    """Print whether somebody may do something, and for which reasons."""
    if call.as_json:
        reasons = [{"reason": each.id, "detail": sentence(each)} for each in answer.reasons]
        document({"can": answer.can, "reasons": reasons})
        return
    click.echo("yes" if answer.can else "no")
    for each in answer.reasons:
        labelled("  - ", sentence(each))


def _identity(known: Identity) -> None:
    name = f"{known.given_names} {known.family_name}".strip()
    labelled(f"{'Person':<10}", f"{name or '-'} ({known.status})")
    labelled(f"{'Born':<10}", known.date_of_birth or "-")
    labelled(f"{'Phone':<10}", known.phone or "-")


def _part(heading: str, shown: Sequence[Column], rows: Sequence[Any]) -> None:
    if rows:
        click.echo(f"\n{heading}")
        Table(shown).add(rows)
