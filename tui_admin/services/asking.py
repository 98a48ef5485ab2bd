"""Asking to become company administrator: whoever could make somebody one is mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from tui_admin.domain.errors import Refused
from tui_admin.domain.lifecycle import AUTHORITY_MAIL
from tui_admin.domain.outcomes import Outcome, Row
from tui_admin.domain.permissions import COMPANY_ADMINISTRATOR
from tui_admin.services.planning import find_organisation
from tui_admin.services.posting import Letter, Recipient, post_all
from tui_admin.services.speaking import language_of
from tui_admin.services.trail import Subject
from tui_admin.services.work import Service, Work, reads, writes
from tui_admin.store.schema.accounts import role_permission, user
from tui_admin.store.schema.organisations import membership, organisation
from tui_admin.store.schema.outbox import outbox_message

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST = 20
"""People who are mailed at most."""


class Asking(Service):
    """What a member can ask for; it takes no right."""

    @reads()
    async def places(self, work: Work) -> tuple[str, ...]:
        """Return the organisations of the operator of which they are no company administrator."""
        asked = (
            select(organisation.c.name)
            .select_from(membership.join(organisation))
            .where(membership.c.user_id == work.rights.operator_id)
            .where(~membership.c.company_administrator, organisation.c.status == "active")
            .order_by(organisation.c.name_key)
        )
        return tuple((await work.connection.execute(asked)).scalars())

    @writes()
    async def authority(self, work: Work, name: str) -> Outcome:
        """Ask to become company administrator of an organisation that one belongs to.

        Raises `Refused` where one does not belong to it, is one already, or asked today.
        """
        place = await find_organisation(work, name)
        await _check_member(work, place.id)
        people = await _could_give(work, place.id)
        me = work.context.operator
        keys = {
            person.id: f"{AUTHORITY_MAIL}-{me.id}-{place.id}-{person.id}-{work.now:%Y%m%d}"
            for person in people
        }
        sent = outbox_message.c.dedupe_key.in_(keys.values())
        if await work.rows(select(outbox_message.c.id).where(sent).limit(1)):
            raise Refused("asked_already", organisation=place.name)
        row = Row(me.id, me.email)
        if work.rehearsal:
            return work.outcome("membership.ask", [row])
        facts = {"organisation": place.name, "who": me.display_name or me.username}
        letters = [
            Letter(
                Recipient(person.id, person.email, person.display_name, language_of(work, person)),
                facts | {"email": me.email, "invitee_name": person.display_name},
                keys[person.id],
            )
            for person in people
        ]
        await post_all(work, AUTHORITY_MAIL, letters)
        after = {"organisation": place.name, "asked": [person.email for person in people]}
        work.trail.note("membership.ask", Subject("user", me.id, me.email), {}, after)
        return work.outcome("membership.ask", [row])


async def _check_member(work: Work, place: int) -> None:
    mine = select(membership.c.company_administrator).where(
        membership.c.organisation_id == place,
        membership.c.user_id == work.rights.operator_id,
    )
    found = await work.rows(mine)
    if not found:
        raise Refused("no_member")
    if found[0].company_administrator:
        raise Refused("appointed_already")


async def _could_give(work: Work, place: int) -> Sequence[Any]:
    """Return who has all of it there: by their role, or as company administrator."""
    whole = (
        select(role_permission.c.role_id)
        .where(role_permission.c.permission.in_(COMPANY_ADMINISTRATOR))
        .group_by(role_permission.c.role_id)
        .having(func.count() == len(COMPANY_ADMINISTRATOR))
    )
    theirs = select(membership.c.user_id).where(
        membership.c.organisation_id == place, membership.c.company_administrator
    )
    people = select(user.c.id, user.c.email, user.c.display_name, user.c.language).where(
        or_(user.c.role_id.in_(whole), user.c.id.in_(theirs)),
        user.c.status == "active",
        user.c.id != work.rights.operator_id,
    )
    return await work.rows(people.order_by(user.c.id).limit(MOST))
