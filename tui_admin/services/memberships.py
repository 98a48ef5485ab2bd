"""Who belongs to an organisation: added, changed and taken out, one or many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from tui_admin.domain.errors import Denied, Refused
from tui_admin.domain.memberships import plan_appoint, plan_change, plan_join, plan_leave
from tui_admin.domain.offices import KINDS
from tui_admin.domain.outcomes import Outcome, Picks, Row
from tui_admin.services.chunks import chunks
from tui_admin.services.offices import administered
from tui_admin.services.planning import find_organisation
from tui_admin.services.trail import Subject
from tui_admin.services.users import Users, refused_rows
from tui_admin.services.work import Service, Work, writes
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.organisations import membership

if TYPE_CHECKING:
    from collections.abc import Collection

    from tui_admin.domain.permissions import Guarded

NEEDS = "can_manage_members"


class Memberships(Service):
    """People in organisations; picks are of users, an organisation is a name or a number."""

    @writes(NEEDS)
    async def add(
        self, work: Work, picks: Picks, organisation: str, kind: str = "member"
    ) -> Outcome:
        """Make people members, or administrators, of an organisation."""
        place = await _place(work, organisation, kind)
        people, lost, places = await self._there(work, picks, place)
        plan = plan_join(people, places, place.name)
        for person in work.for_real(plan.allowed):
            await _join(work, person.id, place.id, kind)
        # Somebody who was given a place has been prepared, and stays in the lists.
        return await _told(
            work,
            "membership.add",
            plan,
            lost,
            place,
            places,
            {"membership": kind},
            {"leaves_at": None},
        )

    @writes(NEEDS)
    async def change(
        self, work: Work, picks: Picks, organisation: str, kind: str, even_last: bool = False
    ) -> Outcome:
        """Make members administrators, or the other way round."""
        place = await _place(work, organisation, kind)
        people, lost, places = await self._there(work, picks, place)
        offices = await administered(work, [place.id])
        plan = plan_change(people, places, kind, offices, even_last=even_last)
        if not work.rehearsal:
            theirs = [places[person.id] for person in plan.allowed]
            await work.change(membership, theirs, {"kind": kind})
        return await _told(
            work, "membership.change", plan, lost, place, places, {"membership": kind}, {}
        )

    @writes(NEEDS)
    async def remove(
        self, work: Work, picks: Picks, organisation: str, even_last: bool = False
    ) -> Outcome:
        """Take people out of an organisation: what it gave them ends at once.

        The last active administrator goes with `even_last` only.
        """
        place = await _place(work, organisation)
        people, lost, places = await self._there(work, picks, place)
        offices = await administered(work, [place.id])
        plan = plan_leave(people, places, offices, even_last=even_last)
        for some in chunks([person.id for person in work.for_real(plan.allowed)]):
            await work.connection.execute(_theirs(place.id, some))
        return await _told(
            work, "membership.remove", plan, lost, place, places, {"membership": ""}, {}
        )

    @writes(NEEDS)
    async def appoint(
        self, work: Work, picks: Picks, organisation: str, appointed: bool = True
    ) -> Outcome:
        """Make members company administrators of an organisation, or end that.

        An operator can give it who has all of it there: an environment Administrator, or a company
        administrator of that organisation.
        """
        place = await _place(work, organisation)
        people, lost, places = await self._there(work, picks, place)
        plan = plan_appoint(work.rights, people, places, place.id, appointed=appointed)
        if not work.rehearsal:
            theirs = [places[person.id] for person in plan.allowed]
            await work.change(membership, theirs, {"company_administrator": appointed})
        action = "membership.appoint" if appointed else "membership.dismiss"
        after = {"company_administrator": appointed}
        return await _told(work, action, plan, lost, place, places, after, {})

    async def _there(
        self, work: Work, picks: Picks, place: Any
    ) -> tuple[list[Any], list[Row], dict[int, Any]]:
        """Return the people picked, why not the others, and who of them is in the organisation."""
        people, lost = await Users(self.context).sift(work, picks)
        places: dict[int, Any] = {}
        for some in chunks([person.id for person in people]):
            asked = select(membership).where(
                membership.c.organisation_id == place.id, membership.c.user_id.in_(some)
            )
            places |= {row.user_id: row for row in await work.rows(asked)}
        return people, lost, places


async def _place(work: Work, name: str, kind: str = "member") -> Any:
    if kind not in KINDS:
        raise Refused("kind_unknown", kind=kind, kinds=", ".join(KINDS))
    place = await find_organisation(work, name)
    if not work.rights.scope(NEEDS).covers(place.id):
        raise Denied("not_allowed_there", permission=NEEDS)
    return place


async def _join(work: Work, user_id: int, organisation_id: int, kind: str, **more: Any) -> None:
    values = {
        "user_id": user_id,
        "organisation_id": organisation_id,
        "kind": kind,
        "created_at": work.now,
        "created_by": work.rights.operator_id,
        **more,
    }
    await work.connection.execute(membership.insert().values(values))


def _theirs(organisation_id: int, people: Collection[int]) -> Any:
    return delete(membership).where(
        membership.c.organisation_id == organisation_id, membership.c.user_id.in_(people)
    )


async def _told(
    work: Work,
    action: str,
    plan: Guarded,
    lost: list[Row],
    place: Any,
    places: dict[int, Any],
    becomes: dict[str, Any],
    values: dict[str, Any],
) -> Outcome:
    """Write down what a membership becomes; a person's version rises with their memberships."""
    if not work.rehearsal:
        await work.change(user, plan.allowed, values)
        for person in plan.allowed:
            subject = Subject("user", person.id, person.email, person.version + 1)
            before = standing(place, places.get(person.id)) | _leaving(person)
            after = {**before, **becomes}
            work.trail.note(action, subject, before, after)
    done = [Row(person.id, person.email) for person in plan.allowed]
    return work.outcome(action, done, [*refused_rows(plan), *lost], undo=True)


def standing(place: Any, row: Any) -> dict[str, Any]:
    """Return a membership (a row, or None) as the log keeps it, so that it can be given back."""
    kept = {"organisation": place.name, "organisation_id": place.id, "membership": ""}
    if row is None:
        return kept
    return kept | {
        "membership": row.kind,
        "company_administrator": bool(row.company_administrator),
        "since": row.created_at.isoformat(),
        "added_by": row.created_by,
    }


def _leaving(person: Any) -> dict[str, Any]:
    return {"leaves_at": person.leaves_at.isoformat() if person.leaves_at else None}
