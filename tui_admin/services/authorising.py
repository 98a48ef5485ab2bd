"""What people may do with a product, for one organisation: all of it, or a set of its services."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tui_admin.domain.errors import Denied, NotFound, because
from tui_admin.domain.lifecycle import APPROVED, COMPLETED, WAITING
from tui_admin.domain.outcomes import Outcome, Picks, Row
from tui_admin.services.chunks import chunks
from tui_admin.services.planning import find_authorisations, find_organisation
from tui_admin.services.trail import Subject
from tui_admin.services.undone import current, noted
from tui_admin.services.users import Users
from tui_admin.services.work import Service, Work, reads, writes
from tui_admin.store.schema.columns import lower
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.products import authorisation_set, product

if TYPE_CHECKING:
    from collections.abc import Sequence

NEEDS, ACTION = "can_manage_members", "registration.authorise"
HAVING = (WAITING, APPROVED, COMPLETED)
"""What a registration is that gives a product, or is about to."""


class Authorising(Service):
    """Authorisation sets; picks are of users."""

    @reads(NEEDS)
    async def sets(self, work: Work) -> tuple[tuple[str, str], ...]:
        """Return each product's code with the name of each of its sets."""
        asked = select(product.c.code, authorisation_set.c.name).select_from(
            authorisation_set.join(product)
        )
        rows = await work.rows(asked.order_by(product.c.id, authorisation_set.c.id))
        return tuple((row.code, row.name) for row in rows)

    @writes(NEEDS)
    async def give(
        self, work: Work, picks: Picks, organisation: str, product_code: str, name: str = ""
    ) -> Outcome:
        """Give people a set of a product's services for an organisation, or all with no name.

        Those who have not registered for the product there are left alone. Raises `NotFound` for
        an organisation, product or set that there is not.
        """
        place = await find_organisation(work, organisation)
        if not work.rights.scope(NEEDS).covers(place.id):
            raise Denied("not_allowed_there", permission=NEEDS)
        goods = await _product(work, product_code)
        given = await find_authorisations(work, name, goods)
        people, skipped = await Users(self.context).sift(work, picks)
        theirs = await _registrations(work, people, place.id, goods.id)
        number, done = given.id if given else None, []
        for person in people:
            rows = theirs.get(person.id, [])
            others = [row for row in rows if row.authorisation_set_id != number]
            if not others:
                why = because("authorised_already" if rows else "product_not_had")
                skipped.append(Row(person.id, person.email, why))
                continue
            for row in work.for_real(others):
                await work.change(registration, [row], {"authorisation_set_id": number})
                subject = Subject("registration", row.id, person.email, row.version + 1)
                before = {"authorisation_set_id": row.authorisation_set_id}
                after = {"authorisation_set_id": number, "authorisations": name or "all"}
                work.trail.note(ACTION, subject, before, after)
            done.append(Row(person.id, person.email))
        return work.outcome(ACTION, done, skipped, undo=True)


async def _product(work: Work, code: str) -> Any:
    for row in await work.rows(select(product).where(lower(product.c.code) == code.lower())):
        return row
    raise NotFound("product_unknown", name=code)


async def _registrations(
    work: Work, people: Sequence[Any], place: int, goods: int
) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    asked = select(registration).where(
        registration.c.organisation_id == place,
        registration.c.product_id == goods,
        registration.c.status.in_(HAVING),
    )
    for some in chunks([person.id for person in people]):
        for row in await work.rows(asked.where(registration.c.user_id.in_(some))):
            found.setdefault(row.user_id, []).append(row)
    return found


async def unauthorise(work: Work, events: Sequence[Any]) -> list[Row]:
    """Give registrations back the set they had."""
    rows = await current(work, registration, events)
    scope = work.rights.scope(NEEDS)
    if not all(scope.covers(row.organisation_id) for row in rows.values()):
        raise Denied("not_allowed_there", permission=NEEDS)
    done = []
    for event in events:
        await work.change(registration, [rows[event.subject_id]], json.loads(event.before))
        done.append(noted(work, event, rows[event.subject_id].version))
    return done
