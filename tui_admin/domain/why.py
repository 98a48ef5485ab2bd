"""Why somebody can, or cannot, do something: the reasons by name, not only yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.errors import Reason, because
from tui_admin.domain.permissions import COMPANY_ADMINISTRATOR

if TYPE_CHECKING:
    from collections.abc import Iterable

DOCUMENTS = "documents."


class Place(NamedTuple):
    """An organisation that somebody belongs to, and as what."""

    id: int
    name: str
    kind: str
    company_administrator: bool


class Standing(NamedTuple):
    """All that decides what somebody may do: as it is, or as it would be."""

    who: str
    status: str
    blocked_reason: str
    role: str
    permissions: frozenset[str]
    places: tuple[Place, ...] = ()


class Where(NamedTuple):
    """The organisation that is asked about."""

    id: int
    name: str


class Answer(NamedTuple):
    """Whether they can, and everything that has to do with it, the deciding first."""

    can: bool
    reasons: tuple[Reason, ...]


def why(standing: Standing, permission: str, where: Where | None = None) -> Answer:
    """Return whether somebody may do something (there, or anywhere at all), and why."""
    if standing.status != "active":
        return Answer(False, (_not_active(standing),))
    if permission.startswith(DOCUMENTS) and (reason := _no_place(standing, where)):
        return Answer(False, (reason, _by_role(standing, permission)))
    by_role = _by_role(standing, permission)
    if permission in standing.permissions:
        return Answer(True, (by_role,))
    by_office = _by_office(standing, permission, where)
    can = by_office.id == "why_office_gives"
    return Answer(can, (by_office, by_role) if can else (by_role, by_office))


def ceiling(answer: Answer, permission: str, own: frozenset[str], givers: Iterable[str]) -> Answer:
    """Add what the one who asks could do about a no: `own` are their rights everywhere.

    `givers` are the roles that allow it.
    """
    if answer.can or answer.reasons[0].id in {"why_blocked", "why_not_accepted", "why_no_place"}:
        return answer
    if permission not in own:
        reason = because("why_ceiling")
    else:
        reason = because("why_givers", roles=", ".join(sorted(givers)) or "–")
    return answer._replace(reasons=(*answer.reasons, reason))


def _not_active(standing: Standing) -> Reason:
    if standing.status == "blocked":
        return because("why_blocked", who=standing.who, reason=standing.blocked_reason or "–")
    return because("why_not_accepted", who=standing.who)


def _no_place(standing: Standing, where: Where | None) -> Reason | None:
    """Return why there are no documents without a membership, if so."""
    if where is None:
        return None if standing.places else because("why_no_place", who=standing.who)
    if any(each.id == where.id for each in standing.places):
        return None
    return because("why_no_place_there", who=standing.who, organisation=where.name)


def _by_role(standing: Standing, permission: str) -> Reason:
    gives = permission in standing.permissions
    return because(
        "why_role_gives" if gives else "why_role_lacks",
        role=standing.role,
        permission=permission,
    )


def _by_office(standing: Standing, permission: str, where: Where | None) -> Reason:
    if permission not in COMPANY_ADMINISTRATOR:
        return because("why_office_never")
    offices = [each for each in standing.places if each.company_administrator]
    there = [each for each in offices if where is None or each.id == where.id]
    if there:
        names = ", ".join(each.name for each in there)
        return because("why_office_gives", organisation=names)
    if where is None:
        return because("why_no_office", who=standing.who)
    if offices:
        names = ", ".join(each.name for each in offices)
        return because("why_office_elsewhere", organisation=where.name, offices=names)
    place = next((each for each in standing.places if each.id == where.id), None)
    if place is None:
        return because("why_no_member", who=standing.who, organisation=where.name)
    return because("why_member_only", kind=place.kind, organisation=where.name)
