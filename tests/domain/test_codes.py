"""Codes that are mailed: their form, and what is kept of them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.codes import DIGITS, code_hash, new_code, read_code

CODES = st.integers(0, 10**DIGITS - 1).map(lambda number: f"{number:06}")


def test_a_code_is_six_digits_and_seldom_the_same() -> None:
    codes = {new_code() for _ in range(200)}
    assert all(re.fullmatch("[0-9]{6}", code) for code in codes)
    assert len(codes) > 150


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "1 2 3 4 5 6\n", "123\xa0456"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_code(typed) == "123456"


@given(st.text())
def test_whatever_is_typed_can_be_compared(typed: str) -> None:
    assert len(code_hash("session", read_code(typed))) == 64


@given(CODES, CODES, st.text(), st.text())
def test_a_code_is_of_use_in_its_session_only(one: str, two: str, here: str, there: str) -> None:
    same = (one, here) == (two, there)
    assert (code_hash(here, one) == code_hash(there, two)) == same
