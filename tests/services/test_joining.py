"""The way of somebody who was invited: from the link to a registration that is complete."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tests.support.company import ACME, Company
from tests.support.joiners import (
    DETAILS,
    PASSWORD,
    PIET,
    Joiner,
    account,
    count,
    invited,
    memberships,
    row_of,
)
from tui_admin.domain.errors import AdminError, Denied, NotFound, Refused
from tui_admin.domain.joining import Step, Visit
from tui_admin.domain.outcomes import Picks
from tui_admin.services import operators
from tui_admin.services.joining import service
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence
    from pathlib import Path

    from tests.support.stores import Templates
    from tui_admin.services.joining import Joining


@pytest.fixture(autouse=True)
def no_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "FLOOR", 0)


async def answers(calls: Sequence[Awaitable[Any]]) -> list[str]:
    """Return what became of calls made at once: a reason's id, "" where one went through."""
    found = await asyncio.gather(*calls, return_exceptions=True)
    for each in found:
        if isinstance(each, BaseException) and not isinstance(each, AdminError):
            raise each
    return [each.reason.id if isinstance(each, AdminError) else "" for each in found]


async def approve(company: Company) -> None:
    waiting = await row_of(
        company, schema.registration, schema.registration.c.status == "awaiting_approval"
    )
    outcome = await company.desk.approvals.approve(Picks.of(waiting.id))
    assert outcome.done, outcome


# The whole way


async def test_the_whole_way_from_the_link_to_complete(company: Company) -> None:
    await company.add_product("eh3", needs_approval=True)
    piet = await invited(company, product="eh3", no_coupon=True)
    offer = await piet.joining.invited(await piet.token())
    assert (offer.organisation, offer.product, offer.email) == (ACME, "Eh3", PIET)
    assert (await piet.accept()).step is Step.PASSWORD
    assert (await piet.joining.visit(piet.session)).step is Step.PASSWORD
    assert (await piet.choose()).step is Step.CODE
    assert (await piet.joining.visit(piet.session)).step is Step.CODE
    passed = await piet.verify()
    assert passed.step is Step.DETAILS
    assert (await account(company)).status == "active"
    assert await memberships(company) == {}
    journey = await piet.hand_in()
    assert (journey.step, journey.id) == (Step.WAITING, passed.registration)
    assert (await company.mails())[0].kind == "approval_asked"
    await approve(company)
    assert (await piet.joining.journeys(piet.session))[0].step is Step.APPROVED
    assert await memberships(company) == {ACME: "member"}
    assert (await piet.joining.complete(piet.session, journey.id)).step is Step.COMPLETED
    assert len(await piet.mails("completed")) == 1
    assert (await company.invitations())[0].status == "accepted"
    assert await company.desk.audit.verify() is not None


async def test_every_step_of_it_is_in_the_audit_log_as_their_own(company: Company) -> None:
    piet = await invited(company)
    await piet.take_up()
    await piet.hand_in()
    events = await company.execute(
        select(schema.audit_event.c.action, schema.audit_event.c.operator)
        .where(schema.audit_event.c.operator == "piet")
        .order_by(schema.audit_event.c.id)
    )
    assert [row.action for row in events] == [
        "registration.start",
        "registration.account",
        "user.verify",
        "invitation.accept",
        "registration.verify",
        "user.identity",
        "registration.hand_in",
    ]


async def test_no_secret_is_in_the_log_or_at_rest(company: Company) -> None:
    piet = await invited(company)
    token = await piet.token()
    await piet.accept()
    before = piet.session
    await piet.choose()
    code = await piet.code()
    await piet.verify()
    rows = await company.execute(select(schema.audit_event.c.text))
    told = " ".join(row.text for row in rows)
    for table in (schema.portal_session, schema.verification_code, schema.registration):
        told += repr(await company.execute(select(table)))
    told += repr(await company.execute(select(schema.user)))
    for secret in (token, before, piet.session, PASSWORD, f"'{code}'"):
        assert secret not in told


