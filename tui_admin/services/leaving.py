"""Seeing somebody out: places, invitations and access end in one step that can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import delete, select

from tui_admin.domain.errors import because
from tui_admin.domain.lifecycle import LIVE
from tui_admin.domain.outcomes import Outcome, Picks, Row
from tui_admin.domain.permissions import Guarded, plan_leaver
from tui_admin.domain.text import one_line
from tui_admin.services.chunks import chunks
from tui_admin.services.invitation_rows import SOURCE as INVITED
from tui_admin.services.memberships import standing
from tui_admin.services.offices import offices_of
from tui_admin.services.people import active_administrators
from tui_admin.services.rejoining import restore_places
from tui_admin.services.renewing import take_silently
from tui_admin.services.trail import Subject
from tui_admin.services.undo_accounts import restore_accounts
from tui_admin.services.undone import current, noted
from tui_admin.services.uninviting import unrevoke
from tui_admin.services.users import Users, account_facts, refused_rows
from tui_admin.services.work import Service, Work, writes
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.errors import Reason

ACTION, PLACE, LINK = "user.leave", "membership.remove", "invitation.revoke"
"""The act, and what it brings along, which are acts of their own elsewhere."""


class _Place(NamedTuple):
    """The organisation of a membership."""

    id: int
    name: str


class Leaving(Service):
    """Sees people out."""

    @writes("can_block")
    async def leave(
        self, work: Work, picks: Picks, reason: str = "", even_last: bool = False
    ) -> Outcome:
        """End people's memberships and invitations, and block them: links and sessions end at once.

        Nobody is mailed. It needs the right to manage members, and to invite, wherever they belong
        or are invited; the last active administrator of an organisation goes with `even_last` only.
        """
        reason = one_line(reason, field="reason", limit=500)
        people, lost = await Users(self.context).sift(work, picks)
        places, links = await _places(work, people), await _links(work, people)
        plan = plan_leaver(
            work.rights,
            people,
            await active_administrators(work),
            await offices_of(work, people),
            even_last=even_last,
        )
        plan = _within_reach(work, plan, places, links)
        for person in work.for_real(plan.allowed):
            mine = places.get(person.id, []), links.get(person.id, [])
            await _see_out(work, person, *mine, reason)
        done = [Row(person.id, person.email) for person in plan.allowed]
        return work.outcome(ACTION, done, [*refused_rows(plan), *lost], undo=True)


async def _places(work: Work, people: Sequence[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    asked = select(membership, organisation.c.name.label("organisation")).join(organisation)
    for some in chunks([person.id for person in people]):
        for row in await work.rows(asked.where(membership.c.user_id.in_(some))):
            found.setdefault(row.user_id, []).append(row)
    return found


async def _links(work: Work, people: Sequence[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    live = INVITED.rows.where(invitation.c.status.in_(LIVE))
    for some in chunks([person.id for person in people]):
        for row in await work.rows(live.where(invitation.c.user_id.in_(some))):
            found.setdefault(row.user_id, []).append(row)
    return found


def _within_reach(
    work: Work, plan: Guarded, places: dict[int, list[Any]], links: dict[int, list[Any]]
) -> Guarded:
    """Leave those alone who belong where the operator may not end it."""
    members, inviting = work.rights.scope("can_manage_members"), work.rights.scope("can_invite")
    allowed, refused = [], list(plan.refused)
    for person in plan.allowed:
        why: Reason | None = None
        if not all(members.covers(each.organisation_id) for each in places.get(person.id, ())):
            why = because("not_allowed_there", permission="can_manage_members")
        elif not all(inviting.covers(each.organisation_id) for each in links.get(person.id, ())):
            why = because("not_allowed_there", permission="can_invite")
        if why is None:
            allowed.append(person)
        else:
            refused.append((person, why))
    return Guarded(tuple(allowed), tuple(refused))


async def _see_out(
    work: Work, person: Any, places: list[Any], links: list[Any], reason: str
) -> None:
    await take_silently(work, links)
    await work.connection.execute(delete(membership).where(membership.c.user_id == person.id))
    blocked = person.status == "blocked"
    values = {
        "status": "blocked",
        "blocked_from": person.blocked_from if blocked else person.status,
        "blocked_reason": reason or person.blocked_reason,
    }
    now = (await work.rows(select(user.c.id, user.c.version).where(user.c.id == person.id)))[0]
    await work.change(user, [person], values)
    subject = Subject("user", person.id, person.email, now.version + 1)
    leaving = {"leaves_at": person.leaves_at.isoformat() if person.leaves_at else None}
    for each in places:
        place = _Place(each.organisation_id, each.organisation)
        before = standing(place, each) | leaving
        work.trail.note(PLACE, subject, before, before | {"membership": ""})
    after = {"status": "blocked"} | ({"reason": reason} if reason else {})
    work.trail.note(ACTION, subject, account_facts(person), after)


async def welcome_back(work: Work, events: Sequence[Any]) -> list[Row]:
    """Give people back what ended when they left; refused where somebody went further."""
    left = [event for event in events if event.action == ACTION]
    places = [event for event in events if event.action == PLACE]
    links = [event for event in events if event.action == LINK]
    rows = await current(work, user, [*left, *places])
    await restore_places(work, places)
    if links:
        await unrevoke(work, links)
    await restore_accounts(work, left, rows)
    for event in places:
        noted(work, event, rows[event.subject_id].version)
    return [noted(work, event, rows[event.subject_id].version) for event in left]
