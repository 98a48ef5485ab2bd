"""Registering by oneself, and with an account one has."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from tests.support.company import ACME
from tests.support.joiners import (
    BAKERY,
    PASSWORD,
    Joiner,
    account,
    count,
    invited,
    memberships,
    row_of,
)
from tui_admin.domain.errors import Denied, Invalid, NotFound, Refused
from tui_admin.domain.joining import Step
from tui_admin.domain.outcomes import Picks
from tui_admin.services.joining import service
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company

ANNA = "anna@bakery.example"


@pytest.fixture(autouse=True)
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "FLOOR", 0)


@pytest.fixture
async def anna(company: Company) -> Joiner:
    """Give somebody whom nobody invited, where a product waits for them."""
    await company.add_product("eh3", needs_approval=True)
    return Joiner(company, ANNA)


async def claim(company: Company, domain: str) -> None:
    claimed = {"domain": domain, "kind": "claimed", "created_at": company.clock()}
    await company.execute(insert(schema.email_domain).values(**claimed))


async def approve(company: Company) -> None:
    row = await row_of(company, schema.registration)
    outcome = await company.desk.approvals.approve(Picks.of(row.id))
    assert outcome.done, outcome


def why(caught: pytest.ExceptionInfo[Invalid]) -> dict[str, str]:
    return {field: reason.id for field, reason in caught.value.reasons.items()}


# By oneself


async def test_somebody_registers_an_unknown_company_and_is_its_administrator(
    company: Company, anna: Joiner
) -> None:
    assert (await anna.joining.offered("eh3")).product == "Eh3"
    assert (await anna.begin()).step is Step.PASSWORD
    assert (await anna.choose()).step is Step.CODE
    assert await account(company, ANNA) is None
    passed = await anna.verify()
    assert passed.step is Step.DETAILS
    assert (await company.user("anna")).role == "Basic user"
    (journey,) = await anna.joining.journeys(anna.session)
    assert (journey.company_fixed, journey.company_needed) == (False, True)
    waiting = await anna.hand_in(**BAKERY)
    assert (waiting.step, waiting.offer.organisation) == (Step.WAITING, "Bakkerij BV")
    assert await count(company, schema.organisation) == 1
    await approve(company)
    assert await memberships(company, ANNA) == {"Bakkerij BV": "administrator"}
    assert (await anna.joining.complete(anna.session, waiting.id)).step is Step.COMPLETED


async def test_a_company_we_know_is_linked_and_joined_as_a_member(
    company: Company, anna: Joiner
) -> None:
    await anna.register()
    waiting = await anna.hand_in(organisation_name="ACME", registration_number="12 34 56 78")
    assert waiting.offer.organisation == ACME
    await approve(company)
    assert await memberships(company, ANNA) == {ACME: "member"}


async def test_nobody_joins_a_company_we_know_on_their_own_word(company: Company) -> None:
    await company.add_product("eh2", needs_approval=False)
    anna = Joiner(company, ANNA)
    await anna.register("eh2")
    waiting = await anna.hand_in(organisation_name="Acme", registration_number="12345678")
    assert waiting.step is Step.WAITING
    assert await memberships(company, ANNA) == {}


async def test_without_approval_a_new_company_is_made_at_once(company: Company) -> None:
    await company.add_product("eh2", needs_approval=False)
    anna = Joiner(company, ANNA)
    await anna.register("eh2")
    assert (await anna.hand_in(**BAKERY)).step is Step.APPROVED
    assert await memberships(company, ANNA) == {"Bakkerij BV": "administrator"}


async def test_a_claimed_domain_joins_without_a_company_or_rights_and_is_shown(
    company: Company,
) -> None:
    await company.add_product("eh2", needs_approval=False)
    await claim(company, "bakery.example")
    anna = Joiner(company, ANNA)
    await anna.register("eh2")
    (journey,) = await anna.joining.journeys(anna.session)
    assert not journey.company_needed
    assert (await anna.hand_in()).step is Step.WAITING
    await approve(company)
    assert await memberships(company, ANNA) == {}
    assert (await company.user("anna")).role == "Basic user"


async def test_an_unknown_product_cannot_be_registered_for(company: Company) -> None:
    anna = Joiner(company, ANNA)
    with pytest.raises(NotFound, match="product_unknown"):
        await anna.begin("nothing")
    with pytest.raises(NotFound, match="product_unknown"):
        await anna.joining.offered("nothing")


async def test_somebody_invited_elsewhere_registers_by_themselves_with_no_more_rights(
    company: Company, anna: Joiner
) -> None:
    await company.invite(ANNA, organisation=ACME, role="Administrator")
    await anna.register()
    assert (await company.user("anna")).role == "Basic user"
    assert (await company.user("anna")).status == "active"
    # The invitation still holds, and goes to the account.
    token = await anna.token()
    passed = await anna.accept(token)
    assert passed.step is Step.DETAILS
    assert len(await anna.joining.journeys(anna.session)) == 2


# Whether somebody has an account is told to nobody


async def test_an_address_with_an_account_gets_the_same_answers_and_another_mail(
    company: Company, anna: Joiner
) -> None:
    await anna.register()
    (before,) = await anna.mails("verification")
    stranger = Joiner(company, ANNA)
    assert (await stranger.begin()).step is Step.PASSWORD
    assert (await stranger.choose("a stranger's password")).step is Step.CODE
    assert (await stranger.joining.visit(stranger.session)).step is Step.CODE
    (mail,) = await stranger.mails("has_account")
    assert mail["link"].endswith("/sign-in")
    assert await stranger.mails("verification") == [before]
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Refused, match="code_wrong") as caught:
            await stranger.verify("123456")
        assert caught.value.reason.values == {"left": left}
    with pytest.raises(Refused, match="code_over"):
        await stranger.verify("123456")
    company.clock.move(seconds=31)
    await stranger.joining.send_code_again(stranger.session)
    assert len(await stranger.mails("has_account")) == 2
    assert (await Joiner(company, ANNA).sign_in()).step is Step.DETAILS


async def test_a_blocked_account_is_not_told_of_either(company: Company, anna: Joiner) -> None:
    await anna.register()
    await company.desk.users.block(await company.pick("anna"))
    stranger = Joiner(company, ANNA)
    await stranger.begin()
    assert (await stranger.choose()).step is Step.CODE
    assert await stranger.mails("has_account") == []
    with pytest.raises(Refused, match="code_wrong"):
        await stranger.verify("123456")


async def test_somebody_whom_an_operator_added_proves_the_address_by_code(
    company: Company, anna: Joiner
) -> None:
    await company.desk.users.add(ANNA, role="Advanced user")
    assert (await anna.register()).step is Step.DETAILS
    assert (await company.user("anna")).role == "Advanced user"
    assert (await Joiner(company, ANNA).sign_in()).step is Step.DETAILS


async def test_only_so_many_codes_are_mailed_to_an_address_whoever_asks(
    company: Company, anna: Joiner
) -> None:
    for _ in range(20):
        stranger = Joiner(company, ANNA)
        await stranger.begin()
        await stranger.choose()
    await anna.begin()
    with pytest.raises(Refused, match="code_too_often"):
        await anna.choose()


# With an account


async def test_an_invitation_is_linked_by_signing_in(company: Company, anna: Joiner) -> None:
    await anna.register()
    await company.invite(ANNA, organisation=ACME, role="Administrator")
    elsewhere = Joiner(company, ANNA)
    assert (await elsewhere.accept()).step is Step.SIGN_IN
    assert (await elsewhere.joining.visit(elsewhere.session)).step is Step.SIGN_IN
    before = elsewhere.session
    passed = await elsewhere.sign_in()
    assert (passed.step, passed.session != before) == (Step.DETAILS, True)
    journey = (await elsewhere.joining.journeys(passed.session))[0]
    assert (journey.id, journey.offer.organisation) == (passed.registration, ACME)
    assert journey.company_fixed
    await elsewhere.hand_in()
    await approve(company)
    # An account that was there before keeps its role.
    assert (await company.user("anna")).role == "Basic user"
    assert await memberships(company, ANNA) == {ACME: "member"}


async def test_who_is_signed_in_takes_up_an_invitation_at_once(
    company: Company, anna: Joiner
) -> None:
    await anna.register()
    await company.invite(ANNA, organisation=ACME)
    session = anna.session
    passed = await anna.accept()
    assert (passed.step, passed.session) == (Step.DETAILS, session)


async def test_an_invitation_is_not_linked_to_another_account(
    company: Company, anna: Joiner
) -> None:
    await anna.register()
    piet = await invited(company)
    await piet.accept()
    with pytest.raises(Refused, match="address_not_invited"):
        await anna.joining.sign_in(piet.session, ANNA, PASSWORD)
    assert (await row_of(company, schema.invitation)).status == "queued"
    passed = await anna.joining.sign_in(piet.session, ANNA, PASSWORD)
    assert (passed.step, len(await anna.joining.journeys(passed.session))) == (Step.DETAILS, 1)


async def test_an_invitation_that_was_revoked_meanwhile_is_told_once(
    company: Company, anna: Joiner
) -> None:
    await anna.register()
    await company.invite(ANNA, organisation=ACME)
    elsewhere = Joiner(company, ANNA)
    await elsewhere.accept()
    (row,) = await company.invitations()
    await company.desk.invitations.revoke(Picks.of(row.id))
    with pytest.raises(Refused, match="invitation_is"):
        await elsewhere.sign_in()
    assert (await elsewhere.sign_in()).step is Step.DETAILS


async def test_a_product_is_registered_for_by_signing_in(company: Company, anna: Joiner) -> None:
    await anna.register()
    await company.add_product("eh4")
    elsewhere = Joiner(company, ANNA)
    await elsewhere.begin("eh4")
    passed = await elsewhere.sign_in()
    assert (await elsewhere.joining.journeys(passed.session))[0].offer.product == "Eh4"


async def test_another_product_is_started_once(company: Company, anna: Joiner) -> None:
    await anna.register()
    await company.add_product("eh4")
    first = await anna.joining.start(anna.session, "eh4")
    again = await anna.joining.start(anna.session, "eh4")
    assert first == again
    assert first.step is Step.DETAILS
    with pytest.raises(NotFound, match="product_unknown"):
        await anna.joining.start(anna.session, "nothing")


async def test_the_same_product_for_the_same_company_is_refused(
    company: Company, anna: Joiner
) -> None:
    await anna.register()
    await anna.hand_in(**BAKERY)
    again = await anna.joining.start(anna.session, "eh3")
    assert again.registration
    with pytest.raises(Refused, match="has_product"):
        await anna.hand_in(**BAKERY, phone="112233")
    assert (await anna.joining.journeys(anna.session))[0].answers["phone"] == "112233"
    other = await anna.hand_in(organisation_name="Other", registration_number="11112222")
    assert other.step is Step.WAITING


async def test_without_any_registration_signing_in_leads_to_none(company: Company) -> None:
    await company.hub.operators.set_password("founder", PASSWORD)
    founder = Joiner(company, "founder@acme.example")
    passed = await founder.sign_in()
    assert (passed.step, passed.registration) == (Step.DETAILS, None)
    assert await founder.joining.journeys(passed.session) == ()


# Signing in


async def test_whatever_is_wrong_has_one_answer(company: Company, anna: Joiner) -> None:
    await anna.register()
    await company.invite("piet@x.example")
    for email, password in [
        (ANNA, "wrong"),
        (ANNA, ""),
        (ANNA, "x" * 100_000),
        ("nobody@x.example", PASSWORD),
        ("piet@x.example", PASSWORD),
        ("", ""),
        ("\ud800", "\ud800"),
    ]:
        with pytest.raises(Denied, match="sign_in_failed"):
            await anna.joining.sign_in("", email, password)


@pytest.mark.parametrize("email", [ANNA, "nobody@x.example"])
async def test_a_password_is_guessed_at_ten_times_only(
    company: Company, anna: Joiner, email: str
) -> None:
    from tests.services.test_joining import answers

    await anna.register()
    calls = [anna.joining.sign_in("", email, f"wrong {n}") for n in range(30)]
    found = await answers(calls)
    assert (found.count("sign_in_failed"), found.count("sign_in_paused")) == (10, 20)
    with pytest.raises(Refused, match="sign_in_paused"):
        await anna.joining.sign_in("", email, PASSWORD)
    company.clock.move(minutes=15)
    assert (await anna.sign_in()).step is Step.DETAILS


async def test_the_right_password_begins_the_count_anew(company: Company, anna: Joiner) -> None:
    await anna.register()
    for _ in range(3):
        for _ in range(9):
            with pytest.raises(Denied, match="sign_in_failed"):
                await anna.sign_in("wrong")
        await anna.sign_in()


# Passwords by link


async def test_a_password_is_reset_by_a_link_and_shuts_all_that_was_open(
    company: Company, anna: Joiner
) -> None:
    await anna.register()
    old = anna.session
    await anna.joining.ask_password(ANNA, "nl")
    await anna.joining.ask_password(ANNA, "nl")
    first, second = [mail["link"].rpartition("/")[2] for mail in await anna.mails("reset_password")]
    assert await anna.joining.password_link(first) == ANNA
    passed = await anna.joining.set_password(first, "a brand new one")
    assert passed.step is Step.DETAILS
    assert (await anna.joining.visit(passed.session)).member
    assert not (await anna.joining.visit(old)).member
    for over in (first, second):
        with pytest.raises(Refused, match="password_link_over"):
            await anna.joining.set_password(over, "a brand new one")
        with pytest.raises(Refused, match="password_link_over"):
            await anna.joining.password_link(over)
    with pytest.raises(Denied, match="sign_in_failed"):
        await anna.sign_in()
    await anna.sign_in("a brand new one")


async def test_who_was_added_sets_a_first_password_by_a_link(company: Company) -> None:
    await company.desk.users.add(ANNA)
    anna = Joiner(company, ANNA)
    await anna.joining.ask_password(ANNA, "en")
    await anna.joining.set_password(await anna.password_token("set_password"), PASSWORD)
    assert (await anna.sign_in()).registration is None


async def test_nobody_else_is_mailed_a_link_and_nobody_can_tell(
    company: Company, anna: Joiner
) -> None:
    await company.invite("piet@x.example")
    await company.add("marie")
    await company.desk.users.block(await company.pick("marie"))
    before = await count(company, schema.outbox_message)
    for email in ("nobody@x.example", "piet@x.example", "marie@acme.example", "", "\ud800", "x@"):
        await anna.joining.ask_password(email, "en")
    assert await count(company, schema.outbox_message) == before


async def test_three_links_an_hour_are_mailed(company: Company, anna: Joiner) -> None:
    await anna.register()
    for _ in range(5):
        await anna.joining.ask_password(ANNA, "en")
    assert len(await anna.mails("reset_password")) == 3


async def test_a_link_to_set_a_password_holds_an_hour(company: Company, anna: Joiner) -> None:
    await anna.register()
    await anna.joining.ask_password(ANNA, "en")
    token = await anna.password_token()
    company.clock.move(hours=1)
    with pytest.raises(Refused, match="password_link_over"):
        await anna.joining.set_password(token, PASSWORD)


async def test_an_operators_new_password_ends_their_session_here(company: Company) -> None:
    await company.hub.operators.set_password("founder", PASSWORD)
    founder = Joiner(company, "founder@acme.example")
    await founder.sign_in()
    await company.hub.operators.set_password("founder", PASSWORD + "!", company.desk.operator)
    assert not (await founder.joining.visit(founder.session)).member


# Details


async def test_each_field_says_what_is_wrong_with_it_and_keeps_what_was_typed(
    company: Company, anna: Joiner
) -> None:
    passed = await anna.register()
    typed = {
        "given_names": "",
        "family_name": "x\u202ey",
        "date_of_birth": "31-02-1990",
        "phone": "1",
        "organisation_name": "",
        "registration_number": "1",
        "coupon": "nothing",
        "other": "thing",
    }
    assert passed.registration
    with pytest.raises(Invalid) as caught:
        await anna.joining.hand_in(anna.session, passed.registration, typed)
    assert why(caught) == {
        "given_names": "text_missing",
        "family_name": "text_control_character",
        "date_of_birth": "date_form",
        "phone": "phone_form",
        "organisation_name": "text_missing",
        "registration_number": "registration_number_form",
        "coupon": "coupon_unknown",
    }
    (journey,) = await anna.joining.journeys(anna.session)
    assert journey.answers == {field: typed[field] for field in typed if field != "other"}


async def test_what_was_typed_is_kept_and_has_an_end(company: Company, anna: Joiner) -> None:
    passed = await anna.register()
    assert passed.registration
    await anna.joining.keep(anna.session, passed.registration, {"given_names": "A" * 10_000})
    (journey,) = await anna.joining.journeys(anna.session)
    assert journey.answers == {"given_names": "A" * 500}


async def test_what_is_known_is_filled_in_for_the_next_registration(
    company: Company, anna: Joiner
) -> None:
    await anna.register()
    await anna.hand_in(**BAKERY)
    await company.add_product("eh4")
    await anna.joining.start(anna.session, "eh4")
    answers = (await anna.joining.journeys(anna.session))[0].answers
    assert (answers["given_names"], answers["date_of_birth"]) == ("Piet", "1990-01-31")
    handed_in = (await anna.joining.journeys(anna.session))[1]
    with pytest.raises(Refused, match="registration_is"):
        await anna.joining.keep(anna.session, handed_in.id, {})


async def test_people_are_called_by_the_name_they_gave(company: Company, anna: Joiner) -> None:
    await anna.register()
    await anna.hand_in(**BAKERY)
    found = await company.user("anna")
    assert found.display_name == "Piet de Vries"
    assert [each.username for each in await company.users("vries")] == ["anna"]
    identity = await row_of(company, schema.digital_identity)
    assert (identity.status, identity.phone) == ("supplied", "+31612345678")


async def test_the_name_an_operator_gave_stays(company: Company, anna: Joiner) -> None:
    await company.invite(f"Anna Bakker <{ANNA}>", organisation=ACME)
    await anna.take_up()
    await anna.hand_in()
    assert (await company.user("anna")).display_name == "Anna Bakker"


async def test_what_was_validated_stays_so_until_it_is_told_otherwise(
    company: Company, anna: Joiner
) -> None:
    await anna.register()
    await anna.hand_in(**BAKERY)
    await company.execute(schema.digital_identity.update().values(status="validated"))
    await company.add_product("eh4")
    await anna.joining.start(anna.session, "eh4")
    await anna.hand_in(**BAKERY)
    assert (await row_of(company, schema.digital_identity)).status == "validated"
    await company.add_product("eh5")
    await anna.joining.start(anna.session, "eh5")
    await anna.hand_in(**BAKERY, family_name="Jansen")
    assert (await row_of(company, schema.digital_identity)).status == "supplied"


# Coupons


async def add_coupon(company: Company, code: str, **values: Any) -> None:
    await company.execute(insert(schema.coupon).values(code=code, **values))


async def test_a_coupon_is_used_as_often_as_it_may(company: Company, anna: Joiner) -> None:
    await add_coupon(company, "SPRING", use_limit=1)
    await anna.register()
    assert (await anna.hand_in(**BAKERY, coupon="spring")).offer.coupon == "SPRING"
    piet = Joiner(company)
    await piet.register()
    with pytest.raises(Invalid) as caught:
        await piet.hand_in(**BAKERY, coupon="SPRING")
    assert why(caught) == {"coupon": "coupon_used_up"}
    with pytest.raises(Refused, match="coupon_used_up"):
        await company.invite("x@x.example", organisation=ACME, product="eh3", coupon="SPRING")


async def test_a_coupon_has_to_fit(company: Company, anna: Joiner) -> None:
    acme = await row_of(company, schema.organisation)
    await company.add_product("eh4")
    other = await row_of(company, schema.product)
    await add_coupon(company, "OTHER", product_id=other.id)
    await add_coupon(company, "ACME", organisation_id=acme.id)
    await add_coupon(company, "OLD", expires_at=company.clock() - timedelta(days=1))
    await anna.register()
    for code, reason in [
        ("OTHER", "coupon_other_product"),
        ("ACME", "coupon_other_organisation"),
        ("OLD", "coupon_expired"),
    ]:
        with pytest.raises(Invalid) as caught:
            await anna.hand_in(**BAKERY, coupon=code)
        assert why(caught) == {"coupon": reason}
    mine = await anna.hand_in(
        organisation_name="Acme", registration_number="12345678", coupon="ACME"
    )
    assert mine.offer.coupon == "ACME"


async def test_an_invitation_has_the_coupon_it_names_and_no_other(
    company: Company, anna: Joiner
) -> None:
    await add_coupon(company, "SPRING")
    await add_coupon(company, "OTHER")
    await company.invite(ANNA, organisation=ACME, product="eh3", coupon="SPRING")
    await anna.take_up()
    assert (await anna.hand_in(coupon="OTHER")).offer.coupon == "SPRING"


async def test_an_invitation_without_a_company_or_coupon_takes_one_that_is_brought(
    company: Company, anna: Joiner
) -> None:
    await add_coupon(company, "SPRING", use_limit=1)
    await company.invite(ANNA, product="eh3", no_coupon=True)
    passed = await anna.take_up()
    (journey,) = await anna.joining.journeys(anna.session)
    assert (journey.company_fixed, journey.company_needed) == (False, True)
    done = await anna.hand_in(**BAKERY, coupon="SPRING")
    assert (done.id, done.offer.coupon) == (passed.registration, "SPRING")
    with pytest.raises(Refused, match="coupon_used_up"):
        await company.invite("x@x.example", organisation=ACME, product="eh3", coupon="SPRING")


async def test_an_archived_company_takes_nobody(company: Company, anna: Joiner) -> None:
    await company.execute(schema.organisation.update().values(status="archived"))
    await anna.register()
    with pytest.raises(Invalid) as caught:
        await anna.hand_in(organisation_name="Acme", registration_number="12345678")
    assert why(caught) == {"registration_number": "organisation_archived"}


async def test_an_invitation_revoked_after_a_first_click_can_be_sent_anew(
    company: Company, anna: Joiner
) -> None:
    await company.invite(ANNA, organisation=ACME, product="eh3", no_coupon=True)
    await anna.accept()
    (row,) = await company.invitations()
    await company.desk.invitations.revoke(Picks.of(row.id))
    plan: dict[str, Any] = {"organisation": ACME, "product": "eh3", "no_coupon": True}
    assert await company.verdicts(ANNA, **plan) == ["ok"]
    await company.invite(ANNA, **plan)
    assert (await anna.take_up()).step is Step.DETAILS
    assert await company.verdicts("anna@bakery.example", **plan) == ["existing_user"]


async def test_markup_in_a_name_stays_text(company: Company, anna: Joiner) -> None:
    await anna.register()
    await anna.hand_in(**BAKERY, given_names="[red]<b>", family_name="x[/")
    assert (await company.user("anna")).display_name == "[red]<b> x[/"
    rows = await company.execute(select(schema.digital_identity.c.given_names))
    assert [row.given_names for row in rows] == ["[red]<b>"]
