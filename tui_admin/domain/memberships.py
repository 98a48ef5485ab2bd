"""Who may come into an organisation, change there and leave it (DESIGN.md §2, rule 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import Reason, because
from tui_admin.domain.offices import MANAGER, Offices, gone, last_of
from tui_admin.domain.permissions import COMPANY_ADMINISTRATOR, Guarded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tui_admin.domain.permissions import Rights


def plan_join(people: Iterable[Any], places: Mapping[int, Any], organisation: str) -> Guarded:
    """Decide who of the people can become members; `places` are memberships by person."""
    allowed: list[Any] = []
    refused: list[tuple[Any, Reason]] = []
    for person in people:
        place = places.get(person.id)
        if place is None:
            allowed.append(person)
        else:
            why = because("member_already", organisation=organisation, kind=place.kind)
            refused.append((person, why))
    return Guarded(tuple(allowed), tuple(refused))


def plan_change(
    people: Iterable[Any],
    places: Mapping[int, Any],
    kind: str,
    offices: Offices,
    *,
    even_last: bool,
) -> Guarded:
    """Decide whose membership can become another kind."""
    allowed: list[Any] = []
    refused: list[tuple[Any, Reason]] = []
    steps_down = kind != MANAGER
    for person in people:
        place = places.get(person.id)
        if place is None:
            refused.append((person, because("no_member")))
        elif place.kind == kind:
            refused.append((person, because("is_that_already", kind=kind)))
        elif steps_down and not even_last and (why := last_of(person.id, offices)):
            refused.append((person, why))
        else:
            if steps_down:
                gone(person.id, offices)
            allowed.append(person)
    return Guarded(tuple(allowed), tuple(refused))


def plan_appoint(
    rights: Rights,
    people: Iterable[Any],
    places: Mapping[int, Any],
    organisation_id: int,
    *,
    appointed: bool,
) -> Guarded:
    """Decide who can be made company administrator of an organisation, or be it no longer.

    It is an authorisation of its own beside the membership; nobody gives what they do not have
    there themselves (rule 4).
    """
    lacking = {
        each for each in COMPANY_ADMINISTRATOR if not rights.scope(each).covers(organisation_id)
    }
    allowed: list[Any] = []
    refused: list[tuple[Any, Reason]] = []
    for person in people:
        place = places.get(person.id)
        if place is None:
            refused.append((person, because("no_member")))
        elif bool(place.company_administrator) == appointed:
            refused.append((person, because("appointed_already" if appointed else "not_appointed")))
        elif appointed and lacking:
            permissions = ", ".join(sorted(lacking))
            refused.append((person, because("appoint_beyond", permissions=permissions)))
        else:
            allowed.append(person)
    return Guarded(tuple(allowed), tuple(refused))


def plan_leave(
    people: Iterable[Any], places: Mapping[int, Any], offices: Offices, *, even_last: bool
) -> Guarded:
    """Decide who can be taken out of an organisation."""
    allowed: list[Any] = []
    refused: list[tuple[Any, Reason]] = []
    for person in people:
        if person.id not in places:
            refused.append((person, because("no_member")))
        elif not even_last and (why := last_of(person.id, offices)):
            refused.append((person, why))
        else:
            gone(person.id, offices)
            allowed.append(person)
    return Guarded(tuple(allowed), tuple(refused))
