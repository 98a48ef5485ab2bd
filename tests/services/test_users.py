"""Accounts: who sees whom, adding, blocking, roles, and taking that back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.support.company import ACME
from tests.support.post import next_claim
from tui_admin.domain.errors import Denied, NotFound, Refused, Stale
from tui_admin.domain.listings import Ask
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.outcomes import Pick, Picks
from tui_admin.domain.query import EVERYTHING, Query, Term
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company


async def test_a_new_user_is_active_with_the_basic_role(company: Company) -> None:
    await company.desk.users.add("Marie@Acme.example", name="Marie Curie")
    marie = await company.user("marie")
    assert (marie.email, marie.display_name, marie.status, marie.role) == (
        "Marie@Acme.example",
        "Marie Curie",
        "active",
        "Basic user",
    )


@pytest.mark.parametrize(
    ("email", "username", "refused"),
    [
        ("FOUNDER@acme.example", "", "email_taken"),
        ("new@acme.example", "founder", "username_taken"),
        ("new@acme.example", "Not A Name", "username_form"),
        ("nonsense", "", "address_no_at"),
    ],
)
async def test_an_account_that_cannot_be_is_refused_with_why(
    small: Company, email: str, username: str, refused: str
) -> None:
    with pytest.raises(Refused, match=refused):
        await small.desk.users.add(email, username=username)
    told = (await small.desk.users.available(email, username)).refusal
    assert told is not None
    assert told.id == refused


async def test_a_free_address_is_told_with_the_username_it_would_have(small: Company) -> None:
    await small.add("jan")
    found = await small.desk.users.available("jan@other.example")
    assert (found.refusal, found.username) == (None, "jan-2")
    found = await small.desk.users.available("jan@other.example", "founder")
    assert found.email is None
    assert found.username_refusal is not None


async def test_whoever_is_added_is_mailed_a_link_once_it_can_no_longer_be_taken_back(
    small: Company,
) -> None:
    added = await small.desk.users.add("marie@acme.example")
    mail = (await small.mails())[0]
    assert (mail.to, mail.kind, mail.status) == ("marie@acme.example", "set_password", "queued")
    assert await next_claim(small) is None
    assert added.undo is not None
    await small.desk.undo(added.undo)
    assert [row.username for row in await small.users()] == ["founder"]
    assert [each.status for each in await small.mails()] == ["cancelled"]
    await small.mails_have_gone()
    assert [each.status for each in await small.mails()] == ["cancelled"]


async def test_an_invited_person_can_be_found_by_any_part_of_their_name(company: Company) -> None:
    await company.invite("Łukasz Müller <l.muller@x.example>")
    for word in ("muller", "ukasz", "x.exam", "l.mul"):
        assert [u.display_name for u in await company.users(word)] == ["Łukasz Müller"]
    assert await company.users("100%") == []


async def test_blocking_stops_an_account_and_unblocking_gives_back_what_it_was(
    company: Company,
) -> None:
    await company.add("marie")
    await company.invite("piet@x.example")
    done = await company.desk.users.block(await company.pick("marie", "piet"), "left")
    assert {row.label for row in done.done} == {"piet@x.example", "marie@acme.example"}
    assert (await company.desk.users.show("marie")).blocked_reason == "left"
    await company.desk.users.unblock(await company.pick("marie", "piet"))
    assert (await company.user("marie")).status == "active"
    assert (await company.user("piet")).status == "invited"


async def test_rows_that_cannot_be_blocked_are_left_alone_with_their_reasons(
    company: Company,
) -> None:
    await company.add("marie")
    await company.desk.users.block(await company.pick("marie"))
    outcome = await company.desk.users.block(await company.pick("founder", "marie"))
    assert outcome.done == ()
    assert {row.label: row.reason.id for row in outcome.skipped if row.reason} == {
        "founder@acme.example": "not_yourself",
        "marie@acme.example": "blocked_already",
    }
    assert outcome.exit_code == 1


async def test_the_last_administrator_stays(company: Company) -> None:
    other = await company.add("admin", "Administrator")
    founder = await company.pick("founder")
    assert (await other.users.block(founder, even_last=True)).done
    myself = Picks.of((await other.users.show("admin")).row.id)
    outcome = await other.users.set_role(myself, "Basic user")
    assert [row.reason.id for row in outcome.skipped if row.reason] == ["last_administrator"]


async def test_two_administrators_demoting_each_other_at_once_leave_one(company: Company) -> None:
    other = await company.add("admin", "Administrator")
    mine, theirs = await company.pick("admin"), await company.pick("founder")
    await asyncio.gather(
        company.desk.users.set_role(mine, "Basic user"),
        other.users.set_role(theirs, "Basic user"),
        return_exceptions=True,
    )
    found = await company.execute(
        select(schema.role.c.name).select_from(schema.user.join(schema.role))
    )
    assert sorted(row.name for row in found) == ["Administrator", "Basic user"]


async def test_whoever_comes_second_is_told_who_was_first(company: Company) -> None:
    other = await company.add("admin", "Administrator")
    await company.add("marie")
    as_seen = await company.pick("marie")
    await other.users.set_role(as_seen, "Advanced user")
    outcome = await company.desk.users.block(as_seen)
    assert outcome.done == ()
    reason = outcome.skipped[0].reason
    assert reason is not None
    assert reason.id == "changed_by"
    assert reason.values == {"who": "admin", "action": "user.role"}
    assert (await company.user("marie")).status == "active"


async def test_an_act_on_all_that_match_is_refused_when_others_match_by_then(
    company: Company,
) -> None:
    await company.add("marie")
    query = Query(("acme",))
    seen = await company.desk.users.preview(query)
    await company.add("mario")
    with pytest.raises(Stale, match="picks_changed"):
        await company.desk.users.block(Picks.matching(query, seen))


async def test_a_role_can_be_given_to_all_that_match(company: Company) -> None:
    for name in ("marie", "mario", "piet"):
        await company.add(name)
    query = Query(("mari",))
    outcome = await company.desk.users.set_role(
        Picks.matching(query, await company.desk.users.preview(query)), "Advanced user"
    )
    assert len(outcome.done) == 2
    assert (await company.user("piet")).role == "Basic user"


async def test_a_role_works_at_the_next_act_without_a_new_sign_in(company: Company) -> None:
    desk = await company.add("bas")
    with pytest.raises(Denied):
        await desk.users.add("new@acme.example")
    await company.desk.users.set_role(await company.pick("bas"), "Administrator")
    assert (await desk.users.add("new@acme.example")).done


async def test_nobody_gives_a_role_that_allows_more_than_they_may(company: Company) -> None:
    await company.add_role("Changer", "can_view", "can_change_role")
    desk = await company.add("chris", "Changer")
    await company.add("marie")
    outcome = await desk.users.set_role(await company.pick("marie", "chris"), "Administrator")
    assert {row.reason.id for row in outcome.skipped if row.reason} == {"above_ceiling"}
    assert (await desk.users.set_role(await company.pick("chris"), "Basic user")).done


async def test_block_and_role_can_be_taken_back(company: Company) -> None:
    await company.add("marie")
    blocked = await company.desk.users.block(await company.pick("marie"), "by mistake")
    assert blocked.undo is not None
    await company.desk.undo(blocked.undo)
    marie = await company.desk.users.show("marie")
    assert (marie.row.status, marie.blocked_reason) == ("active", "")
    given = await company.desk.users.set_role(await company.pick("marie"), "Advanced user")
    assert given.undo is not None
    await company.desk.undo(given.undo)
    assert (await company.user("marie")).role == "Basic user"


async def test_an_act_is_not_taken_back_over_what_came_after(company: Company) -> None:
    await company.add("marie")
    blocked = await company.desk.users.block(await company.pick("marie"))
    await company.desk.users.unblock(await company.pick("marie"))
    assert blocked.undo is not None
    with pytest.raises(Stale, match="undo_went_further"):
        await company.desk.undo(blocked.undo)


async def test_somebody_who_was_prepared_stays_when_the_invitation_is_revoked(
    company: Company,
) -> None:
    await company.invite("piet@x.example kees@x.example")
    await company.desk.users.set_role(await company.pick("piet"), "Advanced user")
    await company.desk.invitations.revoke(Picks.of(1, 2))
    assert [u.username for u in await company.users("x.example")] == ["piet"]


async def test_without_the_right_to_view_one_sees_oneself_only(company: Company) -> None:
    desk = await company.add("bas")
    page = await desk.users.page(Ask(EVERYTHING, USERS.sort))
    assert [row.username for row in page.rows] == ["bas"]
    assert await desk.users.tabs() == {"": 1, "active": 1}
    with pytest.raises(NotFound):
        await desk.users.show("founder")


async def test_company_administrators_see_their_own_people_only(company: Company) -> None:
    await company.add_organisation("Other BV")
    carla = await company.company_administrator("carla")
    await company.company_administrator("otto", "Other BV")
    await company.invite("piet@x.example", organisation=ACME)
    await company.invite("kees@x.example", organisation="Other BV")
    page = await carla.users.page(Ask(EVERYTHING, USERS.sort))
    assert [row.username for row in page.rows] == ["piet", "carla", "founder"]
    assert await carla.invitations.tabs() == {"": 1, "queued": 1}
    with pytest.raises(NotFound):
        await carla.users.show("otto")


async def test_members_of_an_organisation_are_found_by_its_name(company: Company) -> None:
    await company.company_administrator("carla")
    await company.add("bas")
    query = Query(terms=(Term("organisations", ":", "acme"),))
    page = await company.desk.users.page(Ask(query, USERS.sort))
    assert [row.username for row in page.rows] == ["carla", "founder"]


async def test_what_is_not_there_is_told_row_by_row(company: Company) -> None:
    outcome = await company.desk.users.block(Picks((Pick(999),)))
    assert [row.reason.id for row in outcome.skipped if row.reason] == ["not_there"]
