"""Writing people that were brought: new accounts, changed ones, and what is mailed about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tui_admin.services.chunks import chunks
from tui_admin.services.identities import keep_identity
from tui_admin.services.password_links import welcome
from tui_admin.services.people import by_key, naming
from tui_admin.services.places import undo_until
from tui_admin.services.trail import Subject
from tui_admin.store.schema.accounts import user

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.people_plan import Planned
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


async def _update(work: Work, planned: Planned) -> None:
    """Change an account; the log has what it was, so that it can be taken back."""
    person = planned.person
    fields = {change.field for change in planned.changes}
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    values: dict[str, Any] = {}
    if fields & {"username", "name"}:
        before |= {"username": person.username, "display_name": person.display_name}
        after |= {"username": planned.username, "display_name": planned.name}
        values |= naming(person.email_key, planned.username, planned.name)
    if planned.role is not None:
        leaves_at = person.leaves_at.isoformat() if person.leaves_at else None
        before |= {"role": person.role, "leaves_at": leaves_at}
        after |= {"role": planned.role.name}
        values |= {"role_id": planned.role.id, "leaves_at": None}
    if planned.status:
        names = ("status", "blocked_from", "blocked_reason")
        before |= {name: getattr(person, name) for name in names}
        after |= {"status": planned.status}
        stopped = planned.status == "blocked"
        values |= {
            "status": planned.status,
            "blocked_from": person.status if stopped else "",
            "blocked_reason": "",
        }
    await work.change(user, [person], values)
    if planned.identity is not None:
        before["identity"] = "known" if _had_identity(planned) else ""
        after["identity"] = await keep_identity(work, person.id, planned.identity)
        after["identity_fields"] = sorted(fields & planned.identity.keys())
    subject = Subject("user", person.id, person.email, person.version + 1)
    work.trail.note("user.update", subject, before, after)


def _had_identity(planned: Planned) -> bool:
    identity = planned.identity or {}
    return any(change.old for change in planned.changes if change.field in identity)
