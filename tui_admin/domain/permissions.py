"""Who may do what, where: permissions, rights, scope and ceiling (DESIGN.md §2, rules 1 to 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.domain.errors import because
from tui_admin.domain.offices import gone, last_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.offices import Offices


class Permission(NamedTuple):
    """Something a role can allow; `subject` groups it in the role editor."""

    name: str
    subject: str
    description: str


PERMISSIONS = (
    Permission("can_view", "People", "See users, invitations and organisations"),
    Permission("can_invite", "People", "Invite one address at a time"),
    Permission("can_bulk_invite", "People", "Invite more than one address at once"),
    Permission("can_add_user", "People", "Add a user without an invitation"),
    Permission("can_approve", "People", "Approve or reject registrations"),
    Permission("can_block", "People", "Block and unblock users"),
    Permission("can_register_identity", "People", "Register or complete a digital identity"),
    Permission("can_change_role", "Rights", "Give a user another role"),
    Permission("can_edit_roles", "Rights", "Make, change and delete roles"),
    Permission("can_manage_members", "Organisations", "Add, change and remove members"),
    Permission("can_edit_organisation", "Organisations", "Create, edit and archive organisations"),
    Permission("can_manage_domains", "Organisations", "Claim e-mail domains and mark shared ones"),
    Permission("can_view_invoices", "Organisations", "See invoices"),
    Permission("can_manage_mail", "System", "See the outbox, retry and cancel mails"),
    Permission("can_view_audit", "System", "See the audit log"),
    Permission("documents.view", "Applications", "View documents"),
    Permission("documents.create", "Applications", "Create documents"),
    Permission("documents.send", "Applications", "Send documents"),
    Permission("partners.manage", "Applications", "Manage partners"),
)
IN_WORDS = {each.name: each.description for each in PERMISSIONS}
ALL = frozenset(IN_WORDS)
COMPANY_ADMINISTRATOR = frozenset(
    {
        "can_view",
        "can_invite",
        "can_bulk_invite",
        "can_approve",
        "can_manage_members",
        "can_view_invoices",
    }
)
BASIC, ADVANCED, ADMINISTRATOR = "Basic user", "Advanced user", "Administrator"
BUILT_IN: dict[str, frozenset[str]] = {
    BASIC: frozenset({"documents.view"}),
    ADVANCED: frozenset({"documents.view", "documents.create", "documents.send"}),
    ADMINISTRATOR: ALL,
}


class Scope(NamedTuple):
    """Where a permission holds: on the whole environment, or on these organisations only."""

    everywhere: bool = False
    organisations: frozenset[int] = frozenset()

    def __bool__(self) -> bool:
        """Say whether it holds anywhere at all."""
        return self.everywhere or bool(self.organisations)

    def covers(self, organisation_id: int | None) -> bool:
        """Say whether it holds there; None stands for the environment itself."""
        return self.everywhere or (
            organisation_id is not None and organisation_id in self.organisations
        )


class Rights(NamedTuple):
    """What an operator may do at this moment, as read in the transaction that acts on it.

    `environment` holds everywhere (from the role); `companies` are the organisations on which the
    operator is company administrator, read only where that gives more than the role does.
    """

    operator_id: int
    username: str
    active: bool
    role_id: int
    environment: frozenset[str] = frozenset()
    companies: frozenset[int] = frozenset()

    def scope(self, permission: str) -> Scope:
        """Return where a permission holds."""
        if not self.active:
            return Scope()
        if permission in self.environment:
            return Scope(everywhere=True)
        if permission in COMPANY_ADMINISTRATOR:
            return Scope(organisations=self.companies)
        return Scope()

    def beyond(self, permissions: frozenset[str]) -> frozenset[str]:
        """Return those of the permissions that cannot be handed on (the ceiling, rule 4)."""
        return permissions - self.environment if self.active else permissions


class Guarded(NamedTuple):
    """What an act may go ahead with, and why it leaves the other rows alone."""

    allowed: tuple[Any, ...]
    refused: tuple[tuple[Any, Reason], ...]


def plan_block(
    rights: Rights,
    people: Iterable[Any],
    administrators: frozenset[int],
    offices: Offices,
    *,
    even_last: bool = False,
) -> Guarded:
    """Decide who of the people may be blocked.

    `administrators` are the active environment Administrators; at least one of them stays, and of
    each of the `offices` unless `even_last` says that this is meant (rule 5).
    """

    def spared(person: Any) -> Reason | None:
        return because("blocked_already") if person.status == "blocked" else None

    return _stopped(rights, people, administrators, offices, spared, even_last=even_last)


def plan_leaver(
    rights: Rights,
    people: Iterable[Any],
    administrators: frozenset[int],
    offices: Offices,
    *,
    even_last: bool = False,
) -> Guarded:
    """Decide who of the people can be seen out, also those who are blocked already."""

    def spared(person: Any) -> Reason | None:  # noqa: ARG001
        return None

    return _stopped(rights, people, administrators, offices, spared, even_last=even_last)


def plan_remove(
    rights: Rights,
    people: Iterable[Any],
    held: Mapping[int, frozenset[str]],
    administrators: frozenset[int],
    offices: Offices,
    *,
    even_last: bool = False,
) -> Guarded:
    """Decide who of the people may be removed for good; `held` is what each role allows.

    It cannot be taken back: so nobody removes somebody who may do what they may not themselves.
    """

    def spared(person: Any) -> Reason | None:
        beyond = rights.beyond(held.get(person.role_id, frozenset()))
        if not beyond or person.role == BASIC:
            return None
        permissions = ", ".join(sorted(beyond))
        return because("stands_above", who=person.email, permissions=permissions)

    return _stopped(rights, people, administrators, offices, spared, even_last=even_last)


def _stopped(
    rights: Rights,
    people: Iterable[Any],
    administrators: frozenset[int],
    offices: Offices,
    spared: Callable[[Any], Reason | None],
    *,
    even_last: bool,
) -> Guarded:
    """Decide who may lose all they can do: what `spared` leaves, but oneself and the last ones."""
    left = set(administrators)
    allowed: list[Any] = []
    refused: list[tuple[Any, Reason]] = []
    for person in people:
        if person.id == rights.operator_id:
            refused.append((person, because("not_yourself")))
        elif why := spared(person):
            refused.append((person, why))
        elif left == {person.id}:
            refused.append((person, because("last_administrator")))
        elif not even_last and (why := last_of(person.id, offices)):
            refused.append((person, why))
        else:
            left.discard(person.id)
            gone(person.id, offices)
            allowed.append(person)
    return Guarded(tuple(allowed), tuple(refused))


def plan_unblock(people: Iterable[Any]) -> Guarded:
    """Decide who of the people can be unblocked."""
    people = list(people)
    return Guarded(
        tuple(person for person in people if person.status == "blocked"),
        tuple((person, because("not_blocked")) for person in people if person.status != "blocked"),
    )


def plan_password_link(people: Iterable[Any]) -> Guarded:
    """Decide who of the people can be mailed a link to choose a password: active accounts."""
    people = list(people)
    return Guarded(
        tuple(person for person in people if person.status == "active"),
        tuple(
            (person, because("password_link_not_active", status=person.status))
            for person in people
            if person.status != "active"
        ),
    )


def plan_role(
    rights: Rights,
    people: Iterable[Any],
    role: tuple[int, str, frozenset[str]],
    administrators: frozenset[int],
) -> Guarded:
    """Decide who of the people may be given a role (its id, name and permissions).

    The ceiling holds for everybody (rule 4): Basic can always be given. The last active
    Administrator keeps the role.
    """
    role_id, name, permissions = role
    beyond = rights.beyond(permissions) if name != BASIC else frozenset()
    left = set(administrators)
    allowed: list[Any] = []
    refused: list[tuple[Any, Reason]] = []
    for person in people:
        if person.role_id == role_id:
            refused.append((person, because("has_role_already", role=name)))
        elif beyond:
            refused.append((person, above_ceiling(name, beyond)))
        elif name != ADMINISTRATOR and left == {person.id}:
            refused.append((person, because("last_administrator")))
        else:
            if name != ADMINISTRATOR:
                left.discard(person.id)
            allowed.append(person)
    return Guarded(tuple(allowed), tuple(refused))


def above_ceiling(role: str, beyond: frozenset[str]) -> Reason:
    """Return why a role cannot be handed on: the permissions that the operator lacks."""
    return because("above_ceiling", role=role, permissions=", ".join(sorted(beyond)))
