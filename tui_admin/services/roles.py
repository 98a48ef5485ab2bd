"""Roles: named sets of permissions that hold on the whole environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from tui_admin.domain.errors import NotFound, Refused, because
from tui_admin.domain.outcomes import Outcome, Row
from tui_admin.domain.roles import (
    Edit,
    Effect,
    RoleRow,
    known,
    role_description,
    role_name,
    why_not_edit,
)
from tui_admin.services.changed import who_changed
from tui_admin.services.people import RoleGiven, find_role, grantable
from tui_admin.services.trail import Subject
from tui_admin.services.work import Service, Work, reads, writes
from tui_admin.store.schema.accounts import role, role_permission, user
from tui_admin.store.schema.columns import lower
from tui_admin.store.schema.inviting import invitation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tui_admin.domain.errors import Reason

NAMED = 5
"""People of a role who are named before it is changed; the rest is a number."""


class Roles(Service):
    """The roles of the environment."""

    @reads("can_view")
    async def all(self, work: Work) -> tuple[RoleRow, ...]:
        """Return every role, the built-in ones first."""
        return await _roles(work)

    @reads("can_edit_roles")
    async def effects(self, work: Work, edits: tuple[Edit, ...]) -> tuple[Effect, ...]:
        """Return who would gain and lose what; raises `NotFound` for a role that is gone."""
        found = []
        for edit in edits:
            before = await role_now(work, edit.role)
            after = edit.applied(before)
            found.append(
                Effect(
                    before.name,
                    after.permissions - before.permissions,
                    before.permissions - after.permissions,
                    before.users,
                    await _names(work, before.id),
                )
            )
        return tuple(found)

    @writes("can_edit_roles")
    async def create(
        self, work: Work, name: str, like: str = "", description: str | None = None
    ) -> Outcome:
        """Make a role, with nothing in it or with what another one allows."""
        name = role_name(name)
        model = await find_role(work, like) if like else None
        permissions = model.permissions if model else frozenset()
        empty = RoleRow(0, 0, name, False, "", frozenset(), 0)
        wanted = empty._replace(
            description=role_description(description or ""), permissions=permissions
        )
        if (why := _above(work, empty, wanted)) or (why := await _taken(work, name, 0)):
            raise why.refusal
        if work.rehearsal:
            return work.outcome("role.create", [Row(0, name)])
        row = {"name": name, "description": wanted.description}
        made = await work.connection.execute(role.insert().values(row).returning(role.c.id))
        number = made.scalar_one()
        await _grant(work, number, permissions)
        work.trail.note("role.create", Subject("role", number, name, 1), {}, role_facts(wanted))
        return work.outcome("role.create", [Row(number, name)], undo=True)

    @writes("can_edit_roles")
    async def change(self, work: Work, edits: tuple[Edit, ...]) -> Outcome:
        """Rename, describe, grant and withdraw; works at the next key of those who have the role.

        A role that is no longer as it was seen is left alone. Raises `NotFound` for one that is
        gone, and for a permission that there is not.
        """
        done: list[Row] = []
        skipped: list[Row] = []
        for edit in edits:
            before = await role_now(work, edit.role)
            known(edit.grant | edit.withdraw)
            after = edit.applied(before)
            if why := await _why_not(work, edit, before, after):
                skipped.append(Row(before.id, before.name, why))
            else:
                await _write(work, before, after)
                done.append(Row(before.id, after.name))
        return work.outcome("role.change", done, skipped, undo=True)

    @writes("can_edit_roles")
    async def delete(
        self, work: Work, name: str, move_to: str, version: int | None = None
    ) -> Outcome:
        """Delete a role; whoever has it, or is invited to it, gets another, within the ceiling.

        Raises `Refused` for a built-in role, and where somebody cannot be given the other one.
        It cannot be taken back.
        """
        gone, given = await find_role(work, name), await grantable(work, move_to)
        before = await role_now(work, gone.id)
        if before.builtin:
            raise Refused("role_builtin", role=before.name)
        if version is not None and before.version != version:
            raise (await who_changed(work, "role", before.id)).refusal
        if given.id == gone.id:
            raise Refused("role_moves_to_itself")
        if not work.rehearsal:
            await _move(work, before.id, given)
            mine = role_permission.c.role_id == before.id
            await work.connection.execute(delete(role_permission).where(mine))
            await work.connection.execute(delete(role).where(role.c.id == before.id))
            subject = Subject("role", before.id, before.name, before.version + 1)
            work.trail.note("role.delete", subject, role_facts(before), {"moved_to": given.name})
        return work.outcome("role.delete", [Row(before.id, before.name)])


async def _move(work: Work, number: int, to: RoleGiven) -> None:
    """Give whoever has a role, or is invited to it, another one."""
    from tui_admin.services.users import account_facts

    mine = user.c.role_id == number
    asked = select(user, role.c.name.label("role")).join(role).where(mine)
    people = await work.rows(asked)
    await work.change(user, people, {"role_id": to.id})
    for person in people:
        subject = Subject("user", person.id, person.email, person.version + 1)
        work.trail.note("user.role", subject, account_facts(person), {"role": to.name})
    invited = invitation.c.role_id == number
    await work.connection.execute(update(invitation).where(invited).values(role_id=to.id))


async def _roles(work: Work, *conditions: Any) -> tuple[RoleRow, ...]:
    held: dict[int, set[str]] = {}
    for row in await work.rows(select(role_permission)):
        held.setdefault(row.role_id, set()).add(row.permission)
    counted = await work.rows(select(user.c.role_id, func.count()).group_by(user.c.role_id))
    having: dict[int, int] = dict(counted)
    asked = select(role).where(*conditions).order_by(role.c.builtin.desc(), role.c.id)
    return tuple(
        RoleRow(
            each.id,
            each.version,
            each.name,
            each.builtin,
            each.description,
            frozenset(held.get(each.id, ())),
            having.get(each.id, 0),
        )
        for each in await work.rows(asked)
    )


async def role_now(work: Work, number: int) -> RoleRow:
    """Return a role as it is in this transaction; raises `NotFound`."""
    for found in await _roles(work, role.c.id == number):
        return found
    raise NotFound("role_unknown", role=f"{number}")


async def _names(work: Work, number: int) -> tuple[str, ...]:
    asked = select(user.c.email).where(user.c.role_id == number).order_by(user.c.id).limit(NAMED)
    return tuple((await work.connection.execute(asked)).scalars())


async def _why_not(work: Work, edit: Edit, before: RoleRow, after: RoleRow) -> Reason | None:
    if edit.version is not None and edit.version != before.version:
        return await who_changed(work, "role", before.id)
    if after.name.lower() != before.name.lower() and (
        why := await _taken(work, after.name, before.id)
    ):
        return why
    return why_not_edit(work.rights, before, after)


def _above(work: Work, before: RoleRow, after: RoleRow) -> Reason | None:
    why = why_not_edit(work.rights, before, after)
    return why if why is not None and why.id == "role_beyond" else None


async def _taken(work: Work, name: str, number: int) -> Reason | None:
    asked = select(role.c.id).where(lower(role.c.name) == name.lower(), role.c.id != number)
    return because("role_name_taken", role=name) if await work.rows(asked) else None


async def _write(work: Work, before: RoleRow, after: RoleRow) -> None:
    if work.rehearsal:
        return
    await write_role(work, before, after)
    subject = Subject("role", before.id, after.name, before.version + 1)
    work.trail.note("role.change", subject, role_facts(before), role_facts(after))


async def write_role(work: Work, before: RoleRow, after: RoleRow) -> None:
    """Make a role what it is to be; the log is the caller's."""
    values = {"name": after.name, "description": after.description}
    await work.change(role, [before], values)
    gone = before.permissions - after.permissions
    if gone:
        theirs = role_permission.c.role_id == before.id, role_permission.c.permission.in_(gone)
        await work.connection.execute(delete(role_permission).where(*theirs))
    await _grant(work, before.id, after.permissions - before.permissions)


async def _grant(work: Work, number: int, permissions: Iterable[str]) -> None:
    rows = [{"role_id": number, "permission": each} for each in sorted(permissions)]
    if rows:
        await work.connection.execute(role_permission.insert(), rows)


def role_facts(row: RoleRow) -> dict[str, Any]:
    """Return a role as the log keeps it, so that it can be given back."""
    return {
        "name": row.name,
        "description": row.description,
        "permissions": sorted(row.permissions),
    }
