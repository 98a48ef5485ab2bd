"""Bringing many people at once: each row judged by itself, all that is good in one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from tui_admin.domain.addresses import judge_address
from tui_admin.domain.errors import Reason
from tui_admin.domain.outcomes import Undo
from tui_admin.domain.people_plan import DETAILS, DONE, Known, Planner, Role, differing
from tui_admin.services.admitting import PERSON
from tui_admin.services.bringing import bring
from tui_admin.services.chunks import chunks
from tui_admin.services.offices import offices_of
from tui_admin.services.people import (
    active_administrators,
    free_usernames,
    has_left,
    usernames_like,
)
from tui_admin.services.places import undo_until
from tui_admin.services.work import Service, Work, reads, writes
from tui_admin.store.schema.accounts import role, role_permission, user
from tui_admin.store.schema.joining import digital_identity
from tui_admin.store.schema.organisations import membership

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tui_admin.domain.people_plan import Planned, RowVerdict
    from tui_admin.domain.people_roster import Roster


class Imported(NamedTuple):
    """What became of a roster.

    `items` are the verdicts as they were when it was carried out. With `differing` (places in
    `items`) they were not what had been shown, and nothing was done. `undo` is None, too, where
    personal details that there were gave way to others: those are kept nowhere.
    """

    items: tuple[RowVerdict, ...]
    done: bool
    differing: tuple[int, ...] = ()
    undo: Undo | None = None

    def count(self, verdict: str) -> int:
        """Return how many rows have a verdict."""
        return sum(each.verdict == verdict for each in self.items)


class Importing(Service):
    """Adding and changing people by a roster of them."""

    @reads("can_add_user")
    async def preview(self, work: Work, roster: Roster) -> tuple[RowVerdict, ...]:
        """Return what would become of each row now."""
        return tuple(each.shown for each in await _planned(work, roster))

    @writes("can_add_user")
    async def carry_out(
        self,
        work: Work,
        roster: Roster,
        shown: Sequence[RowVerdict] | None = None,
        *,
        mail: bool = True,
    ) -> Imported:
        """Create and update what can be; the other rows are left alone, each with why.

        With `shown` nothing is done where a verdict is not what was shown. With `mail` everybody
        who is created gets a link to choose a password, once it can no longer be taken back.
        """
        planned = await _planned(work, roster)
        items = tuple(each.shown for each in planned)
        others = differing(shown, items) if shown is not None else ()
        if others or work.rehearsal:
            return Imported(items, False, others)
        await bring(work, [each for each in planned if each.verdict in DONE], mail=mail)
        return Imported(items, True, (), _way_back(work, planned, mail=mail))


def _way_back(work: Work, planned: list[Planned], *, mail: bool) -> Undo | None:
    """Return how to take it back; the events are filled in when the work is finished."""
    verdicts = {each.verdict for each in planned}
    if not verdicts & set(DONE) or any(map(_overwrites, planned)):
        return None
    return Undo((), undo_until(work) if mail and "create" in verdicts else None)


def _overwrites(planned: Planned) -> bool:
    """Say whether personal details that there were give way to others."""
    fields = {change.field for change in planned.changes if change.old}
    return bool(fields & set(DETAILS))


async def _planned(work: Work, roster: Roster) -> list[Planned]:
    people = await _people(work, roster)
    known = await _look_up(work, roster, people)
    planned = Planner(work.rights, known, work.now.date()).plan(roster)
    names = await _usernames(work, planned, people)
    return [
        each.called(names[each.wanted.key]) if each.verdict == "create" else each
        for each in planned
    ]


async def _usernames(work: Work, planned: list[Planned], people: dict[str, Any]) -> dict[str, str]:
    """Return what everybody who is created is called: as asked for, as before, or derived."""
    chosen = {each.wanted.key: each.username for each in planned if each.verdict == "create"}
    for key in chosen.keys() & people.keys():
        # Somebody who had left the lists.
        chosen[key] = chosen[key] or people[key].username
    asked = {each.username for each in planned if each.verdict in ("create", "update")}
    fresh = {key: "" for key, name in chosen.items() if not name}
    return chosen | await free_usernames(work, fresh, asked)


async def _people(work: Work, roster: Roster) -> dict[str, Any]:
    """Return the accounts of the addresses, hidden ones included."""
    addresses = [judge_address(row.email) for row in roster.rows]
    found: dict[str, Any] = {}
    for some in chunks({each.key for each in addresses if not isinstance(each, Reason)}):
        for row in await work.rows(PERSON.where(user.c.email_key.in_(some))):
            found[row.email_key] = row
    return found


async def _look_up(work: Work, roster: Roster, people: dict[str, Any]) -> Known:
    accounts = {key: row for key, row in people.items() if not has_left(row, work.now)}
    ids = [account.id for account in accounts.values()]
    names = {row.username.lower() for row in roster.rows if row.username}
    return Known(
        accounts,
        await usernames_like(work, names),
        await _identities(work, ids),
        await _roles(work),
        await _company_administrators(work, ids),
        await active_administrators(work),
        await offices_of(work, accounts.values()),
    )


async def _identities(work: Work, people: Collection[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for some in chunks(people):
        mine = select(digital_identity).where(digital_identity.c.user_id.in_(some))
        for row in await work.rows(mine):
            found[row.user_id] = {name: getattr(row, name) for name in DETAILS}
    return found


async def _roles(work: Work) -> dict[str, Role]:
    held: dict[int, set[str]] = {}
    for row in await work.rows(select(role_permission)):
        held.setdefault(row.role_id, set()).add(row.permission)
    return {
        row.name.lower(): Role(row.id, row.name, frozenset(held.get(row.id, ())))
        for row in await work.rows(select(role.c.id, role.c.name))
    }


async def _company_administrators(work: Work, people: Collection[int]) -> frozenset[int]:
    found: set[int] = set()
    for some in chunks(people):
        mine = select(membership.c.user_id).where(
            membership.c.user_id.in_(some), membership.c.company_administrator
        )
        found |= set((await work.connection.execute(mine)).scalars())
    return frozenset(found)
