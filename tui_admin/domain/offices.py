"""Organisations and those who administer them: the last one leaves explicitly only (rule 5)."""

from __future__ import annotations

from typing import NamedTuple

from tui_admin.domain.errors import Reason, because

MEMBER, MANAGER = "member", "administrator"
KINDS = (MEMBER, MANAGER)
LAST = "last_of_organisation"
"""The reason of those who go only where that is said explicitly."""


class Office(NamedTuple):
    """An organisation and its active administrators, who become fewer while a plan is made."""

    organisation: str
    administrators: set[int]


Offices = dict[int, Office]
"""The organisations that some people administer, by id."""


def last_of(person_id: int, offices: Offices) -> Reason | None:
    """Return the reason for which the last active administrator of an organisation stays."""
    for office in offices.values():
        if office.administrators == {person_id}:
            return because(LAST, organisation=office.organisation)
    return None


def gone(person_id: int, offices: Offices) -> None:
    """Count somebody as gone from all of them."""
    for office in offices.values():
        office.administrators.discard(person_id)