async def test_an_environment_alone_needs_no_approval(company: Company) -> None:
    piet = await invited(company, organisation="", role="Advanced user")
    await piet.take_up()
    assert (await company.user("piet")).role == "Basic user"
    journey = await piet.hand_in(organisation_name="Acme", registration_number="12345678")
    assert (journey.step, journey.company_fixed, journey.company_needed) == (
        Step.APPROVED,
        True,
        False,
    )
    assert (await company.user("piet")).role == "Advanced user"
    assert await memberships(company) == {}
    assert await piet.mails("approved") == []


async def test_a_product_without_approval_leads_straight_on(company: Company) -> None:
    await company.add_product("eh2", needs_approval=False)
    piet = await invited(company, product="eh2", no_coupon=True)
    await piet.take_up()
    assert (await piet.hand_in()).step is Step.APPROVED
    assert await memberships(company) == {ACME: "member"}


async def test_an_inviter_who_lost_the_right_holds_the_invitation(company: Company) -> None:
    await company.add_product("eh2", needs_approval=False)
    await company.add_role("Inviter", "can_view", "can_invite")
    desk = await company.add("ivy", "Inviter")
    await company.invite(PIET, desk, organisation=ACME, product="eh2", no_coupon=True)
    piet = Joiner(company)
    await piet.take_up()
    await company.desk.users.block(await company.pick("ivy"))
    assert (await piet.hand_in()).step is Step.WAITING
    assert await memberships(company) == {}


async def test_a_promised_role_waits_for_the_approval(company: Company) -> None:
    piet = await invited(company, role="Administrator")
    await piet.take_up()
    assert (await company.user("piet")).role == "Basic user"
    await piet.hand_in()
    assert (await company.user("piet")).role == "Basic user"
    await approve(company)
    assert (await company.user("piet")).role == "Administrator"


async def test_somebody_who_was_prepared_has_the_role_at_once(company: Company) -> None:
    piet = await invited(company)
    await company.desk.users.set_role(await company.pick("piet"), "Advanced user")
    await piet.take_up()
    assert (await company.user("piet")).role == "Advanced user"


# Links


async def test_opening_a_link_uses_nothing(company: Company) -> None:
    piet = await invited(company)
    token = await piet.token()
    for _ in range(100):
        await piet.joining.invited(token)
    assert await count(company, schema.registration) == 0
    assert (await piet.accept()).step is Step.PASSWORD


@pytest.mark.parametrize("token", ["", "x", "\ud800", "é", "y" * 10_000])
async def test_a_forged_link_is_unknown(small: Company, token: str) -> None:
    await invited(small)
    with pytest.raises(NotFound, match="invitation_unknown"):
        await small.hub.joining.invited(token)
    with pytest.raises(NotFound, match="invitation_unknown"):
        await small.hub.joining.accept(token, PIET, "", "en")


async def test_a_link_that_is_over_says_why_at_every_step(company: Company) -> None:
    piet = await invited(company)
    token = await piet.token()
    await piet.accept(token)
    await piet.choose()
    code = await piet.code()
    (row,) = await company.invitations()
    await company.desk.invitations.revoke(Picks.of(row.id))
    steps = [
        piet.joining.invited(token),
        piet.joining.accept(token, PIET, "", "en"),
        piet.joining.choose_password(piet.session, PASSWORD),
        piet.joining.send_code_again(piet.session),
        piet.joining.verify(piet.session, code),
    ]
    assert await answers(steps) == ["invitation_is"] * len(steps)
    assert (await account(company)).status == "invited"


async def test_a_link_expires(company: Company) -> None:
    piet = await invited(company)
    token = await piet.token()
    company.clock.move(days=365)
    with pytest.raises(Refused) as caught:
        await piet.joining.invited(token)
    assert caught.value.reason.values == {"status": "expired"}


async def test_a_link_is_dead_once_the_address_was_proven(company: Company) -> None:
    piet = await invited(company)
    token = await piet.token()
    await piet.take_up()
    for again in (piet.joining.invited(token), piet.joining.accept(token, PIET, "", "en")):
        with pytest.raises(Refused) as caught:
            await again
        assert caught.value.reason.values == {"status": "accepted"}


