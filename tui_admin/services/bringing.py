"""Writing people that were brought: new accounts, changed ones, and what is mailed about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from tui_admin.services.chunks import chunks
from tui_admin.services.identities import keep_identity
from tui_admin.services.password_links import welcome
from tui_admin.services.people import by_key, naming
from tui_admin.services.places import undo_until
from tui_admin.services.trail import Subject
from tui_admin.store.schema.accounts import user

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui_admin.domain.people_plan import Planned, Role
    from tui_admin.services.work import Work


async def bring(work: Work, planned: Sequence[Planned], *, mail: bool) -> None:
    """Carry out rows that are to create or to update, and queue a mail for whoever is new."""
    created = [each for each in planned if each.verdict == "create"]
    ids = await _create(work, created)
    for each in planned:
        if each.verdict == "update":
            await _update(work, each)
    if mail:
        await welcome(work, await _people(work, ids), undo_until(work))


async def _people(work: Work, ids: Sequence[int]) -> list[Any]:
    found: list[Any] = []
    for some in chunks(ids):
        found += await work.rows(select(user).where(user.c.id.in_(some)).order_by(user.c.id))
    return found


# New accounts


async def _create(work: Work, planned: Sequence[Planned]) -> list[int]:
    """Write new accounts, and those of people who had left the lists; returns their ids."""
    gone = await by_key(work, [each.wanted.key for each in planned])
    fresh = [each for each in planned if each.wanted.key not in gone]
    ids = {key: int(account.id) for key, account in gone.items()}
    if fresh:
        statement = user.insert().returning(user.c.id, user.c.email_key)
        made = await work.connection.execute(statement, [_account(work, each) for each in fresh])
        ids |= {row.email_key: row.id for row in made}
    for each in planned:
        await _created(work, each, ids[each.wanted.key], gone.get(each.wanted.key))
    return list(ids.values())


def _account(work: Work, planned: Planned) -> dict[str, Any]:
    assert planned.role is not None  # noqa: S101 - whoever is created has a role
    wanted = planned.wanted
    return {
        "email": wanted.typed,
        "email_key": wanted.key,
        "status": "active",
        "role_id": planned.role.id,
        "created_at": work.now,
        "leaves_at": None,
        **naming(wanted.key, planned.username, planned.name),
    }


async def _created(work: Work, planned: Planned, new_id: int, gone: Any) -> None:
    after = {"email": planned.wanted.typed} | {
        _COLUMNS.get(change.field, change.field): change.new
        for change in planned.changes
        if change.field not in (planned.identity or ())
    }
    if gone is not None:
        await work.change(user, [gone], _account(work, planned))
    if planned.identity is not None:
        after["identity"] = await keep_identity(work, new_id, planned.identity)
    version = 1 if gone is None else gone.version + 1
    before = {} if gone is None else {"status": gone.status}
    subject = Subject("user", new_id, planned.wanted.typed, version)
    work.trail.note("user.add", subject, before, after)


_COLUMNS = {"name": "display_name"}


# Accounts that there are


class _Part(NamedTuple):
    """What the log says of a change, before and after, and what is written."""

    before: dict[str, Any]
    after: dict[str, Any]
    values: dict[str, Any]


async def _update(work: Work, planned: Planned) -> None:
    """Change an account; the log has what it was, so that it can be taken back."""
    person = planned.person
    fields = {change.field for change in planned.changes}
    parts = []
    if fields & {"username", "name"}:
        parts.append(_renamed(planned))
    if planned.role is not None:
        parts.append(_promoted(person, planned.role))
    if planned.status:
        parts.append(_stopped(person, planned.status))
    await work.change(user, [person], _together(part.values for part in parts))
    if planned.identity is not None:
        had = "known" if _had_identity(planned) else ""
        status = await keep_identity(work, person.id, planned.identity)
        told = sorted(fields & planned.identity.keys())
        parts.append(_Part({"identity": had}, {"identity": status, "identity_fields": told}, {}))
    before = _together(part.before for part in parts)
    after = _together(part.after for part in parts)
    subject = Subject("user", person.id, person.email, person.version + 1)
    work.trail.note("user.update", subject, before, after)


def _together(parts: Iterable[dict[str, Any]]) -> dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}


def _renamed(planned: Planned) -> _Part:
    person = planned.person
    return _Part(
        {"username": person.username, "display_name": person.display_name},
        {"username": planned.username, "display_name": planned.name},
        dict(naming(person.email_key, planned.username, planned.name)),
    )


def _promoted(person: Any, role: Role) -> _Part:
    # Somebody with a role of their own has been prepared, and stays in the lists.
    leaves_at = person.leaves_at.isoformat() if person.leaves_at else None
    return _Part(
        {"role": person.role, "leaves_at": leaves_at},
        {"role": role.name},
        {"role_id": role.id, "leaves_at": None},
    )


def _stopped(person: Any, status: str) -> _Part:
    """Return what blocks an account, or lets it go on as what it was."""
    names = ("status", "blocked_from", "blocked_reason")
    blocked_from = person.status if status == "blocked" else ""
    return _Part(
        {name: getattr(person, name) for name in names},
        {"status": status},
        {"status": status, "blocked_from": blocked_from, "blocked_reason": ""},
    )


def _had_identity(planned: Planned) -> bool:
    identity = planned.identity or {}
    return any(change.old for change in planned.changes if change.field in identity)
