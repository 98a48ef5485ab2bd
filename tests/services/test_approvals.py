"""The approval queue: who is in it, what is told of them, and what a decision does."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from tests.support.applicants import (
    KVK,
    account,
    applicant,
    invited,
    members,
    organisation_id,
    pick,
    registration,
    state,
    waiting,
)
from tests.support.company import ACME
from tui_admin.domain.errors import Denied, NotFound, Refused
from tui_admin.domain.listings import Ask, Count
from tui_admin.domain.lists.approvals import APPROVALS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.query import parse
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.outcomes import Outcome


def why(outcome: Outcome) -> list[str]:
    return [row.reason.id for row in outcome.skipped if row.reason]


async def ids_of_warnings(company: Company, number: int) -> list[str]:
    row = next(each for each in await waiting(company.desk) if each.id == number)
    return [each.id for each in row.warnings]


async def mails(company: Company, kind: str) -> list[Any]:
    wanted = schema.outbox_message.c.kind == kind
    found: list[Any] = await company.execute(select(schema.outbox_message).where(wanted))
    return found


# The queue


async def test_those_who_wait_longest_come_first(company: Company) -> None:
    for name in ("zoe", "ann", "max"):
        await applicant(company, name, company_name="Nova", company_number=KVK)
        company.clock.move(hours=1)
    await applicant(company, "done", status="completed")
    rows = await waiting(company.desk)
    assert [row.email for row in rows] == [f"{name}@x.example" for name in ("zoe", "ann", "max")]
    assert rows[0].organisation == "Nova"
    assert await company.desk.approvals.waiting() == Count(3)


async def test_the_queue_is_searched_by_name_company_and_product(company: Company) -> None:
    await company.add_product("documents")
    acme = await organisation_id(company, ACME)
    await applicant(company, "ann", organisation_id=acme, product_id=1)
    await applicant(company, "bob", company_name="Nova Zembla", company_number=KVK)
    for text, expected in (
        ("ann", ["ann"]),
        ("org:acme", ["ann"]),
        ("org:zembla", ["bob"]),
        ("product:docu", ["ann"]),
        ("age<1h", ["ann", "bob"]),
        ("org:nothing", []),
    ):
        query = parse(text, APPROVALS).query
        page = await company.desk.approvals.page(Ask(query, APPROVALS.sort))
        assert [row.email.partition("@")[0] for row in page.rows] == expected, text
        assert (await company.desk.approvals.count(query)).number == len(expected), text


async def test_a_company_administrator_sees_those_of_the_own_organisation(
    company: Company,
) -> None:
    await company.add_organisation("Other BV")
    acme = await organisation_id(company, ACME)
    mine = await applicant(company, "mine", organisation_id=acme)
    other = await organisation_id(company, "Other BV")
    theirs = await applicant(company, "theirs", organisation_id=other)
    nobodys = await applicant(company, "nobodys")
    carla = await company.company_administrator("carla")
    assert [row.id for row in await waiting(carla)] == [mine]
    assert await carla.approvals.waiting() == Count(1)
    for hidden in (theirs, nobodys):
        with pytest.raises(NotFound, match="registration_unknown"):
            await carla.approvals.show(hidden)
    outcome = await carla.approvals.approve(Picks.of(theirs, nobodys, mine))
    assert [row.id for row in outcome.done] == [mine]
    assert why(outcome) == ["not_there", "not_there"]


async def test_the_badge_of_somebody_who_may_not_approve_is_empty(company: Company) -> None:
    await applicant(company, "ann")
    basic = await company.add("bas")
    assert await basic.approvals.waiting() == Count(0)
    assert await basic.approvals.of_user(2) is None
    with pytest.raises(Denied, match="not_allowed"):
        await waiting(basic)


async def test_the_registration_of_a_user_is_found_from_the_user(company: Company) -> None:
    number = await applicant(company, "ann")
    user_id = (await company.user("ann")).id
    assert await company.desk.approvals.of_user(user_id) == number
    assert await company.desk.approvals.of_user(company.desk.operator.id) is None
    await company.desk.approvals.approve(Picks.of(number))
    assert await company.desk.approvals.of_user(user_id) is None


# What to look at


async def test_a_domain_joiner_has_no_company(company: Company) -> None:
    assert await ids_of_warnings(company, await applicant(company, "ann")) == ["no_company"]


async def test_a_company_that_nobody_knows_is_told_and_one_we_know_is_compared(
    company: Company,
) -> None:
    unknown = await applicant(company, "ann", company_name="Nova", company_number=KVK)
    acme = await organisation_id(company, ACME)
    given: dict[str, Any] = {"company_number": "12345678", "organisation_id": acme}
    same = await applicant(company, "bob", company_name="ACME nederland bv", **given)
    other = await applicant(company, "kim", company_name="Evil BV", **given)
    assert await ids_of_warnings(company, unknown) == ["company_unknown"]
    assert await ids_of_warnings(company, same) == []
    assert await ids_of_warnings(company, other) == ["company_differs"]


async def test_another_address_than_the_invited_one_is_told(company: Company) -> None:
    number = await invited(company, "ann", organisation=ACME)
    assert await ids_of_warnings(company, number) == []
    await company.execute(update(schema.registration).values(email="other@y.example"))
    assert await ids_of_warnings(company, number) == ["address_differs"]


async def test_who_was_rejected_before_is_told_by_person_and_by_address(company: Company) -> None:
    first = await applicant(company, "ann")
    await company.desk.approvals.reject(Picks.of(first), "Not one of ours")
    ann = (await company.user("ann")).id
    again = await registration(company, ann, "new@y.example")
    someone = await account(company, "bob")
    same_address = await registration(company, someone, "ANN@x.example")
    for number in (again, same_address):
        assert "rejected_before" in await ids_of_warnings(company, number)


async def test_an_inviter_who_lost_the_right_holds_the_invitation(company: Company) -> None:
    await company.add_role("Inviter", "can_view", "can_invite", "documents.view")
    ivy = await company.add("ivy", "Inviter")
    number = await invited(company, "ann", ivy, organisation=ACME)
    assert await ids_of_warnings(company, number) == []
    await company.desk.users.set_role(await company.pick("ivy"), "Basic user")
    assert await ids_of_warnings(company, number) == ["inviter_lost_right"]
    outcome = await company.desk.approvals.approve(Picks.of(number))
    assert why(outcome) == ["inviter_lost_right"]
    assert outcome.skipped[0].reason
    assert outcome.skipped[0].reason.values == {"who": "ivy", "permissions": "can_invite"}
    await company.desk.users.set_role(await company.pick("ivy"), "Inviter")
    assert len((await company.desk.approvals.approve(Picks.of(number))).done) == 1


async def test_a_blocked_inviter_holds_the_invitation(company: Company) -> None:
    ivy = await company.add("ivy", "Administrator")
    number = await invited(company, "ann", ivy, organisation=ACME)
    await company.desk.users.block(await company.pick("ivy"))
    assert why(await company.desk.approvals.approve(Picks.of(number))) == ["inviter_not_active"]
    turned_down = await company.desk.approvals.reject(Picks.of(number), "Nobody knows you")
    assert len(turned_down.done) == 1


async def test_an_inviter_who_may_no_longer_give_the_role_holds_the_invitation(
    company: Company,
) -> None:
    await company.add_role("Inviter", "can_view", "can_invite", "documents.view")
    ivy = await company.add("ivy", "Administrator")
    number = await invited(company, "ann", ivy, organisation=ACME, role="Advanced user")
    await company.desk.users.set_role(await company.pick("ivy"), "Inviter")
    outcome = await company.desk.approvals.approve(Picks.of(number))
    assert outcome.skipped[0].reason
    assert outcome.skipped[0].reason.values["permissions"] == "documents.create, documents.send"
    assert (await company.user("ann")).role == "Basic user"


async def test_a_blocked_account_and_an_archived_organisation_are_not_let_in(
    company: Company,
) -> None:
    acme = await organisation_id(company, ACME)
    ann = await applicant(company, "ann", organisation_id=acme)
    bob = await applicant(company, "bob", organisation_id=acme)
    await company.desk.users.block(await company.pick("ann"))
    outcome = await company.desk.approvals.approve(Picks.of(ann))
    assert why(outcome) == ["account_blocked"]
    assert await ids_of_warnings(company, ann) == ["account_blocked"]
    await company.execute(update(schema.organisation).values(status="archived"))
    outcome = await company.desk.approvals.approve(Picks.of(bob))
    assert why(outcome) == ["organisation_archived"]
    assert len((await company.desk.approvals.reject(Picks.of(ann, bob), "no")).done) == 2
    assert await members(company, ACME) == {"founder": ("administrator", True)}


async def test_everything_that_is_known_stands_beside_the_decision(company: Company) -> None:
    await company.add_product("documents")
    await company.add_organisation("Other BV")
    number = await invited(
        company, "ann", organisation=ACME, product="documents", no_coupon=True, role="Advanced user"
    )
    ann = (await company.user("ann")).id
    await company.execute(
        insert(schema.digital_identity).values(
            user_id=ann,
            given_names="Ann",
            family_name="Jansen",
            date_of_birth="1990-01-31",
            phone="+31 6 12345678",
            created_at=company.clock(),
            updated_at=company.clock(),
        )
    )
    before = await registration(company, ann, "ann@x.example", product_id=1)
    await company.desk.approvals.reject(Picks.of(before), "Twice")
    seen = await company.desk.approvals.show(number)
    assert seen.row.email == "ann@x.example"
    assert seen.row.organisation == ACME
    assert (seen.given_names, seen.family_name) == ("Ann", "Jansen")
    assert (seen.date_of_birth, seen.phone) == ("1990-01-31", "+31 6 12345678")
    assert (seen.identity_status, seen.status) == ("supplied", "awaiting_approval")
    assert (seen.invited_by, seen.invited_email) == ("founder", "ann@x.example")
    assert (seen.promised_role, seen.role) == ("Advanced user", "Basic user")
    assert seen.known_company == ACME
    assert seen.memberships == ()
    assert [(each.status, each.reason, each.decided_by) for each in seen.earlier] == [
        ("rejected", "Twice", "founder")
    ]
    assert (seen.decided_by, seen.decided_at) == ("", None)


# Approving


async def test_an_approval_gives_the_place_and_the_role_and_tells_the_person(
    company: Company,
) -> None:
    number = await invited(company, "ann", organisation=ACME, role="Advanced user")
    outcome = await company.desk.approvals.approve(await pick(company.desk, number))
    assert [row.label for row in outcome.done] == ["ann@x.example"]
    row = await state(company, number)
    assert (row.status, row.decided_by) == ("approved", company.desk.operator.id)
    assert row.decided_at == company.clock()
    assert (await company.user("ann")).role == "Advanced user"
    assert (await members(company, ACME))["ann"] == ("member", False)
    [mail] = await mails(company, "approved")
    assert mail.dedupe_key == f"approved-{number}-{row.version}"
    assert (mail.not_before - company.clock()).seconds == company.hub.policy.undo_seconds
    assert (mail.to, mail.reply_to) == ("ann@x.example", "founder@acme.example")
    assert (await company.desk.audit.verify()).bad is None


async def test_an_unknown_company_is_made_with_the_person_as_its_administrator(
    company: Company,
) -> None:
    first = await applicant(company, "ann", company_name="Nova BV", company_number=KVK)
    second = await applicant(company, "bob", company_name="Nova", company_number=KVK)
    outcome = await company.desk.approvals.approve(Picks.of(first, second))
    assert len(outcome.done) == 2
    assert await members(company, "Nova BV") == {
        "ann": ("administrator", False),
        "bob": ("member", False),
    }
    made = await company.desk.organisations.show(KVK)
    assert (made.name, made.status) == ("Nova BV", "active")
    assert (await state(company, second)).organisation_id == made.id


async def test_a_new_company_whose_name_is_taken_is_told_apart_by_its_number(
    company: Company,
) -> None:
    number = await applicant(company, "ann", company_name=ACME, company_number=KVK)
    await company.desk.approvals.approve(Picks.of(number))
    assert await members(company, f"{ACME} ({KVK})") == {"ann": ("administrator", False)}
    assert "ann" not in await members(company, ACME)


async def test_an_account_that_was_there_keeps_its_role(company: Company) -> None:
    await company.add("marie")
    company.clock.move(days=1)
    await company.set_user("marie", email="marie@x.example", email_key="marie@x.example")
    number = await invited(company, "marie", organisation=ACME, role="Advanced user")
    await company.desk.approvals.approve(Picks.of(number))
    assert (await company.user("marie")).role == "Basic user"
    assert (await members(company, ACME))["marie"] == ("member", False)


async def test_a_role_that_an_operator_chose_meanwhile_stays(company: Company) -> None:
    number = await invited(company, "ann", organisation=ACME, role="Administrator")
    await company.desk.users.set_role(await company.pick("ann"), "Advanced user")
    await company.desk.users.set_role(await company.pick("ann"), "Basic user")
    await company.desk.approvals.approve(Picks.of(number))
    assert (await company.user("ann")).role == "Basic user"


async def test_a_membership_that_is_there_stays_as_it_is(company: Company) -> None:
    await company.company_administrator("carla")
    carla = (await company.user("carla")).id
    acme = await organisation_id(company, ACME)
    number = await registration(company, carla, "carla@acme.example", organisation_id=acme)
    await company.desk.approvals.approve(Picks.of(number))
    assert (await members(company, ACME))["carla"] == ("administrator", True)


async def test_nobody_decides_on_themselves(company: Company) -> None:
    acme = await organisation_id(company, ACME)
    founder = company.desk.operator
    number = await registration(company, founder.id, founder.email, organisation_id=acme)
    for decide in (
        company.desk.approvals.approve(Picks.of(number)),
        company.desk.approvals.reject(Picks.of(number), "no"),
    ):
        assert why(await decide) == ["own_registration"]
    assert (await state(company, number)).status == "awaiting_approval"


async def test_a_second_decision_is_told_who_decided_and_what(company: Company) -> None:
    number = await applicant(company, "ann")
    other = await company.add("admin", "Administrator")
    seen = await pick(other, number)
    await company.desk.approvals.approve(await pick(company.desk, number))
    for late in (await other.approvals.approve(seen), await other.approvals.reject(seen, "no")):
        assert late.done == ()
        reason = late.skipped[0].reason
        assert reason
        assert reason.id == "decided_already"
        assert (reason.values["who"], reason.values["what"]) == ("founder", "approved")
        assert reason.values["at"] == company.clock()
    assert await mails(company, "rejected") == []


async def test_a_registration_that_was_handed_in_anew_is_looked_at_again(company: Company) -> None:
    number = await applicant(company, "ann")
    seen = await pick(company.desk, number)
    await company.execute(update(schema.registration).values(version=2))
    outcome = await company.desk.approvals.approve(seen)
    assert why(outcome) == ["moved_on"]


async def test_of_many_decisions_at_once_one_holds(company: Company) -> None:
    number = await invited(company, "ann", organisation=ACME)
    desks = [await company.add(f"admin{each}", "Administrator") for each in range(4)]
    seen = await pick(company.desk, number)
    outcomes = await asyncio.gather(
        *(
            desk.approvals.approve(seen) if each % 2 else desk.approvals.reject(seen, "no")
            for each, desk in enumerate(desks)
        )
    )
    assert sum(len(outcome.done) for outcome in outcomes) == 1
    late = [reason for outcome in outcomes for reason in why(outcome)]
    assert late == ["decided_already"] * 3
    assert len(await mails(company, "approved")) + len(await mails(company, "rejected")) == 1


async def test_a_bulk_tells_of_every_row(company: Company) -> None:
    good = await applicant(company, "ann")
    mine = await registration(company, company.desk.operator.id, "founder@acme.example")
    outcome = await company.desk.approvals.approve(Picks.of(good, mine, 999))
    assert [row.id for row in outcome.done] == [good]
    assert {row.id: row.reason.id for row in outcome.skipped if row.reason} == {
        mine: "own_registration",
        999: "not_there",
    }


async def test_all_that_match_are_approved(company: Company) -> None:
    for name in ("ann", "bob"):
        await applicant(company, name, company_name="Nova", company_number=KVK)
    kept = await applicant(company, "kim")
    query = parse("org:nova", APPROVALS).query
    seen = await company.desk.approvals.preview(query)
    assert seen.number == 2
    outcome = await company.desk.approvals.approve(Picks.matching(query, seen))
    assert len(outcome.done) == 2
    assert [row.id for row in await waiting(company.desk)] == [kept]


# Rejecting


async def test_a_rejection_needs_a_reason_and_tells_it(company: Company) -> None:
    number = await applicant(company, "ann", language="nl")
    for reason, refused in (("  ", "text_missing"), ("x" * 501, "text_too_long")):
        with pytest.raises(Refused, match=refused):
            await company.desk.approvals.reject(Picks.of(number), reason)
    outcome = await company.desk.approvals.reject(Picks.of(number), "Number of another company")
    assert len(outcome.done) == 1
    row = await state(company, number)
    assert (row.status, row.reason) == ("rejected", "Number of another company")
    [mail] = await mails(company, "rejected")
    assert (mail.language, mail.dedupe_key) == ("nl", f"rejected-{number}-{row.version}")
    assert "Number of another company" in mail.facts
    assert (await company.user("ann")).organisations == ()


# Taking back


async def everything_but_the_log(company: Company) -> dict[str, Any]:
    from tests.support.faults import dump

    found = await dump(company.hub._store)
    moving = {"audit_event", "audit_head", "counter", "outbox_message"}
    return {name: rows for name, rows in found.items() if name not in moving}


def without_versions(tables: dict[str, Any]) -> dict[str, Any]:
    """Return the rows without what every change moves on, also one that goes back."""
    return {
        name: [
            tuple(
                value
                for column, value in zip(schema.metadata.tables[name].columns, row, strict=True)
                if column.name not in ("version", "moved_at")
            )
            for row in rows
        ]
        for name, rows in tables.items()
    }


async def test_an_approval_goes_back_with_all_that_it_gave(company: Company) -> None:
    first = await invited(company, "ann", organisation=ACME, role="Advanced user")
    second = await applicant(company, "bob", company_name="Nova", company_number=KVK)
    third = await applicant(company, "kim", company_name="Nova", company_number=KVK)
    before = without_versions(await everything_but_the_log(company))
    outcome = await company.desk.approvals.approve(Picks.of(first, second, third))
    assert outcome.undo
    back = await company.desk.undo(outcome.undo)
    assert back.action == "registration.approve.undo"
    assert [row.label for row in back.done] == [
        f"{each}@x.example" for each in ("ann", "bob", "kim")
    ]
    assert without_versions(await everything_but_the_log(company)) == before
    assert {mail.status for mail in await mails(company, "approved")} == {"cancelled"}
    assert (await company.desk.audit.verify()).bad is None
    again = await company.desk.approvals.approve(await pick(company.desk, first, second, third))
    assert len(again.done) == 3


async def test_a_rejection_goes_back(company: Company) -> None:
    number = await applicant(company, "ann")
    outcome = await company.desk.approvals.reject(Picks.of(number), "no")
    assert outcome.undo
    await company.desk.undo(outcome.undo)
    row = await state(company, number)
    assert (row.status, row.reason, row.decided_by) == ("awaiting_approval", "", None)
    assert [mail.status for mail in await mails(company, "rejected")] == ["cancelled"]


async def test_a_mail_about_a_decision_that_went_back_is_not_sent_after_all(
    company: Company,
) -> None:
    number = await applicant(company, "ann")
    outcome = await company.desk.approvals.approve(Picks.of(number))
    assert outcome.undo
    await company.desk.undo(outcome.undo)
    await company.desk.approvals.reject(await pick(company.desk, number), "no")
    [cancelled] = await mails(company, "approved")
    [dropped] = await mails(company, "rejected")
    await company.desk.outbox.drop(Picks.of(dropped.id))
    retried = await company.desk.outbox.retry(Picks.of(cancelled.id, dropped.id))
    assert [row.id for row in retried.done] == [dropped.id]
    assert why(retried) == ["mail_outdated"]


async def test_a_decision_does_not_go_back_once_its_mail_has_left(company: Company) -> None:
    number = await applicant(company, "ann")
    outcome = await company.desk.approvals.approve(Picks.of(number))
    assert outcome.undo
    await company.mails_have_gone()
    with pytest.raises(Refused, match="undo_mail_left"):
        await company.desk.undo(outcome.undo)
    assert (await state(company, number)).status == "approved"


async def test_a_decision_does_not_go_back_once_the_person_went_on(company: Company) -> None:
    number = await applicant(company, "ann")
    outcome = await company.desk.approvals.approve(Picks.of(number))
    assert outcome.undo
    await company.execute(update(schema.registration).values(status="completed", version=9))
    with pytest.raises(Refused, match="undo_went_further"):
        await company.desk.undo(outcome.undo)


async def test_a_company_that_is_used_by_now_stays_and_so_does_the_approval(
    company: Company,
) -> None:
    number = await applicant(company, "ann", company_name="Nova", company_number=KVK)
    outcome = await company.desk.approvals.approve(Picks.of(number))
    assert outcome.undo
    await company.invite("new@x.example", organisation="Nova")
    with pytest.raises(Refused, match="undo_went_further"):
        await company.desk.undo(outcome.undo)
    assert (await state(company, number)).status == "approved"
    assert await members(company, "Nova") == {"ann": ("administrator", False)}


async def test_a_membership_that_became_more_stays(company: Company) -> None:
    number = await invited(company, "ann", organisation=ACME)
    outcome = await company.desk.approvals.approve(Picks.of(number))
    assert outcome.undo
    await company.execute(update(schema.membership).values(version=2, kind="administrator"))
    with pytest.raises(Refused, match="undo_went_further"):
        await company.desk.undo(outcome.undo)


async def test_a_company_administrator_takes_back_in_the_own_organisation(
    company: Company,
) -> None:
    number = await invited(company, "ann", organisation=ACME)
    carla = await company.company_administrator("carla")
    outcome = await carla.approvals.approve(Picks.of(number))
    assert outcome.undo
    with pytest.raises(Denied, match="undo_of_another"):
        await company.desk.undo(outcome.undo)
    await carla.undo(outcome.undo)
    assert [row.id for row in await waiting(carla)] == [number]


# What is promised, and who may not decide


async def test_whoever_waits_longer_than_was_promised_is_late(company: Company) -> None:
    number = await applicant(company, "ann", company_name="Nova", company_number=KVK)
    (row,) = await waiting(company.desk)
    assert row.due_at == company.clock() + timedelta(hours=24)
    assert (await company.desk.overview.numbers()).late == 0
    company.clock.move(hours=25)
    assert (await company.desk.overview.numbers()).late == 1
    assert (await company.desk.approvals.show(number)).row.due_at == row.due_at


async def test_other_registrations_of_the_person_and_of_the_address_stand_beside_it(
    company: Company,
) -> None:
    await applicant(company, "rita", status="details")
    first = (await company.user("rita")).id
    number = await registration(company, first, "rita@x.example", company_number=KVK)
    other = await account(company, "ritas.other")
    await registration(company, other, "rita@x.example", status="rejected", reason="No")
    candidate = await company.desk.approvals.show(number)
    assert [each.status for each in candidate.others] == ["details"]
    assert [(each.status, each.reason) for each in candidate.earlier] == [("rejected", "No")]


async def test_an_operator_does_not_let_in_their_own_second_account(company: Company) -> None:
    admin = await company.add("admin", "Administrator")
    number = await invited(company, "mine", organisation=ACME)
    person = {"given_names": "Fou", "family_name": "Nder", "date_of_birth": "1980-02-03"}
    for who in ("founder", "mine"):
        row = {"user_id": (await company.user(who)).id, **person}
        times = {"created_at": company.clock(), "updated_at": company.clock()}
        await company.execute(insert(schema.digital_identity).values(**row, **times))
    for decide in (
        company.desk.approvals.approve(Picks.of(number)),
        company.desk.approvals.reject(Picks.of(number), "no"),
    ):
        assert why(await decide) == ["own_second_account"]
    assert (await admin.approvals.approve(Picks.of(number))).done


async def test_decisions_are_counted_by_day_and_by_whom(company: Company) -> None:
    admin = await company.add("admin", "Administrator")
    for name, desk in (("ann", company.desk), ("bob", admin), ("cas", admin)):
        number = await applicant(company, name)
        await desk.approvals.reject(Picks.of(number), "No")
        company.clock.move(hours=24)
    found = (await company.desk.overview.numbers()).decisions
    assert found.per_day[-4:] == (1, 1, 1, 0)
    assert sum(found.per_day) == 3
    assert found.by == (("admin", 2), ("founder", 1))
    carla = await company.company_administrator("carla")
    assert sum((await carla.overview.numbers()).decisions.per_day) == 0


async def test_who_named_no_company_comes_where_the_approver_says(company: Company) -> None:
    joiner, other = await applicant(company, "ann"), await applicant(company, "bob")
    named = await applicant(company, "cas", company_name="Nova", company_number=KVK)
    done = await company.desk.approvals.approve(Picks.of(joiner, named), ACME)
    assert "ann" in await members(company, ACME)
    assert "cas" in await members(company, "Nova")
    assert done.undo
    await company.desk.undo(done.undo)
    assert "ann" not in await members(company, ACME)
    await company.desk.approvals.approve(Picks.of(other))
    assert "bob" not in await members(company, ACME)
    with pytest.raises(NotFound):
        await company.desk.approvals.approve(Picks.of(joiner), "Nowhere BV")