async def test_a_link_that_was_replaced_is_unknown(company: Company) -> None:
    piet = await invited(company)
    old = await piet.token()
    await company.mails_have_gone()
    (row,) = await company.invitations()
    await company.desk.invitations.resend(Picks.of(row.id))
    with pytest.raises(NotFound):
        await piet.joining.invited(old)
    assert await piet.joining.invited(await piet.token())


async def test_a_way_can_be_left_and_taken_up_with_the_same_link(company: Company) -> None:
    piet = await invited(company)
    token = await piet.token()
    await piet.accept(token)
    await piet.choose("another password")
    assert (await piet.accept(token)).step is Step.CODE
    elsewhere = Joiner(company)
    assert (await elsewhere.accept(token)).step is Step.PASSWORD
    await elsewhere.choose()
    assert (await elsewhere.verify()).step is Step.DETAILS
    assert await count(company, schema.registration) == 1
    assert (await Joiner(company).sign_in()).step is Step.DETAILS


async def test_the_address_has_to_be_the_one_invited(company: Company) -> None:
    piet = await invited(company)
    with pytest.raises(Refused, match="address_not_invited"):
        await piet.accept(email="other@x.example")
    with pytest.raises(Refused, match="address_no_at"):
        await piet.accept(email="piet")
    assert (await piet.accept(email=" PIET@X.example ")).step is Step.PASSWORD


async def test_another_address_may_be_let_in_and_is_flagged(store_url: str) -> None:
    async with Company.at(store_url, INVITATIONS__ADDRESS_MUST_MATCH="false") as company:
        piet = await invited(company, role="Advanced user")
        token = await piet.token()
        home = Joiner(company, "piet@home.example")
        assert (await home.accept(token)).step is Step.PASSWORD
        await home.choose()
        await home.verify()
        await home.hand_in()
        row = await row_of(company, schema.registration)
        assert row.email == "piet@home.example"
        assert (await account(company)).status == "invited"
        (waiting,) = await company.execute(select(schema.invitation))
        assert (waiting.status, waiting.email) == ("accepted", PIET)
        await approve(company)
        assert (await company.user("piet-2")).role == "Advanced user"
        assert [each.email for each in await company.users("piet")] == ["piet@home.example"]


async def test_of_another_address_nothing_is_told(templates: Templates, tmp_path: Path) -> None:
    url = templates.founded("sqlite", tmp_path)
    async with Company.at(url, INVITATIONS__ADDRESS_MUST_MATCH="false") as company:
        await company.hub.operators.set_password("founder", PASSWORD)
        await company.add("marie")
        await company.desk.users.block(await company.pick("marie"))
        piet = await invited(company)
        token = await piet.token()
        for email in ("nobody@x.example", "founder@acme.example", "marie@acme.example"):
            stranger = Joiner(company, email)
            assert (await stranger.accept(token)).step is Step.PASSWORD
            assert (await stranger.joining.visit(stranger.session)).step is Step.PASSWORD
            assert (await stranger.choose()).step is Step.CODE
        # Whoever has that account signs in, and the invitation is theirs.
        founder = Joiner(company, "founder@acme.example")
        await founder.accept(token)
        assert (await founder.sign_in()).step is Step.DETAILS


async def test_a_blocked_account_accepts_nothing(company: Company) -> None:
    piet = await invited(company)
    token = await piet.token()
    await company.desk.users.block(await company.pick("piet"))
    with pytest.raises(Refused, match="account_blocked"):
        await piet.accept(token)


# Many at once


async def test_twenty_accepts_at_once_are_one_registration(company: Company) -> None:
    piet = await invited(company)
    token = await piet.token()
    calls = [piet.joining.accept(token, PIET, "", "en") for _ in range(20)]
    assert await answers(calls) == [""] * 20
    assert await count(company, schema.registration) == 1
    assert await count(company, schema.user) == 2


