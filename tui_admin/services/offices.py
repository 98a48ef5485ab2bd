"""Who administers which organisation, for the rule that the last one leaves explicitly only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tui_admin.domain.offices import MANAGER, Office, Offices
from tui_admin.services.chunks import chunks
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from tui_admin.services.work import Work


async def offices_of(work: Work, people: Iterable[Any]) -> Offices:
    """Return the organisations that these people (rows of `user`) administer."""
    theirs: set[int] = set()
    for some in chunks({person.id for person in people}):
        asked = select(membership.c.organisation_id).where(
            membership.c.user_id.in_(some), membership.c.kind == MANAGER
        )
        theirs |= set((await work.connection.execute(asked)).scalars())
    return await administered(work, theirs)


async def administered(work: Work, organisations: Collection[int]) -> Offices:
    """Return the active administrators of organisations, without those a rehearsal has done."""
    found: Offices = {}
    people = membership.join(organisation).join(user, membership.c.user_id == user.c.id)
    for some in chunks(organisations):
        asked = (
            select(organisation.c.id, organisation.c.name, user.c.id.label("who"))
            .select_from(people)
            .where(organisation.c.id.in_(some))
            .where(membership.c.kind == MANAGER, user.c.status == "active")
        )
        for row in await work.rows(asked):
            office = found.setdefault(row.id, Office(row.name, set()))
            if row.who not in work.rehearsed:
                office.administrators.add(row.who)
    return found
