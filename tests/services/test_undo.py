"""Taking back: never over what came after, and never past a rule that the act itself keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tui_admin.domain.errors import Denied, Refused
from tui_admin.domain.outcomes import Picks, Undo
from tui_admin.domain.permissions import ALL
from tui_admin.domain.query import Query
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.outcomes import Outcome


def way_back(outcome: Outcome) -> Undo:
    assert outcome.undo is not None
    return outcome.undo


async def administrators(company: Company) -> set[str]:
    named = schema.user.join(schema.role)
    found = await company.execute(
        select(schema.user.c.username)
        .select_from(named)
        .where(schema.role.c.name == "Administrator", schema.user.c.status == "active")
    )
    return {row.username for row in found}


async def test_taking_back_an_unblocking_leaves_an_administrator(company: Company) -> None:
    await company.add_role("Super", *ALL)
    other, third = await company.add("admin", "Administrator"), await company.add("sue", "Super")
    await company.desk.users.block(await company.pick("admin"))
    freed = await third.users.unblock(await company.pick("admin"))
    await other.users.set_role(await company.pick("founder"), "Basic user")
    with pytest.raises(Refused, match="last_administrator"):
        await third.undo(way_back(freed))
    assert await administrators(company) == {"admin"}


async def test_taking_back_a_role_leaves_an_administrator(company: Company) -> None:
    await company.add_role("Super", *ALL)
    await company.add("bas")
    third = await company.add("sue", "Super")
    given = await third.users.set_role(await company.pick("bas"), "Administrator")
    bas = await company.desk_of("bas")
    await bas.users.set_role(await company.pick("founder"), "Basic user")
    with pytest.raises(Refused, match="last_administrator"):
        await third.undo(way_back(given))
    assert await administrators(company) == {"bas"}


async def test_a_revoked_invitation_does_not_come_back_beside_a_newer_one(
    company: Company,
) -> None:
    await company.invite("piet@x.example")
    await company.mails_have_gone()
    revoked = await company.desk.invitations.revoke(Picks.of(1))
    await company.invite("piet@x.example")
    with pytest.raises(Refused, match="undo_went_further"):
        await company.desk.undo(way_back(revoked))
    assert [each.status for each in await company.invitations()] == ["queued", "revoked"]


async def test_a_resend_of_an_overdue_invitation_can_be_taken_back(company: Company) -> None:
    await company.invite("piet@x.example")
    await company.mails_have_gone()
    company.clock.move(days=30)
    resent = await company.desk.invitations.resend(Picks.of(1))
    assert len(resent.done) == 1
    await company.desk.undo(way_back(resent))
    assert [each.status for each in await company.invitations()] == ["expired"]


async def test_only_who_did_it_takes_it_back_and_only_once(company: Company) -> None:
    other = await company.add("admin", "Administrator")
    await company.add("marie")
    blocked = way_back(await company.desk.users.block(await company.pick("marie")))
    with pytest.raises(Denied, match="undo_of_another"):
        await other.undo(blocked)
    await company.desk.undo(blocked)
    with pytest.raises(Refused, match="undo_went_further"):
        await company.desk.undo(blocked)


async def test_who_lost_the_right_takes_nothing_back(company: Company) -> None:
    other = await company.add("admin", "Administrator")
    await company.add("marie")
    blocked = way_back(await other.users.block(await company.pick("marie")))
    await company.desk.users.set_role(await company.pick("admin"), "Basic user")
    with pytest.raises(Denied, match="not_allowed"):
        await other.undo(blocked)


@pytest.mark.parametrize("events", [(), (999,), (1,), (10**30,)])
async def test_what_is_no_act_of_ours_is_not_taken_back(
    company: Company, events: tuple[int, ...]
) -> None:
    with pytest.raises(Refused, match="undo_impossible"):
        await company.desk.undo(Undo(events))


# Acts on very many


async def test_acts_on_more_rows_than_one_statement_can_name(company: Company) -> None:
    many, role = 33_000, 1
    for start in range(0, many, 3_000):
        rows = [
            {
                "email": f"p{number}@x.example",
                "email_key": f"p{number}@x.example",
                "username": f"p{number}",
                "search": "crowd",
                "status": "active",
                "role_id": role,
                "created_at": company.clock(),
            }
            for number in range(start, start + 3_000)
        ]
        await company.execute_many(schema.user.insert(), rows)
    query = Query(("crowd",))
    seen = await company.desk.users.preview(query)
    assert seen.number == many
    outcome = await company.desk.users.set_role(Picks.matching(query, seen), "Advanced user")
    assert len(outcome.done) == many
    undone = await company.desk.undo(way_back(outcome))
    assert len(undone.done) == many


async def test_a_preview_tells_other_people_from_as_many(company: Company) -> None:
    for number in range(4):
        await company.add(f"p{number}")
    query = Query(("seen",))

    async def mark(*usernames: str) -> object:
        for number in range(4):
            word = "seen" if f"p{number}" in usernames else ""
            await company.set_user(f"p{number}", search=word)
        return await company.desk.users.preview(query)

    assert await mark("p0", "p3") != await mark("p1", "p2")
    assert await mark("p0", "p1") == await mark("p1", "p0")
