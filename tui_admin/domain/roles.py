"""Making and changing roles: what an edit comes to, and what must not be (DESIGN.md §2, rule 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.errors import NotFound, because
from tui_admin.domain.permissions import ALL
from tui_admin.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.permissions import Rights

NAME_LENGTH, DESCRIPTION_LENGTH = 60, 200
"""Characters."""


class RoleRow(NamedTuple):
    """A role, what it allows, and how many accounts have it."""

    id: int
    version: int
    name: str
    builtin: bool
    description: str
    permissions: frozenset[str]
    users: int


class Edit(NamedTuple):
    """What somebody wants a role to become; what is None stays as it is.

    `version` is the number of the role that they saw: with another one the edit is refused, and
    None takes the role as it is now (for the command line). `grant` and `withdraw` are permissions.
    """

    role: int
    version: int | None = None
    grant: frozenset[str] = frozenset()
    withdraw: frozenset[str] = frozenset()
    name: str | None = None
    description: str | None = None

    def applied(self, before: RoleRow) -> RoleRow:
        """Return the role as it would be; raises `Refused` for a name that cannot be one."""
        name = before.name if self.name is None else role_name(self.name)
        described = self.description
        return before._replace(
            name=name,
            description=before.description if described is None else role_description(described),
            permissions=(before.permissions | self.grant) - self.withdraw,
        )


class Effect(NamedTuple):
    """What an edit does to those who have the role: what they gain and lose, in their order.

    `people` are how many they are, `names` the first of them.
    """

    role: str
    gained: frozenset[str]
    lost: frozenset[str]
    people: int
    names: tuple[str, ...]


class Difference(NamedTuple):
    """One field of a role that is no longer what an editor saw: what it was, and is."""

    field: str
    before: str
    now: str


def role_name(text: str) -> str:
    """Return a role's name as it is stored; raises `Refused`."""
    return one_line(text, field="name", limit=NAME_LENGTH, required=True)


def role_description(text: str) -> str:
    """Return what a role is for, as it is stored; raises `Refused`."""
    return one_line(text, field="description", limit=DESCRIPTION_LENGTH)


def known(permissions: Iterable[str]) -> frozenset[str]:
    """Return the permissions; raises `NotFound` for one that there is not."""
    wanted = frozenset(permissions)
    for each in sorted(wanted - ALL):
        raise NotFound("permission_unknown", permission=each)
    return wanted


def why_not_edit(rights: Rights, before: RoleRow, after: RoleRow) -> Reason | None:
    """Return why a role cannot become another; None where it can.

    Nobody puts into a role what they may not do themselves, and the built-in roles mean the same
    everywhere.
    """
    if before.builtin:
        return because("role_builtin", role=before.name)
    if after._replace(version=before.version) == before:
        return because("role_unchanged", role=before.name)
    beyond = rights.beyond(after.permissions - before.permissions)
    if beyond:
        return because("role_beyond", role=after.name, permissions=", ".join(sorted(beyond)))
    return None


def differences(seen: RoleRow, now: RoleRow) -> tuple[Difference, ...]:
    """Return what changed since a role was seen, field by field."""
    found = [
        Difference(field, getattr(seen, field), getattr(now, field))
        for field in ("name", "description")
        if getattr(seen, field) != getattr(now, field)
    ]
    for each in sorted(seen.permissions ^ now.permissions):
        had = each in seen.permissions
        found.append(Difference(each, "yes" if had else "no", "no" if had else "yes"))
    return tuple(found)
