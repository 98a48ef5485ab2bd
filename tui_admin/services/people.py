"""Facts about accounts that more than one service needs: roles, administrators, new rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, or_, select, update

from tui_admin.domain.errors import NotFound
from tui_admin.domain.lifecycle import LIVE
from tui_admin.domain.permissions import ADMINISTRATOR, BASIC, above_ceiling
from tui_admin.domain.text import fold
from tui_admin.domain.usernames import derive, free
from tui_admin.services.chunks import chunks
from tui_admin.store.schema.accounts import role, role_permission, user
from tui_admin.store.schema.columns import lower
from tui_admin.store.schema.organisations import membership

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Select

    from tui_admin.services.work import Work
    from tui_admin.store.pages import Column


class RoleGiven(NamedTuple):
    """A role that is being handed on."""

    id: int
    name: str
    permissions: frozenset[str]


async def find_role(work: Work, name: str) -> RoleGiven:
    """Return the role of that name or id; raises `NotFound`."""
    small = name.lower()
    wanted = or_(lower(role.c.name) == small, role.c.id == row_number(name))
    found = await work.rows(select(role.c.id, role.c.name).where(wanted))
    if not found:
        raise NotFound("role_unknown", role=name)
    # A role may be called by a number; then that is what is meant.
    given = min(found, key=lambda row: row.name.lower() != small)
    held = await work.connection.execute(
        select(role_permission.c.permission).where(role_permission.c.role_id == given.id)
    )
    return RoleGiven(given.id, given.name, frozenset(held.scalars()))


def row_number(text: str) -> int:
    """Return the id that somebody wrote; 0, which no row has, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 20 else 0


async def allowed_by_roles(work: Work, roles: Collection[int]) -> dict[int, frozenset[str]]:
    """Return what each of these roles allows."""
    held: dict[int, set[str]] = {each: set() for each in roles}
    asked = select(role_permission).where(role_permission.c.role_id.in_(roles))
    for row in await work.rows(asked):
        held[row.role_id].add(row.permission)
    return {each: frozenset(permissions) for each, permissions in held.items()}


async def grantable(work: Work, name: str) -> RoleGiven:
    """Return a role that the operator may hand on; raises `NotFound` or `Refused`."""
    given = await find_role(work, name)
    if given.name != BASIC and (beyond := work.rights.beyond(given.permissions)):
        raise above_ceiling(given.name, beyond).refusal
    return given


async def active_administrators(work: Work) -> frozenset[int]:
    """Return the ids of the active environment Administrators, one of whom has to stay.

    Within a rehearsal those whom it has done already count as gone.
    """
    found = await work.connection.execute(
        select(user.c.id)
        .select_from(user.join(role))
        .where(role.c.name == ADMINISTRATOR, user.c.status == "active")
    )
    return frozenset(found.scalars()) - work.rehearsed


def listed(now: datetime) -> Column:
    """Return the condition of those who stand in the lists (DESIGN.md §1, status)."""
    return or_(user.c.status != "invited", user.c.leaves_at.is_(None), user.c.leaves_at > now)


def has_left(account: Any, now: datetime) -> bool:
    """Say whether somebody who never accepted has left the lists."""
    left = account.status == "invited" and account.leaves_at is not None
    return left and bool(account.leaves_at <= now)


def searchable(email: str, username: str, name: str) -> str:
    """Return what free words are matched against."""
    return fold(f"{email} {username} {name}")


def naming(email: str, username: str, name: str) -> dict[str, str]:
    """Return the columns that follow from how somebody is called."""
    return {
        "username": username,
        "display_name": name,
        "name_key": fold(name or email),
        "search": searchable(email, username, name),
    }


async def by_key(work: Work, keys: Collection[str]) -> dict[str, Any]:
    """Return the accounts that have one of these identity keys, hidden ones included."""
    found: dict[str, Any] = {}
    for some in chunks(keys):
        for row in await work.rows(select(user).where(user.c.email_key.in_(some))):
            found[row.email_key] = row
    return found


async def usernames_like(work: Work, wanted: Iterable[str]) -> dict[str, str]:
    """Return the taken usernames among these and their numbered forms, each with whose it is."""
    found: dict[str, str] = {}
    for some in chunks(set(wanted)):
        for row in await work.rows(
            select(user.c.username, user.c.email_key).where(user.c.username.in_(some))
        ):
            found[row.username] = row.email_key
    return found


async def free_usernames(
    work: Work, wanted: dict[str, str], also: Iterable[str] = ()
) -> dict[str, str]:
    """Return a username for each identity key that is nobody's and differs from the others'.

    `wanted` maps keys to a username asked for, or "" for one made from the address; `also` are
    usernames that count as taken.
    """
    taken = set(also)
    chosen: dict[str, str] = {}
    stems = {key: name or derive(key) for key, name in wanted.items()}
    taken |= set(await usernames_like(work, stems.values()))
    clashing = {stem for stem in stems.values() if stem in taken}
    taken |= await _numbered(work, clashing)
    for key, stem in stems.items():
        chosen[key] = free(stem, taken)
        taken.add(chosen[key])
    return chosen


async def _numbered(work: Work, stems: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for stem in stems:
        short = stem[:26].rstrip("._-")
        like = user.c.username.startswith(short, autoescape=True)
        found |= set((await work.connection.execute(select(user.c.username).where(like))).scalars())
    return found


async def recompute_leaving(work: Work, people: Collection[int]) -> None:
    """Set when never-accepted people leave the lists: with their last live invitation, or now.

    Those whom an operator prepared (`leaves_at` is null) stay.
    """
    from tui_admin.store.schema.inviting import invitation

    last = (
        select(func.max(invitation.c.expires_at))
        .where(invitation.c.user_id == user.c.id, invitation.c.status.in_(LIVE))
        .scalar_subquery()
    )
    for some in chunks(people):
        await work.connection.execute(
            update(user)
            .where(user.c.id.in_(some), user.c.status == "invited", user.c.leaves_at.is_not(None))
            .values(leaves_at=func.coalesce(last, work.now), version=user.c.version + 1)
        )


def of_organisations(organisations: Collection[int]) -> Column:
    """Return the condition of people who belong to, or are invited to, one of these."""
    return or_(*(user.c.id.in_(each) for each in belonging(organisations)))


def belonging(organisations: Collection[int]) -> tuple[Select[Any], Select[Any]]:
    """Return the ids of those who belong to one of these organisations, or are invited to one."""
    from tui_admin.store.schema.inviting import invitation

    return (
        select(membership.c.user_id).where(membership.c.organisation_id.in_(organisations)),
        select(invitation.c.user_id).where(
            invitation.c.organisation_id.in_(organisations), invitation.c.status.in_(LIVE)
        ),
    )
