"""Those who may approve are told that somebody waits: at once, and then not too often."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tests.support.applicants import applicant, organisation_id, registration, state
from tests.support.company import ACME
from tests.support.post import claim
from tui_admin.services.approvers import tell_approvers
from tui_admin.services.work import begin
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.store.connection import AsyncConnection


async def tell(company: Company, number: int) -> None:
    """Tell of a registration, as handing it in does."""
    row = await state(company, number)

    async def act(connection: AsyncConnection) -> None:
        await tell_approvers(await begin(connection, company.desk._context, None), row)

    await company.hub._store.exclusive(act)


async def asked(company: Company) -> list[Any]:
    """Return the mails about who waits, in the order in which they were queued."""
    wanted = select(schema.outbox_message).where(schema.outbox_message.c.kind == "approval_asked")
    found: list[Any] = await company.execute(wanted.order_by(schema.outbox_message.c.id))
    return found


def facts(mail: Any) -> dict[str, Any]:
    known: dict[str, Any] = json.loads(mail.facts)
    return known


async def test_those_are_told_who_may_approve_it_and_nobody_else(company: Company) -> None:
    await company.add_organisation("Other BV")
    await company.add_role("Helpdesk", "can_view", "can_approve")
    await company.add("helga", "Helpdesk")
    await company.add("bas")
    await company.add("gone", "Helpdesk")
    await company.desk.users.block(await company.pick("gone"))
    await company.company_administrator("carla")
    await company.company_administrator("otto", "Other BV")
    acme = await organisation_id(company, ACME)
    await tell(company, await applicant(company, "ann", organisation_id=acme))
    mails = await asked(company)
    assert {mail.to.partition("@")[0] for mail in mails} == {"founder", "helga", "carla"}
    assert all(mail.not_before == company.clock() for mail in mails)
    assert facts(mails[0])["who"] == "Ann"
    assert facts(mails[0])["organisation"] == ACME
    assert mails[0].subject == f"For approval: Ann at {ACME}"


async def test_a_company_that_is_not_known_yet_is_the_environments(company: Company) -> None:
    await company.company_administrator("carla")
    await tell(company, await applicant(company, "ann", company_name="Nova", company_number="1"))
    [mail] = await asked(company)
    assert mail.to == "founder@acme.example"
    assert facts(mail)["organisation"] == "Nova"


async def test_nobody_is_told_of_themselves(company: Company) -> None:
    await company.add("admin", "Administrator")
    founder = company.desk.operator
    await tell(company, await registration(company, founder.id, founder.email))
    assert [mail.to for mail in await asked(company)] == ["admin@acme.example"]


async def test_what_comes_while_a_mail_waits_is_collected_in_it(company: Company) -> None:
    for name in ("ann", "bob", "kim"):
        await tell(company, await applicant(company, name))
        company.clock.move(minutes=1)
    [mail] = await asked(company)
    assert (facts(mail)["number"], facts(mail)["who"]) == (3, "Kim")
    assert mail.subject == "For approval: 3 registrations, the latest Kim at Test"
    assert (await company.mails())[0].subject == mail.subject


async def test_the_next_mail_waits_ten_minutes_after_the_last(company: Company) -> None:
    await tell(company, await applicant(company, "ann"))
    await company.mails_have_gone()
    left = company.clock()
    company.clock.move(minutes=3)
    await tell(company, await applicant(company, "bob"))
    company.clock.move(minutes=1)
    await tell(company, await applicant(company, "kim"))
    _, mail = await asked(company)
    assert (mail.not_before - left).total_seconds() == 600
    assert facts(mail)["number"] == 2


async def test_after_ten_quiet_minutes_word_goes_at_once(company: Company) -> None:
    await tell(company, await applicant(company, "ann"))
    await company.mails_have_gone()
    company.clock.move(minutes=11)
    await tell(company, await applicant(company, "bob"))
    _, mail = await asked(company)
    assert mail.not_before == company.clock()
    assert facts(mail)["number"] == 1


async def test_a_mail_that_is_on_its_way_stays_as_it_is(company: Company) -> None:
    await tell(company, await applicant(company, "ann"))
    await claim(company)
    await tell(company, await applicant(company, "bob"))
    first, second = await asked(company)
    assert facts(first)["number"] == 1
    assert (second.not_before - company.clock()).total_seconds() == 600