async def test_twenty_right_codes_at_once_are_one_account(company: Company) -> None:
    piet = await invited(company)
    await piet.accept()
    await piet.choose()
    code = await piet.code()
    calls = [piet.joining.verify(piet.session, code) for _ in range(20)]
    # A second click is the same hand: it comes to the same place.
    assert await answers(calls) == [""] * 20
    assert await count(company, schema.registration) == 1
    assert await count(company, schema.user) == 2
    accepted = schema.audit_event.c.action == "invitation.accept"
    assert await count(company, schema.audit_event, accepted) == 1


async def test_of_sixty_wrong_codes_at_once_five_are_tried(company: Company) -> None:
    piet = await invited(company)
    await piet.accept()
    await piet.choose()
    code = await piet.code()
    wrong = [f"{(int(code) + n) % 1_000_000:06}" for n in range(1, 61)]
    found = await answers([piet.joining.verify(piet.session, each) for each in wrong])
    assert (found.count("code_wrong"), found.count("code_over")) == (5, 55)
    with pytest.raises(Refused, match="code_over"):
        await piet.verify(code)
    company.clock.move(minutes=1)
    await piet.joining.send_code_again(piet.session)
    assert (await piet.verify()).step is Step.DETAILS


async def test_a_second_click_on_handing_in_changes_nothing(company: Company) -> None:
    piet = await invited(company)
    passed = await piet.take_up()
    assert passed.registration
    calls = [piet.joining.hand_in(piet.session, passed.registration, DETAILS) for _ in range(5)]
    assert await answers(calls) == [""] * 5
    handed_in = schema.audit_event.c.action == "registration.hand_in"
    assert await count(company, schema.audit_event, handed_in) == 1


# Time


NOBODY = "nobody@x.example"
TELLING: dict[str, Callable[[Joining], Coroutine[Any, Any, object]]] = {
    "accept": lambda joining: joining.accept("forged", NOBODY, "", "en"),
    "begin": lambda joining: joining.begin("unknown", NOBODY, "", "en"),
    "sign in": lambda joining: joining.sign_in("", NOBODY, PASSWORD),
    "forgotten": lambda joining: joining.ask_password(NOBODY, "en"),
}
"""What could tell by its time whether somebody has an account."""


