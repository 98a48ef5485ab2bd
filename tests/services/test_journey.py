"""A person's way beside the account: registrations, details, and links for a password."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from tests.support.applicants import applicant, invited, organisation_id, registration
from tests.support.company import ACME
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.secrets import token_hash
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company


async def test_a_person_is_shown_with_the_registrations_and_details(company: Company) -> None:
    acme = await organisation_id(company, ACME)
    first = await applicant(company, "ann", organisation_id=acme)
    await company.desk.approvals.reject(Picks.of(first), "Twice")
    ann = (await company.user("ann")).id
    await registration(company, ann, "ann@x.example", company_name="Nova", company_number="1")
    await company.execute(
        insert(schema.digital_identity).values(
            user_id=ann,
            given_names="Ann",
            family_name="Jansen",
            created_at=company.clock(),
            updated_at=company.clock(),
        )
    )
    person = await company.desk.users.show("ann")
    assert [(each.organisation, each.status, each.reason) for each in person.registrations] == [
        ("Nova", "awaiting_approval", ""),
        (ACME, "rejected", "Twice"),
    ]
    assert person.identity
    assert (person.identity.family_name, person.identity.status) == ("Jansen", "supplied")


async def test_a_company_administrator_sees_the_registrations_of_the_own_organisation(
    company: Company,
) -> None:
    number = await invited(company, "ann", organisation=ACME)
    await company.desk.approvals.approve(Picks.of(number))
    ann = (await company.user("ann")).id
    await registration(company, ann, "ann@x.example", company_name="Nova", company_number="1")
    carla = await company.company_administrator("carla")
    assert [each.id for each in (await carla.users.show("ann")).registrations] == [number]
    own = (await company.desk_of("ann")).users
    assert len((await own.show("ann")).registrations) == 2


async def test_a_link_for_a_password_goes_to_the_account_alone(company: Company) -> None:
    await company.add("marie")
    await company.set_user("founder", password_hash="x")
    await company.invite("new@x.example")
    picks = await company.pick("founder", "marie", "new")
    outcome = await company.desk.users.password_link(picks)
    assert {row.label.partition("@")[0] for row in outcome.done} == {"founder", "marie"}
    assert [row.reason.id for row in outcome.skipped if row.reason] == ["password_link_not_active"]
    mails = {each.to: each for each in await company.mails() if each.kind != "invitation"}
    assert mails["founder@acme.example"].kind == "reset_password"
    assert mails["marie@acme.example"].kind == "set_password"
    links = await company.execute(select(schema.verification_code))
    assert {(each.purpose, each.key) for each in links} == {
        ("password", "founder@acme.example"),
        ("password", "marie@acme.example"),
    }
    assert all((each.expires_at - company.clock()).total_seconds() == 3600 for each in links)
    queued = await company.execute(select(schema.outbox_message.c.facts))
    tokens = [part for row in queued for part in re.findall(r"/password/([\w-]+)", row.facts)]
    assert {token_hash(token) for token in tokens} == {each.code_hash for each in links}
    log = str(await company.execute(select(schema.audit_event.c.text)))
    shown = [(await company.desk.outbox.show(each.id)).text for each in mails.values()]
    assert not [token for token in tokens if token in log or token in str(shown)]
