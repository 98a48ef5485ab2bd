"""Roles: named sets of permissions that hold on the whole environment."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import func, select

from tui_admin.services.work import Service, Work, reads
from tui_admin.store.schema.accounts import role, role_permission, user


class RoleRow(NamedTuple):
    """A role, what it allows, and how many accounts have it."""

    id: int
    name: str
    builtin: bool
    description: str
    permissions: frozenset[str]
    users: int


class Roles(Service):
    """The roles of the environment."""

    @reads("can_view")
    async def all(self, work: Work) -> tuple[RoleRow, ...]:
        """Return every role, the built-in ones first."""
        held: dict[int, set[str]] = {}
        for row in await work.rows(select(role_permission)):
            held.setdefault(row.role_id, set()).add(row.permission)
        counted = await work.rows(select(user.c.role_id, func.count()).group_by(user.c.role_id))
        having: dict[int, int] = dict(counted)
        return tuple(
            RoleRow(
                each.id,
                each.name,
                each.builtin,
                each.description,
                frozenset(held.get(each.id, ())),
                having.get(each.id, 0),
            )
            for each in await work.rows(select(role).order_by(role.c.builtin.desc(), role.c.id))
        )