@pytest.mark.parametrize("name", TELLING)
async def test_an_answer_that_must_tell_nothing_is_held_back_to_the_floor(
    small: Company, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    passed, asked = asyncio.Event(), []

    async def sleep(seconds: float) -> None:
        asked.append(seconds)
        await passed.wait()

    monkeypatch.setattr(service, "FLOOR", 7)
    monkeypatch.setattr(service, "sleep", sleep)
    answer = asyncio.ensure_future(TELLING[name](small.hub.joining))
    await small.hub.joining.tidy()  # the store is done with whatever came before
    assert (answer.done(), asked) == (False, [7])
    passed.set()
    with suppress(AdminError):
        await answer


# Codes


async def test_a_code_holds_a_quarter_of_an_hour(company: Company) -> None:
    piet = await invited(company)
    await piet.accept()
    await piet.choose()
    code = await piet.code()
    company.clock.move(minutes=15)
    with pytest.raises(Refused, match="code_over"):
        await piet.verify(code)


async def test_a_wrong_code_says_how_many_tries_are_left(company: Company) -> None:
    piet = await invited(company)
    await piet.accept()
    await piet.choose()
    wrong = "000000" if await piet.code() != "000000" else "000001"
    with pytest.raises(Refused) as caught:
        await piet.verify(wrong)
    assert caught.value.reason.values == {"left": 4}
    code = await piet.code()
    assert (await piet.verify(f" {code[:3]} {code[3:]} ")).step is Step.DETAILS


async def test_another_code_replaces_the_one_before(company: Company) -> None:
    piet = await invited(company)
    await piet.accept()
    await piet.choose()
    old = await piet.code()
    with pytest.raises(Refused) as caught:
        await piet.joining.send_code_again(piet.session)
    assert caught.value.reason.id == "code_too_soon"
    assert caught.value.reason.values == {"seconds": 30}
    company.clock.move(seconds=30)
    await piet.joining.send_code_again(piet.session)
    # The old one has not left yet, and never will.
    (mail,) = await piet.mails("verification")
    if mail["code"] != old:
        with pytest.raises(Refused, match="code_wrong"):
            await piet.verify(old)
    assert (await piet.verify()).step is Step.DETAILS


async def test_only_so_many_codes_are_mailed_in_an_hour(company: Company) -> None:
    piet = await invited(company)
    await piet.accept()
    await piet.choose()
    for _ in range(5):
        company.clock.move(seconds=31)
        await piet.joining.send_code_again(piet.session)
    company.clock.move(seconds=31)
    with pytest.raises(Refused, match="code_too_often"):
        await piet.joining.send_code_again(piet.session)
    company.clock.move(hours=1)
    await piet.joining.send_code_again(piet.session)


async def test_a_second_click_on_the_password_mails_once_and_the_last_one_holds(
    company: Company,
) -> None:
    piet = await invited(company)
    await piet.accept()
    await piet.choose("another password")
    await piet.choose()
    assert len(await piet.mails("verification")) == 1
    await piet.verify()
    assert (await Joiner(company).sign_in()).step is Step.DETAILS


async def test_a_password_of_another_session_makes_the_code_of_the_first_worthless(
    company: Company,
) -> None:
    piet = await invited(company)
    token = await piet.token()
    await piet.accept(token)
    await piet.choose()
    first = await piet.code()
    other = Joiner(company)
    await other.accept(token)
    await other.choose("another password")
    with pytest.raises(Refused, match="code_over"):
        await piet.verify(first)
    # The code that was mailed last is of no use to the first session either.
    with pytest.raises(Refused, match="code_over"):
        await piet.verify(await other.code())
    assert (await other.verify()).step is Step.DETAILS


async def test_a_code_is_of_no_use_without_a_password(company: Company) -> None:
    piet = await invited(company)
    await piet.accept()
    for step in (
        piet.joining.verify(piet.session, "123456"),
        piet.joining.send_code_again(piet.session),
    ):
        with pytest.raises(Refused, match="code_over"):
            await step


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
async def test_a_password_has_its_length(small: Company, password: str) -> None:
    piet = await invited(small)
    await piet.accept()
    with pytest.raises(Refused, match="password_length"):
        await piet.choose(password)


# Sessions


async def test_the_session_is_another_once_the_address_is_proven(company: Company) -> None:
    piet = await invited(company)
    await piet.accept()
    before = piet.session
    await piet.choose()
    await piet.verify()
    assert piet.session != before
    assert (await piet.joining.visit(before)).member is None
    member = (await piet.joining.visit(piet.session)).member
    assert member is not None
    assert (member.email, member.username) == (PIET, "piet")


@pytest.mark.parametrize("session", ["", "x", "\ud800", "y" * 10_000])
async def test_a_session_that_nobody_has_is_nobody(small: Company, session: str) -> None:
    assert await small.hub.joining.visit(session) == Visit()
    for step in (
        small.hub.joining.journeys(session),
        small.hub.joining.choose_password(session, PASSWORD),
        small.hub.joining.verify(session, "123456"),
        small.hub.joining.hand_in(session, 1, DETAILS),
    ):
        with pytest.raises(Denied, match="session_over"):
            await step
    await small.hub.joining.sign_out(session)


async def test_nobody_unexpected_has_a_password_hashed(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(operators, "hasher", lambda: hashed.append("once"))
    for step in (
        small.hub.joining.choose_password("x", PASSWORD),
        small.hub.joining.set_password("x", PASSWORD),
    ):
        with pytest.raises(AdminError, match="over"):
            await step
    assert hashed == []


async def test_a_session_ends_by_idling_and_at_its_age(company: Company) -> None:
    piet = await invited(company)
    await piet.take_up()
    company.clock.move(hours=12)
    assert await piet.joining.visit(piet.session) == Visit()
    await piet.sign_in()
    for _ in range(16):
        assert (await piet.joining.visit(piet.session)).member
        company.clock.move(hours=11)
    assert await piet.joining.visit(piet.session) == Visit()


async def test_a_session_ends_at_once_when_the_account_is_blocked(company: Company) -> None:
    piet = await invited(company)
    await piet.take_up()
    await company.desk.users.block(await company.pick("piet"))
    assert await piet.joining.visit(piet.session) == Visit()
    with pytest.raises(Denied, match="session_over"):
        await piet.hand_in()


async def test_signing_out_ends_the_session(company: Company) -> None:
    piet = await invited(company)
    await piet.take_up()
    await piet.joining.sign_out(piet.session)
    assert await piet.joining.visit(piet.session) == Visit()


async def test_what_is_over_is_tidied_away(company: Company) -> None:
    piet = await invited(company)
    await piet.take_up()
    await piet.joining.tidy()
    assert (await piet.joining.visit(piet.session)).member
    company.clock.move(days=8)
    await piet.joining.tidy()
    assert await count(company, schema.portal_session) == 0
    assert await count(company, schema.verification_code) == 0


async def test_a_registration_is_its_own_persons_only(company: Company) -> None:
    piet = await invited(company)
    passed = await piet.take_up()
    anna = await invited(company, "anna@x.example")
    await anna.take_up()
    assert passed.registration
    for step in (
        anna.joining.hand_in(anna.session, passed.registration, DETAILS),
        anna.joining.keep(anna.session, passed.registration, DETAILS),
        anna.joining.complete(anna.session, passed.registration),
        anna.joining.withdraw(anna.session, passed.registration),
    ):
        with pytest.raises(NotFound, match="registration_unknown"):
            await step


# Ending


async def test_what_is_not_approved_cannot_be_completed(company: Company) -> None:
    piet = await invited(company)
    passed = await piet.take_up()
    assert passed.registration
    await piet.hand_in()
    with pytest.raises(Refused, match="registration_is"):
        await piet.joining.complete(piet.session, passed.registration)


async def test_word_of_an_approval_is_not_sent_to_who_completed_already(company: Company) -> None:
    piet = await invited(company)
    await piet.take_up()
    journey = await piet.hand_in()
    await approve(company)
    assert len(await piet.mails("approved")) == 1
    await piet.joining.complete(piet.session, journey.id)
    assert await piet.mails("approved") == []
    assert len(await piet.mails("completed")) == 1


async def test_completing_twice_is_completing_once(company: Company) -> None:
    piet = await invited(company, organisation="")
    await piet.take_up()
    journey = await piet.hand_in()
    for _ in range(2):
        done = await piet.joining.complete(piet.session, journey.id)
        assert done.step is Step.COMPLETED
    assert len(await piet.mails("completed")) == 1


async def test_a_registration_is_withdrawn_and_stays_so(company: Company) -> None:
    piet = await invited(company)
    await piet.take_up()
    journey = await piet.hand_in()
    await piet.joining.withdraw(piet.session, journey.id)
    await piet.joining.withdraw(piet.session, journey.id)
    (found,) = await piet.joining.journeys(piet.session)
    assert found.step is Step.WITHDRAWN
    with pytest.raises(Refused, match="registration_is"):
        await piet.hand_in()


async def test_a_rejection_is_told_with_its_reason(company: Company) -> None:
    piet = await invited(company)
    await piet.take_up()
    journey = await piet.hand_in()
    await company.desk.approvals.reject(Picks.of(journey.id), "Not one of ours")
    (found,) = await piet.joining.journeys(piet.session)
    assert (found.step, found.reason) == (Step.REJECTED, "Not one of ours")


async def test_nothing_stays_of_a_step_that_failed(company: Company) -> None:
    piet = await invited(company)
    await piet.take_up()
    await company.execute(update(schema.organisation).values(status="archived"))
    with pytest.raises(Refused, match="fields_invalid"):
        await piet.hand_in()
    assert await count(company, schema.digital_identity) == 0
    assert (await row_of(company, schema.registration)).status == "details"
