from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.errors import Refused
from tui_admin.domain.usernames import check, derive, free

FORM = re.compile(r"[a-z][a-z0-9._-]{0,31}")


@pytest.mark.parametrize(
    ("email", "username"),
    [
        ("Jan.Jansen@x.example", "jan.jansen"),
        ("jan+news@x.example", "jan-news"),
        ("müller@x.example", "muller"),
        ("weiß", "weiss"),
        ("Łukasz.Øst@x.example", "lukasz.ost"),
        ("o'brien@x.example", "obrien"),
        ("__a..b__@x.example", "a.b"),
        ("12jan@x.example", "jan"),
        ("12345@x.example", "user12345"),
        ("山田@x.example", "user"),
        ("", "user"),
        ("j" * 31 + ".x@x.example", "j" * 31),
    ],
)
def test_a_username_is_derived_from_the_address(email: str, username: str) -> None:
    assert derive(email) == username


@given(st.text())
def test_whatever_the_address_the_username_has_the_form(text: str) -> None:
    assert check(derive(text)) == derive(text)


@given(st.text(), st.integers(0, 120))
def test_a_free_username_is_not_taken_and_has_the_form(text: str, clashes: int) -> None:
    taken: set[str] = set()
    for _ in range(clashes):
        taken.add(free(derive(text), taken))
    assert len(taken) == clashes
    assert all(map(FORM.fullmatch, taken))


def test_a_clash_gets_a_number_within_the_length() -> None:
    assert free("jan", {"jan"}) == "jan-2"
    assert free("jan", {"jan", "jan-2"}) == "jan-3"
    assert free("j" * 32, {"j" * 32}) == "j" * 30 + "-2"


@pytest.mark.parametrize(
    "username", ["", "Jan", "1jan", "jan jansen", "jan;id", "$(id)", "jan\n", "j" * 33, "ján", "-x"]
)
def test_a_username_of_another_form_is_refused(username: str) -> None:
    with pytest.raises(Refused) as refused:
        check(username)
    assert refused.value.reason.id == "username_form"
