"""Personal details and companies: what is taken, how it is kept, and what is refused why."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.errors import Refused
from tui_admin.domain.personal import (
    ANSWERS,
    LONGEST_ANSWER,
    OLDEST,
    YOUNGEST,
    Company,
    Person,
    date_of_birth,
    known,
    name,
    phone,
    read_details,
    registration_number,
)
from tui_admin.domain.text import HOSTILE

TODAY = date(2026, 3, 2)
GOOD = {
    "given_names": "Anna Maria",
    "family_name": "de Vries",
    "date_of_birth": "31-01-1990",
    "phone": "+31 6 1234 5678",
    "organisation_name": "Bakkerij BV",
    "registration_number": "12 34.56 78",
}
ANYTHING = st.dictionaries(st.sampled_from([*ANSWERS, "other"]), st.text(max_size=80))


# Names


@pytest.mark.parametrize("typed", ["Zoë", "O'Neill", "van 't Hof", "[bold]Piet[/", "<b>x</b>", "Ö"])
def test_a_name_is_kept_as_it_was_typed(typed: str) -> None:
    assert name(f"  {typed} ", "name") == typed


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "text_missing"),
        (" \u200b ", "text_missing"),
        ("x" * 101, "text_too_long"),
        ("A\x1b[31m", "text_control_character"),
        ("A\u202eB", "text_control_character"),
        ("a\nb", "text_control_character"),
        ("=?utf-8?q?a?=", "text_encoded_word"),
        ("see http://x.example", "text_link"),
    ],
)
def test_a_name_that_could_do_harm_or_says_nothing_is_refused(typed: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        name(typed, "name")


def test_a_hundred_characters_are_a_name() -> None:
    assert len(name("x" * 100, "name")) == 100


# Dates


@pytest.mark.parametrize(
    "typed", ["1990-01-31", "31-01-1990", "31/01/1990", "31.1.1990", "31-1-1990", " 1990-1-31 "]
)
def test_a_date_is_taken_in_each_of_its_forms(typed: str) -> None:
    assert date_of_birth(typed, TODAY) == "1990-01-31"


@pytest.mark.parametrize(
    "typed",
    [
        *("31-02-1990", "29-02-1991", "00-01-1990", "1990-13-01", "31-01/1990", "1990"),
        *("31 januari", "90-01-31", "٣١-٠١-١٩٩٠", "0000-01-01", "31-01-19900"),
    ],
)
def test_what_is_no_real_day_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="date_form"):
        date_of_birth(typed, TODAY)


def test_age_is_counted_to_the_day() -> None:
    assert date_of_birth("02-03-2010", TODAY) == "2010-03-02"
    with pytest.raises(Refused, match="date_too_young"):
        date_of_birth("03-03-2010", TODAY)
    assert date_of_birth("03-03-1905", TODAY) == "1905-03-03"
    with pytest.raises(Refused, match="date_too_old"):
        date_of_birth("02-03-1905", TODAY)


@given(st.dates(), st.dates(min_value=date(1900, 1, 1)))
def test_who_is_taken_is_of_an_age(born: date, today: date) -> None:
    try:
        kept = date_of_birth(f"{born.day}-{born.month}-{born.year:04}", today)
    except Refused:
        assert not timedelta(366 * YOUNGEST) < today - born < timedelta(365 * OLDEST)
    else:
        assert kept == born.isoformat()
        assert timedelta(365 * YOUNGEST) <= today - born <= timedelta(366 * (OLDEST + 1))


# Telephone and registration numbers


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+31 6 1234 5678", "+31612345678"),
        ("+31 (0)6-12345678", "+31612345678"),
        ("(020) 123.45.67", "0201234567"),
        ("112233", "112233"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_telephone_number_is_kept_as_digits(typed: str, kept: str) -> None:
    assert phone(typed) == kept


@pytest.mark.parametrize("typed", ["12345", "1" * 21, "06x12345678", "++31612345678", "+", "()"])
def test_what_cannot_be_dialled_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="phone_form"):
        phone(typed)


@pytest.mark.parametrize("typed", ["12345678", "12 34 56 78", "12.345.678", " 12345678 "])
def test_a_registration_number_is_its_eight_digits(typed: str) -> None:
    assert registration_number(typed) == "12345678"


@pytest.mark.parametrize("typed", ["1234567", "123456789", "1234567a", "١٢٣٤٥٦٧٨", "12-345678"])
def test_another_number_is_not_one_of_the_register(typed: str) -> None:
    with pytest.raises(Refused, match="registration_number_form"):
        registration_number(typed)


# The whole page


def test_a_page_that_is_right_is_read() -> None:
    filled = read_details(GOOD | {"coupon": " SPRING "}, TODAY, company=True)
    assert filled.person == Person("Anna Maria", "de Vries", "1990-01-31", "+31612345678")
    assert filled.company == Company("Bakkerij BV", "12345678")
    assert (filled.coupon, filled.reasons) == ("SPRING", {})


def test_each_field_has_its_own_reason() -> None:
    filled = read_details({"phone": "1", "coupon": "\x00"}, TODAY, company=True)
    assert filled.reasons.keys() == set(ANSWERS)
    assert (filled.person, filled.company) == (None, None)


def test_a_company_that_is_not_asked_for_is_not_read() -> None:
    filled = read_details(GOOD | {"registration_number": "x"}, TODAY, company=False)
    assert (filled.company, filled.reasons) == (None, {})


def test_a_long_name_is_called_by_as_much_as_a_mail_takes() -> None:
    assert len(Person("x" * 100, "y", "", "").display_name) == 60


@given(ANYTHING, st.booleans())
def test_whatever_is_typed_is_read_or_refused_and_nothing_hidden_gets_in(
    answers: dict[str, str], company: bool
) -> None:
    filled = read_details(answers, TODAY, company=company)
    assert filled.reasons.keys() <= set(ANSWERS)
    kept = [*(filled.person or ()), *(filled.company or ()), filled.coupon]
    assert not any(HOSTILE.search(text) for text in kept)
    assert (filled.person is None) == bool(filled.reasons.keys() & set(Person._fields))


@given(ANYTHING.map(lambda answers: {field: text * 20 for field, text in answers.items()}))
def test_what_is_kept_meanwhile_is_known_and_has_an_end(answers: dict[str, str]) -> None:
    kept = known(answers)
    assert kept.keys() <= set(ANSWERS)
    assert all(len(text) <= LONGEST_ANSWER for text in kept.values())
    assert all(answers[field].startswith(text) for field, text in kept.items())


def test_what_no_page_can_show_is_not_kept_as_it_is() -> None:
    assert known({"phone": "1\ud8002"}) == {"phone": "1?2"}
