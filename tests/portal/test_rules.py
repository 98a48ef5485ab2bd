"""What the portal goes by, without a store: hosts, origins, tokens, languages, forms."""

from __future__ import annotations

import string
from contextlib import suppress
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.errors import Denied, Invalid, Refused, because
from tui_admin.domain.joining import Passed, Step, Visit
from tui_admin.portal import csrf
from tui_admin.portal.address import address_of, host_name
from tui_admin.portal.forms import ENCODING, MOST_FIELDS, NotAForm, fields_of, shown
from tui_admin.portal.problems import problems
from tui_admin.portal.steps import NUMBER, path_after, path_of
from tui_admin.portal.words import LANGUAGES, Words, chosen, dutch, english

NEAR, FAR = address_of("http://127.0.0.1:8080"), address_of("https://join.acme.example/people")
FAR_ORIGIN = "https://join.acme.example"


# Hosts


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("join.acme.example", "join.acme.example"),
        ("JOIN.acme.example.:8443", "join.acme.example"),
        ("[::1]:8080", "::1"),
        ("user@join.acme.example", ""),
        ("join.acme.example/x", ""),
        ("join.acme.example:80:80", ""),
        ("", ""),
    ],
)
def test_a_host_is_a_name_and_perhaps_a_port(host: str, name: str) -> None:
    assert host_name(host) == name


@given(st.text())
def test_whatever_a_host_header_says_only_our_names_are_ours(host: str) -> None:
    if FAR.knows(host):
        assert host.lower().startswith("join.acme.example")


def test_a_portal_on_this_machine_goes_by_all_its_names() -> None:
    assert all(map(NEAR.knows, ["127.0.0.1:8080", "localhost", "[::1]:8080"]))
    assert not NEAR.knows("join.acme.example")
    assert not FAR.knows("localhost")


def test_the_address_is_taken_apart() -> None:
    assert FAR == (FAR_ORIGIN, "join.acme.example", "/people")
    assert FAR.secure
    assert not NEAR.secure


# Where a form comes from


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site", "origin": FAR_ORIGIN}, False),
        ({"origin": FAR_ORIGIN}, True),
        ({"origin": "http://join.acme.example"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "https://join.acme.example.evil.example"}, False),
        ({"origin": "https://evil.example", "host": "join.acme.example"}, False),
        ({"origin": "https://localhost:9999", "host": "localhost:9999"}, True),
        ({"origin": "http://join.acme.example", "host": "join.acme.example"}, False),
        ({"origin": "null"}, True),
        ({}, True),
    ],
)
def test_a_form_of_another_site_is_not_ours(headers: dict[str, str], ours: bool) -> None:
    assert csrf.comes_from_us(headers, FAR_ORIGIN) is ours


@given(st.text())
def test_no_other_origin_is_ours(origin: str) -> None:
    headers = {"origin": origin, "host": "join.acme.example"}
    if csrf.comes_from_us(headers, FAR_ORIGIN):
        assert origin in ("", "null", FAR_ORIGIN)


@given(st.text(), st.text())
def test_a_token_is_good_for_the_browser_it_was_made_for_alone(one: str, other: str) -> None:
    token = csrf.form_token(one)
    assert csrf.is_ours(one, token) is bool(one)
    assert csrf.is_ours(other, token) is (one == other != "")
    assert not csrf.is_ours(one, other)


# Forms


@given(st.dictionaries(st.text(), st.text(), max_size=MOST_FIELDS))
def test_a_form_is_read_as_it_was_filled_in(filled: dict[str, str]) -> None:
    assert fields_of(f"{ENCODING}; charset=utf-8", urlencode(filled).encode()) == filled


@given(st.text(), st.binary())
def test_whatever_comes_is_a_form_or_is_refused(kind: str, body: bytes) -> None:
    for each in (kind, ENCODING):
        with suppress(NotAForm):
            assert all(text.encode() is not None for text in fields_of(each, body).values())


def test_passwords_and_codes_are_given_back_by_no_page() -> None:
    assert shown({"email": "a", "password": "b", "code": "c"}) == {"email": "a"}


# Languages


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("nl", "nl"),
        ("nl-BE,nl;q=0.9,en;q=0.8", "nl"),
        ("en-GB,nl;q=0.9", "en"),
        ("de,fr;q=0.9", "en"),
        ("de;q=1,nl;q=0.2", "nl"),
        ("en;q=0,nl;q=0.1", "nl"),
        ("nl;q=0", "en"),
        ("NL;q=x", "en"),
    ],
)
def test_the_language_is_the_one_that_is_liked_best(accepted: str, language: str) -> None:
    assert chosen(accepted) == language


@given(st.text(alphabet=string.printable))
def test_whatever_a_browser_likes_it_is_spoken_to(accepted: str) -> None:
    assert chosen(accepted) in LANGUAGES


def _facts(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_text_is_there_in_both_languages_with_the_same_facts() -> None:
    assert dutch.TEXTS.keys() == english.TEXTS.keys()
    assert dutch.REASONS.keys() >= english.REASONS.keys()
    for key, text in english.TEXTS.items():
        assert _facts(dutch.TEXTS[key]) == _facts(text), key
    for key, text in english.REASONS.items():
        assert _facts(dutch.REASONS[key]) == _facts(text), key


# Refusals


def test_a_refusal_stands_beside_the_field_that_can_mend_it() -> None:
    words = Words("en")
    wrong = Refused("code_wrong", left=4)
    assert problems(wrong, words, "code") == {"code": words.reason(wrong.reason)}
    assert list(problems(Denied("sign_in_failed"), words, "email", "password")) == ["password"]
    assert list(problems(Refused("account_blocked"), words, "code")) == [""]
    several = Invalid({"phone": because("phone_form", least=6, most=20)})
    assert list(problems(several, words, "given_names")) == ["phone"]


def test_what_no_filling_in_mends_has_a_page_of_its_own() -> None:
    with pytest.raises(Refused):
        problems(Refused("invitation_is", status="revoked"), Words("en"), "email")


def test_a_reason_without_words_of_the_portal_has_those_of_the_program() -> None:
    assert Words("en").reason(because("not_yourself")) == "That is your own account."


def test_the_tries_that_are_left_are_told_in_words() -> None:
    words = Words("en")
    said = [words.reason(because("code_wrong", left=left)) for left in (2, 1, 0)]
    assert "2 more times" in said[0]
    assert "once more" in said[1]
    assert "another one mailed" in said[2]


# Steps


@pytest.mark.parametrize("step", list(Step))
def test_every_step_has_its_page(step: Step) -> None:
    assert path_after(Passed("", step, 7)).startswith("/")
    assert NUMBER.get(step, 5) in range(1, 6)


def test_who_has_begun_nothing_is_asked_to_sign_in() -> None:
    assert path_of(Visit()) == "/sign-in"
    assert path_of(Visit(step=Step.CODE)) == "/account/code"
    assert path_after(Passed("", Step.DETAILS)) == "/registration"
    assert path_after(Passed("", Step.DETAILS, 7)) == "/registration/7"
