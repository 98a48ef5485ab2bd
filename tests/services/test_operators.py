"""Operators: who is named, who signs in, and whose password is set by whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from tests.support.company import FOUNDER
from tui_admin.domain.errors import Denied, NotFound, Refused
from tui_admin.services import operators
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company

RIGHT = "correct horse battery"


@pytest.fixture
async def signed(small: Company) -> Company:
    await small.hub.operators.set_password("founder", RIGHT)
    return small


async def stored(company: Company, username: str = "founder") -> Any:
    wanted = select(schema.user).where(schema.user.c.username == username)
    return (await company.execute(wanted))[0]


# Named


@pytest.mark.parametrize("who", ["founder", " Founder ", FOUNDER["email"], "FOUNDER@ACME.EXAMPLE"])
async def test_an_operator_is_named_by_username_or_address(company: Company, who: str) -> None:
    found = await company.hub.operators.named(who)
    assert (found.username, found.email) == ("founder", "founder@acme.example")


async def test_who_is_unknown_blocked_or_only_invited_is_no_operator(company: Company) -> None:
    await company.add("marie")
    await company.desk.users.block(await company.pick("marie"))
    await company.invite("piet@x.example")
    with pytest.raises(Denied, match="operator_unknown"):
        await company.hub.operators.named("nobody")
    with pytest.raises(Denied, match="operator_blocked"):
        await company.hub.operators.named("marie")
    with pytest.raises(Denied, match="operator_not_active"):
        await company.hub.operators.named("piet")


# Signing in


async def test_the_right_password_signs_in_and_is_noted(company: Company) -> None:
    await company.hub.operators.set_password("founder", RIGHT)
    assert (await stored(company)).seen_at is None
    found = await company.hub.operators.sign_in("Founder@Acme.example", RIGHT)
    assert found == company.desk.operator
    assert (await stored(company)).seen_at == company.clock()


async def test_whatever_is_wrong_has_one_answer_and_costs_one_hash(
    signed: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    await signed.add("marie")
    marie = await signed.hub.operators.named("marie")
    await signed.hub.operators.set_password("marie", RIGHT, marie)
    await signed.desk.users.block(await signed.pick("marie"))
    await signed.add("without")
    await signed.invite("piet@x.example")
    hashes: list[str] = []
    fits = operators.fits

    def counted(hashed: str, password: str) -> bool:
        hashes.append(hashed)
        return fits(hashed, password)

    monkeypatch.setattr(operators, "fits", counted)
    tried = [
        ("founder", "wrong"),
        ("founder", RIGHT + " "),
        ("founder", RIGHT.upper()),
        ("founder", ""),
        ("founder", "\ud800"),
        ("founder", "x" * 100_000),
        ("nobody", RIGHT),
        ("", ""),
        ("marie", RIGHT),
        ("without", ""),
        ("piet", RIGHT),
    ]
    answers = set()
    for who, password in tried:
        with pytest.raises(Denied) as caught:
            await signed.hub.operators.sign_in(who, password)
        answers.add(caught.value.reason)
    assert {answer.id for answer in answers} == {"sign_in_failed"}
    assert len(answers) == 1
    assert len(hashes) == len(tried)
    # One that no password fits takes as long as a real one.
    costs = {hashed.split("$")[1:4] == ["argon2id", "v=19", "m=19456,t=2,p=1"] for hashed in hashes}
    assert costs == {True}


async def test_a_longer_password_that_begins_like_the_right_one_is_wrong(small: Company) -> None:
    longest = "x" * operators.LONGEST_PASSWORD
    await small.hub.operators.set_password("founder", longest)
    with pytest.raises(Denied, match="sign_in_failed"):
        await small.hub.operators.sign_in("founder", longest + "y")
    assert await small.hub.operators.sign_in("founder", longest)


async def test_a_password_may_be_in_any_script(small: Company) -> None:
    await small.hub.operators.set_password("founder", "пароль 密码 🔑 ij")
    assert await small.hub.operators.sign_in("founder", "пароль 密码 🔑 ij")


# Setting passwords


async def test_the_first_password_needs_nobody_and_the_second_does(company: Company) -> None:
    assert await company.hub.operators.nobody_has_password()
    await company.hub.operators.set_password("founder", RIGHT)
    assert not await company.hub.operators.nobody_has_password()
    await company.add("marie")
    for who in ("founder", "marie"):
        with pytest.raises(Denied, match="password_needs_sign_in"):
            await company.hub.operators.set_password(who, "another password")
    assert await company.hub.operators.sign_in("founder", RIGHT)


async def test_operators_set_their_own_password_and_no_other(signed: Company) -> None:
    founder = signed.desk.operator
    await signed.add("marie")
    with pytest.raises(Denied, match="password_of_another"):
        await signed.hub.operators.set_password("marie", "another password", founder)
    await signed.hub.operators.set_password("founder", "another password", founder)
    with pytest.raises(Denied, match="sign_in_failed"):
        await signed.hub.operators.sign_in("founder", RIGHT)
    assert await signed.hub.operators.sign_in("founder", "another password")


async def test_a_blocked_operator_sets_no_password(signed: Company) -> None:
    await signed.add("marie")
    marie = await signed.hub.operators.named("marie")
    await signed.desk.users.block(await signed.pick("marie"))
    with pytest.raises(Denied, match="operator_blocked"):
        await signed.hub.operators.set_password("marie", RIGHT, marie)
    assert (await stored(signed, "marie")).password_hash == ""


async def test_who_was_only_invited_gets_no_first_password(small: Company) -> None:
    await small.invite("piet@x.example")
    with pytest.raises(Denied, match="operator_not_active"):
        await small.hub.operators.set_password("piet", RIGHT)
    assert await small.hub.operators.nobody_has_password()


@pytest.mark.parametrize("password", ["", "x" * 9, "x" * 201])
async def test_a_password_has_its_length(small: Company, password: str) -> None:
    with pytest.raises(Refused, match="password_length"):
        await small.hub.operators.set_password("founder", password)


async def test_a_password_that_cannot_be_typed_again_is_refused(small: Company) -> None:
    with pytest.raises(Refused, match="text_control_character"):
        await small.hub.operators.set_password("founder", "\ud800" * 12)


async def test_an_unknown_name_gets_no_password(small: Company) -> None:
    with pytest.raises(NotFound, match="operator_unknown"):
        await small.hub.operators.set_password("nobody", RIGHT)


async def test_a_password_is_kept_as_argon2id_with_its_own_salt(signed: Company) -> None:
    first = (await stored(signed)).password_hash
    await signed.hub.operators.set_password("founder", RIGHT, signed.desk.operator)
    second = (await stored(signed)).password_hash
    for each in (first, second):
        assert each.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second


async def test_the_event_of_a_password_tells_the_version_that_it_made(signed: Company) -> None:
    await signed.hub.operators.set_password("founder", RIGHT, signed.desk.operator)
    wanted = select(schema.audit_event).order_by(schema.audit_event.c.id.desc()).limit(1)
    last = (await signed.execute(wanted))[0]
    assert last.action == "user.password"
    assert last.subject_version == (await stored(signed)).version
