"""The ways through the portal, page by page, as a script walks them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from tests.support.company import ACME
from tests.support.joiners import (
    BAKERY,
    DETAILS,
    PASSWORD,
    PIET,
    Joiner,
    account,
    invited,
    memberships,
    row_of,
)
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.secrets import token_hash
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.portal.conftest import Browse
    from tests.support.company import Company
    from tests.support.visitor import Visitor


async def approve(company: Company) -> None:
    waiting = await row_of(
        company, schema.registration, schema.registration.c.status == "awaiting_approval"
    )
    assert (await company.desk.approvals.approve(Picks.of(waiting.id))).done


async def up_to_the_details(piet: Joiner, visitor: Visitor) -> None:
    await visitor.get(f"/invitation/{await piet.token()}")
    await visitor.submit()
    await visitor.submit(password=PASSWORD)
    await visitor.submit(code=await piet.code())


async def test_from_the_link_to_complete(company: Company, browse: Browse) -> None:
    await company.add_product("eh3", needs_approval=True)
    piet = await invited(company, product="eh3", no_coupon=True)
    visitor = browse()

    page = (await visitor.get(f"/invitation/{await piet.token()}")).page
    assert page.heading == "You are invited"
    assert page.forms[-1].values["email"] == PIET
    assert (await visitor.submit()).path == "/account/password"
    assert (await visitor.submit(password=PASSWORD)).path == "/account/code"
    answer = await visitor.submit(code=await piet.code())
    assert answer.page.heading == "Your details"
    assert answer.page.fields["organisation_name"]["value"] == ACME
    assert "readonly" in answer.page.fields["organisation_name"]
    answer = await visitor.submit(**DETAILS)
    assert answer.page.heading == "Waiting for approval"

    await approve(company)
    answer = await visitor.get("/registration")
    assert answer.page.heading == "Approved"
    answer = await visitor.submit(answer.page.forms[-1].path)
    assert answer.page.heading == "All done"
    assert (await account(company)).status == "active"
    assert await memberships(company) == {ACME: "member"}
    assert (await company.desk.audit.verify()).bad is None


async def test_who_has_an_account_signs_in_and_is_linked(company: Company, browse: Browse) -> None:
    await company.add("piet")
    await company.hub.operators.set_password("piet", PASSWORD)
    email = (await company.user("piet")).email
    piet = await invited(company, email)
    visitor = browse()

    await visitor.get(f"/invitation/{await piet.token()}")
    answer = await visitor.submit()
    assert answer.path == "/sign-in"
    assert answer.page.forms[-1].values["email"] == email
    answer = await visitor.submit(password=PASSWORD)

    assert answer.page.heading == "Your details"
    assert (await company.invitations())[0].status == "accepted"


async def test_registering_by_oneself(company: Company, browse: Browse) -> None:
    await company.add_product("eh3", needs_approval=True)
    piet, visitor = Joiner(company), browse(language="nl-NL,nl;q=0.9,en;q=0.5")

    page = (await visitor.get("/register/eh3")).page
    assert (page.language, page.heading) == ("nl", "Aanmelden voor Eh3")
    await visitor.submit(email=PIET)
    await visitor.submit(password=PASSWORD)
    await visitor.submit(code=await piet.code())
    answer = await visitor.submit(**DETAILS, **BAKERY)

    assert answer.page.heading == "Wachten op goedkeuring"
    found = await row_of(company, schema.registration)
    assert (found.status, found.company_number) == ("awaiting_approval", "87654321")
    assert found.language == "nl"


async def test_who_is_signed_in_registers_for_another_product(
    company: Company, browse: Browse
) -> None:
    await company.add_product("eh3", needs_approval=True)
    await company.add_product("documents", needs_approval=True)
    piet, visitor = await invited(company, product="eh3", no_coupon=True), browse()
    await up_to_the_details(piet, visitor)

    await visitor.get("/register/documents")
    answer = await visitor.submit("/register/documents")
    assert answer.page.heading == "Your details"
    answer = await visitor.get("/registration")
    assert answer.page.heading == "Your registrations"
    assert "Eh3" in answer.text
    assert "Documents" in answer.text


async def test_what_was_typed_survives_an_error_and_leaving(
    company: Company, browse: Browse
) -> None:
    piet, visitor = await invited(company), browse()
    await up_to_the_details(piet, visitor)

    answer = await visitor.submit(given_names="Piet", family_name="", date_of_birth="31-31-1990")
    assert answer.status == 422
    page = answer.page
    assert page.fields["given_names"]["value"] == "Piet"
    assert page.fields["date_of_birth"]["value"] == "31-31-1990"
    assert page.fields["family_name"]["aria-invalid"] == "true"
    assert page.fields["family_name"]["aria-describedby"] == "family_name-problem"
    assert page.title.startswith("Error: ")

    later = browse()
    await later.get("/sign-in")
    answer = await later.submit(email=PIET, password=PASSWORD)
    assert answer.page.fields["given_names"]["value"] == "Piet"
    assert answer.page.fields["date_of_birth"]["value"] == "31-31-1990"


async def test_saving_for_later_hands_nothing_in(company: Company, browse: Browse) -> None:
    piet, visitor = await invited(company), browse()
    await up_to_the_details(piet, visitor)

    answer = await visitor.submit(-1, ("then", "later"), given_names="Piet")

    assert answer.status == 200
    assert "Saved." in answer.text
    assert answer.page.fields["given_names"]["value"] == "Piet"
    assert (await row_of(company, schema.registration)).submitted_at is None


async def test_every_step_is_taken_up_again_with_the_same_link(
    company: Company, browse: Browse
) -> None:
    piet, visitor = await invited(company), browse()
    token = await piet.token()
    await visitor.get(f"/invitation/{token}")
    await visitor.submit()
    await visitor.get(f"/invitation/{token}")
    assert (await visitor.submit()).path == "/account/password"
    await visitor.submit(password=PASSWORD)
    await visitor.get(f"/invitation/{token}")
    assert (await visitor.submit()).path == "/account/code"
    assert (await visitor.submit(code=await piet.code())).page.heading == "Your details"


async def test_several_links_in_turn_each_show_their_own(company: Company, browse: Browse) -> None:
    await company.add_organisation("Bakkerij BV")
    first = await (await invited(company)).token()
    second = await (await invited(company, organisation="Bakkerij BV")).token()
    visitor = browse()

    assert ACME in (await visitor.get(f"/invitation/{first}")).text
    assert "Bakkerij BV" in (await visitor.get(f"/invitation/{second}")).text
    assert ACME in (await visitor.get(f"/invitation/{first}")).text


async def test_a_form_takes_up_the_invitation_that_it_shows(
    company: Company, browse: Browse
) -> None:
    await company.add_organisation("Bakkerij BV")
    first = await (await invited(company)).token()
    second = await (await invited(company, organisation="Bakkerij BV")).token()
    visitor = browse()
    shown = (await visitor.get(f"/invitation/{first}")).page.forms[-1]
    await visitor.get(f"/invitation/{second}")

    await visitor.post(shown.path, shown.values)

    found = await row_of(company, schema.registration)
    invitation = await row_of(
        company, schema.invitation, schema.invitation.c.id == found.invitation_id
    )
    assert invitation.token_hash == token_hash(first)


async def test_a_rejected_person_reads_why_as_text(company: Company, browse: Browse) -> None:
    await company.add_product("eh3", needs_approval=True)
    piet, visitor = await invited(company, product="eh3", no_coupon=True), browse()
    await up_to_the_details(piet, visitor)
    await visitor.submit(**DETAILS)
    waiting = await row_of(company, schema.registration)
    await company.desk.approvals.reject(Picks.of(waiting.id), "Not <b>ours</b>")

    answer = await visitor.get("/registration")

    assert answer.page.heading == "Not approved"
    assert "Not &lt;b&gt;ours&lt;/b&gt;" in answer.text


async def test_giving_up_a_registration_is_asked_once(company: Company, browse: Browse) -> None:
    piet, visitor = await invited(company), browse()
    await up_to_the_details(piet, visitor)
    path = f"{visitor.last.path}/withdraw"
    answer = await visitor.get(path)
    assert answer.page.heading == "Give up this registration?"
    assert (await row_of(company, schema.registration)).status == "verified"
    answer = await visitor.submit(path)

    assert answer.page.heading == "Given up"
    assert (await row_of(company, schema.registration)).status == "withdrawn"


async def test_a_forgotten_password_is_set_anew(company: Company, browse: Browse) -> None:
    piet, visitor = await invited(company), browse()
    await up_to_the_details(piet, visitor)
    other = browse()
    await other.get("/password")
    assert (await other.submit(email=PIET)).path == "/password/sent"
    await other.get(f"/password/{await piet.password_token()}")
    assert other.last.path == "/password/new"
    assert (await other.submit(password="x")).status == 422
    answer = await other.submit(password="another horse battery")

    assert answer.page.heading == "Your details"
    assert (await visitor.get("/registration")).path == "/sign-in"


async def test_another_code_can_be_mailed(company: Company, browse: Browse) -> None:
    piet, visitor = await invited(company), browse()
    await visitor.get(f"/invitation/{await piet.token()}")
    await visitor.submit()
    await visitor.submit(password=PASSWORD)
    company.clock.move(minutes=2)

    answer = await visitor.submit("/account/code/again")

    assert answer.path == "/account/code/sent"
    assert (await visitor.submit(code=await piet.code())).page.heading == "Your details"
    sent = schema.outbox_message.c.kind == "verification"
    assert len(await company.execute(select(schema.outbox_message.c.id).where(sent))) == 2


async def test_who_comes_without_a_link_goes_on_where_they_left_off(
    company: Company, browse: Browse
) -> None:
    visitor = browse()
    assert (await visitor.get("/")).path == "/sign-in"
    piet = await invited(company)
    await visitor.get(f"/invitation/{await piet.token()}")
    await visitor.submit()
    assert (await visitor.get("/")).path == "/account/password"
    await visitor.submit(password=PASSWORD)
    assert (await visitor.get("/")).path == "/account/code"
    await visitor.submit(code=await piet.code())
    assert (await visitor.get("/")).page.heading == "Your details"


async def test_signing_out_ends_it(company: Company, browse: Browse) -> None:
    piet, visitor = await invited(company), browse()
    await up_to_the_details(piet, visitor)

    assert (await visitor.submit("/sign-out")).page.heading == "You are signed out"
    assert (await visitor.get("/registration")).path == "/sign-in"


async def test_what_is_asked_stands_above_the_details_until_they_are_handed_in_again(
    company: Company, browse: Browse
) -> None:
    await company.add_product("eh3", needs_approval=True)
    piet = await invited(company, product="eh3", no_coupon=True)
    visitor = browse()
    await up_to_the_details(piet, visitor)
    await visitor.submit(**DETAILS)
    wanted = schema.registration.c.status == "awaiting_approval"
    waiting = await row_of(company, schema.registration, wanted)
    question = "Your passport says <b>Pieter</b>; which is it?"
    assert (await company.desk.triage.ask(Picks.of(waiting.id), question)).done

    answer = await visitor.get("/registration")
    assert answer.page.heading == "Your details"
    assert "Something more is needed" in answer.text
    assert "&lt;b&gt;Pieter&lt;/b&gt;" in answer.text
    assert answer.page.fields["family_name"]["value"] == DETAILS["family_name"]
    answer = await visitor.submit(**DETAILS | {"given_names": "Pieter"})
    assert answer.page.heading == "Waiting for approval"
    candidate = await company.desk.approvals.show(waiting.id)
    assert candidate.given_names == "Pieter"
    assert candidate.asked
    assert candidate.asked.answered_at == company.clock()
    await approve(company)


async def test_who_runs_a_domain_confirms_a_claim_on_a_page(
    company: Company, browse: Browse
) -> None:
    await company.desk.domains.claim("firm.example")
    facts = (await company.execute(select(schema.outbox_message.c.facts)))[0].facts
    path = "/domain/" + facts.partition("/domain/")[2].partition('"')[0]
    visitor = browse()
    page = (await visitor.get(path)).page
    assert page.heading == "Is this domain yours?"
    assert "asked" in {each.kind for each in await company.desk.domains.all()}
    answer = await visitor.submit()
    assert answer.page.heading == "Confirmed"
    assert [each.kind for each in await company.desk.domains.all()] == ["claimed"]
    assert (await visitor.get(path)).status == 404
