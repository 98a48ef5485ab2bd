"""Those who wait, short of deciding: asked, put off, vouched for; each to be taken back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from tests.support.applicants import KVK, applicant, invited, waiting
from tests.support.company import ACME
from tui_admin.domain.errors import Denied, Refused
from tui_admin.domain.lists.approvals import APPROVALS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.query import parse
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.outcomes import Outcome

HOUR = timedelta(hours=1)


def why(outcome: Outcome) -> list[str]:
    return [row.reason.id for row in outcome.skipped if row.reason]


@pytest.fixture
async def ann(company: Company) -> int:
    """Give the number of somebody who waits and has said who she is."""
    number = await applicant(company, "ann", company_name="Nova", company_number=KVK)
    row = {"given_names": "Ann", "family_name": "Smit", "date_of_birth": "1990-01-31"}
    times = {"created_at": company.clock(), "updated_at": company.clock()}
    user_id = (await company.user("ann")).id
    await company.execute(insert(schema.digital_identity).values(user_id=user_id, **row, **times))
    return number


async def identity(company: Company) -> Any:
    return (await company.execute(select(schema.digital_identity)))[0]


# Asked for more


async def test_whoever_is_asked_leaves_the_queue_and_is_told_what_for(
    company: Company, ann: int
) -> None:
    asked = await company.desk.triage.ask(Picks.of(ann), "  Which department?  ")
    assert await waiting(company.desk) == []
    candidate = await company.desk.approvals.show(ann)
    assert candidate.status == "details"
    assert candidate.asked
    assert (candidate.asked.by, candidate.asked.text) == ("founder", "Which department?")
    (mail,) = await company.mails()
    assert (mail.kind, mail.to, mail.status) == ("more_asked", "ann@x.example", "queued")
    assert why(await company.desk.approvals.approve(Picks.of(ann))) == ["registration_is"]
    assert asked.undo
    await company.desk.undo(asked.undo)
    assert [row.id for row in await waiting(company.desk)] == [ann]
    assert (await company.desk.approvals.show(ann)).asked is None
    assert [each.status for each in await company.mails()] == ["cancelled"]
    assert (await company.desk.audit.verify()).bad is None


async def test_a_question_does_not_go_back_once_it_has_left(company: Company, ann: int) -> None:
    asked = await company.desk.triage.ask(Picks.of(ann), "Which department?")
    await company.mails_have_gone()
    assert asked.undo
    with pytest.raises(Refused, match=r"undo_over|undo_mail_left"):
        await company.desk.undo(asked.undo)


@pytest.mark.parametrize("text", ["", "   ", "x" * 501, "a\x1bb"])
async def test_a_question_that_cannot_be_mailed_is_refused(
    company: Company, ann: int, text: str
) -> None:
    with pytest.raises(Refused):
        await company.desk.triage.ask(Picks.of(ann), text)
    assert len(await waiting(company.desk)) == 1


# Put off


async def test_whoever_is_put_off_comes_back_by_the_clock(company: Company, ann: int) -> None:
    bob = await applicant(company, "bob", company_name="Nova", company_number=KVK)
    await company.desk.triage.snooze(Picks.of(ann), company.clock() + 4 * HOUR)
    awake, put_off = (parse(f"is:{each}", APPROVALS).query for each in ("waiting", "snoozed"))
    count = company.desk.approvals.count
    assert (await count(awake)).number == (await count(put_off)).number == 1
    assert (await company.desk.approvals.waiting()).number == 1
    assert await company.desk.approvals.tabs() == {"": 2, "waiting": 1, "snoozed": 1}
    rows = {row.id: row.snoozed_until for row in await waiting(company.desk)}
    assert rows == {ann: company.clock() + 4 * HOUR, bob: None}
    company.clock.move(hours=5)
    assert (await company.desk.approvals.waiting()).number == 2
    assert (await count(put_off)).number == 0


async def test_putting_off_and_back_are_taken_back(company: Company, ann: int) -> None:
    until = company.clock() + HOUR
    off = await company.desk.triage.snooze(Picks.of(ann), until)
    back = await company.desk.triage.wake(Picks.of(ann))
    assert back.undo
    await company.desk.undo(back.undo)
    (row,) = await waiting(company.desk)
    assert row.snoozed_until == until
    assert off.undo
    with pytest.raises(Refused, match="undo_went_further"):
        await company.desk.undo(off.undo)
    await company.desk.triage.wake(Picks.of(ann))
    assert why(await company.desk.triage.wake(Picks.of(ann))) == ["not_snoozed"]


@pytest.mark.parametrize("days", [0, -1, 400])
async def test_nobody_is_put_off_to_yesterday_or_for_ever(
    company: Company, ann: int, days: int
) -> None:
    with pytest.raises(Refused, match="snooze_time"):
        await company.desk.triage.snooze(Picks.of(ann), company.clock() + timedelta(days=days))


# Vouched for


async def test_personal_details_are_vouched_for_once_and_that_is_taken_back(
    company: Company, ann: int
) -> None:
    done = await company.desk.triage.validate(Picks.of(ann))
    found = await identity(company)
    assert (found.status, found.validated_at) == ("validated", company.clock())
    assert found.validated_by == company.desk.operator.id
    assert (await company.desk.approvals.show(ann)).identity_status == "validated"
    assert why(await company.desk.triage.validate(Picks.of(ann))) == ["identity_is"]
    assert done.undo
    await company.desk.undo(done.undo)
    assert (await identity(company)).status == "supplied"


async def test_there_is_nothing_to_vouch_for_where_nothing_was_said(company: Company) -> None:
    number = await applicant(company, "bob")
    assert why(await company.desk.triage.validate(Picks.of(number))) == ["identity_missing"]


async def test_the_way_back_is_closed_once_the_person_said_something_else(
    company: Company, ann: int
) -> None:
    done = await company.desk.triage.validate(Picks.of(ann))
    table = schema.digital_identity
    await company.execute(update(table).values(phone="+31", version=table.c.version + 1))
    assert done.undo
    with pytest.raises(Refused, match="undo_went_further"):
        await company.desk.undo(done.undo)


# Who may


async def test_only_those_who_may_decide_there(company: Company, ann: int) -> None:
    carla = await company.company_administrator("carla")
    mine = await invited(company, "mine", organisation=ACME)
    until = company.clock() + HOUR
    for number, allowed in ((ann, False), (mine, True)):
        put_off = await carla.triage.snooze(Picks.of(number), until)
        assert bool(put_off.done) == allowed
    await company.add("bas")
    with pytest.raises(Denied):
        await (await company.desk_of("bas")).triage.ask(Picks.of(ann), "Why?")
