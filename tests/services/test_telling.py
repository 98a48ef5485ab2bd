"""Digests and word of an overdue wait: to whom, about whom, when, and once."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.services.test_approvers import tell
from tests.support.applicants import applicant, organisation_id, pick, registration
from tests.support.company import ACME, START, Company
from tui_admin.domain.errors import Denied, Refused
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def opened(url: str, **settings: str) -> AsyncIterator[Company]:
    """Open one whose daily digest goes at nine of its clock, where it begins."""
    hour = str(START.astimezone().hour)
    async with Company.at(url, APPROVALS__DIGEST_HOUR=hour, **settings) as here:
        yield here


@pytest.fixture
async def company(store_url: str) -> AsyncIterator[Company]:
    """Give one where a decision is promised within a day."""
    async with opened(store_url) as here:
        yield here


async def told(company: Company, kind: str) -> list[Any]:
    """Look whom to tell, and return all mails of a kind."""
    await company.hub.telling.send_due()
    mail = schema.outbox_message
    return list(await company.execute(select(mail).where(mail.c.kind == kind).order_by(mail.c.id)))


def facts(mail: Any) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(mail.facts)
    return known


async def test_a_daily_digest_goes_once_a_day_at_its_hour_while_anybody_waits(
    company: Company,
) -> None:
    await company.desk.digests.choose("daily")
    await tell(company, await applicant(company, "ann"))
    assert await company.mails() == [], "not at once"
    company.clock.move(hours=23, minutes=59)
    assert await told(company, "approval_digest") == []
    company.clock.move(minutes=2)
    (mail,) = await told(company, "approval_digest")
    assert mail.to == "founder@acme.example"
    assert mail.subject == "For approval at Test: 1 registration waits, 1 overdue"
    assert [each["who"] for each in facts(mail)["people"]] == ["Ann"]
    company.clock.move(hours=8)
    await applicant(company, "bob")
    assert len(await told(company, "approval_digest")) == 1
    company.clock.move(hours=16)
    *_, second = await told(company, "approval_digest")
    assert facts(second)["number"] == 2


async def test_an_hourly_digest_goes_when_somebody_came(company: Company) -> None:
    await company.desk.digests.choose("hourly")
    company.clock.move(minutes=30)
    await applicant(company, "ann")
    assert await told(company, "approval_digest") == []
    company.clock.move(minutes=31)
    assert len(await told(company, "approval_digest")) == 1
    company.clock.move(hours=5)
    assert len(await told(company, "approval_digest")) == 1, "nobody came"
    await applicant(company, "bob")
    assert len(await told(company, "approval_digest")) == 1, "not before the full hour"
    company.clock.move(hours=1)
    *_, second = await told(company, "approval_digest")
    assert facts(second)["number"] == 2


async def test_nothing_is_told_when_nobody_waits(company: Company) -> None:
    await company.desk.digests.choose("daily")
    ann = await applicant(company, "ann")
    await company.desk.approvals.approve(await pick(company.desk, ann))
    company.clock.move(days=2)
    assert await told(company, "approval_digest") == []
    assert await told(company, "approval_overdue") == []


async def test_whoever_chose_none_is_told_only_of_those_over_the_target(company: Company) -> None:
    await company.desk.digests.choose("none")
    await tell(company, await applicant(company, "ann"))
    company.clock.move(hours=25)
    await company.hub.telling.send_due()
    assert [mail.kind for mail in await company.mails()] == ["approval_overdue"]


async def test_each_is_told_of_whom_they_may_approve_and_never_of_themselves(
    store_url: str,
) -> None:
    async with opened(store_url, APPROVALS__DIGEST="daily") as company:
        await company.add_organisation("Other BV")
        carla = await company.company_administrator("carla")
        await company.company_administrator("otto", "Other BV")
        await company.add("bas")
        acme = await organisation_id(company, ACME)
        await applicant(company, "ann", organisation_id=acme)
        await applicant(company, "bob")
        await registration(company, carla.operator.id, "c@x.example", organisation_id=acme)
        company.clock.move(days=1)
        mails = await told(company, "approval_digest")
        assert {mail.to.partition("@")[0]: facts(mail)["number"] for mail in mails} == {
            "founder": 3,
            "carla": 1,
        }


async def test_two_who_look_at_once_queue_it_once(company: Company) -> None:
    await company.desk.digests.choose("daily")
    await applicant(company, "ann")
    company.clock.move(days=1, minutes=1)
    async with Company.at(company.url) as other:
        other.clock.at = company.clock.at
        await asyncio.gather(*(each.hub.telling.send_due() for each in (company, other) * 3))
    assert len(await told(company, "approval_digest")) == 1
    assert len(await told(company, "approval_overdue")) == 1


async def test_word_of_an_overdue_wait_goes_once_for_each_and_is_collected(
    store_url: str,
) -> None:
    async with opened(store_url, APPROVALS__ESCALATE_TO="desk@x.example") as company:
        await applicant(company, "ann")
        company.clock.move(minutes=20)
        await applicant(company, "bob")
        company.clock.move(hours=23, minutes=39)
        assert await told(company, "approval_overdue") == []
        company.clock.move(minutes=1)
        mails = await told(company, "approval_overdue")
        assert [mail.to for mail in mails] == ["founder@acme.example", "desk@x.example"]
        assert facts(mails[0])["number"] == 1
        company.clock.move(minutes=30)
        assert len(await told(company, "approval_overdue")) == 2, "collected for an hour"
        company.clock.move(minutes=30)
        later = (await told(company, "approval_overdue"))[2:]
        assert [[each["who"] for each in facts(mail)["people"]] for mail in later] == [["Bob"]] * 2
        company.clock.move(days=9)
        assert len(await told(company, "approval_overdue")) == 4


async def test_the_choice_is_for_those_who_may_approve_and_falls_back(company: Company) -> None:
    bas = await company.add("bas")
    with pytest.raises(Denied):
        await bas.digests.choose("daily")
    with pytest.raises(Refused, match="digest_unknown"):
        await company.desk.digests.choose("weekly")
    assert (await company.desk.digests.mine())[:2] == ("at-once", False)
    assert (await company.desk.digests.choose("daily"))[:2] == ("daily", True)
    assert (await company.desk.digests.mine())[:2] == ("daily", True)
    assert (await company.desk.digests.choose(""))[:2] == ("at-once", False)
