"""One registration that waits for a decision, printed for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_admin.cli.output import labelled, sentence
from tui_admin.cli.table import Column, Table
from tui_admin.domain.listings import Kind
from tui_admin.i18n.documents import moment

if TYPE_CHECKING:
    from tui_admin.services.candidates import Candidate

_EARLIER = (
    Column("status", "Status", Kind.TEXT, 12),
    Column("product", "Product", Kind.TEXT, 18),
    Column("organisation", "Organisation", Kind.TEXT, 22),
    Column("at", "When", Kind.TIME, priority=1),
    Column("decided_by", "By", Kind.TEXT, 16, priority=2),
    Column("reason", "Reason", Kind.TEXT, 40, priority=3),
)


def print_candidate(candidate: Candidate) -> None:
    """Print everything to decide on, what to look at first."""
    for warning in candidate.row.warnings:
        labelled(f"{'Look at':<13}", sentence(warning))
    for name, value in _facts(candidate).items():
        labelled(f"{name:<13}", value or "-")
    if candidate.earlier:
        click.echo("\nEarlier")
        Table(_EARLIER).add(candidate.earlier)


def _facts(candidate: Candidate) -> dict[str, str]:
    row = candidate.row
    return {
        "ID": str(row.id),
        "E-mail": row.email,
        "Name": f"{candidate.given_names} {candidate.family_name}".strip() or row.display_name,
        "Born": candidate.date_of_birth,
        "Phone": candidate.phone,
        "Details": candidate.identity_status,
        "Status": candidate.status,
        "Handed in": moment(row.submitted_at),
        "Product": row.product,
        "Coupon": candidate.coupon,
        "Organisation": row.organisation,
        "Company": f"{candidate.company_name} {candidate.company_number}".strip(),
        "Known as": candidate.known_company,
        "Invited by": _invited(candidate),
        "Role": _role(candidate),
        "Member of": ", ".join(candidate.memberships),
        "Decided by": _decided(candidate),
    }


def _invited(candidate: Candidate) -> str:
    if not candidate.invited_by or candidate.invited_at is None:
        return ""
    at = moment(candidate.invited_at)
    return f"{candidate.invited_by}, as {candidate.invited_email}, {at}"


def _role(candidate: Candidate) -> str:
    promised = candidate.promised_role
    further = f" (the invitation promises {promised})" if promised else ""
    return f"{candidate.role}{further}"


def _decided(candidate: Candidate) -> str:
    at = candidate.decided_at
    return f"{candidate.decided_by} {moment(at)}".strip() if at is not None else ""
