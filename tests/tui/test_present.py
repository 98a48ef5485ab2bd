from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.support.fakes import NOON, user_row
from tui_admin.domain.errors import because
from tui_admin.domain.lifecycle import (
    INVITATION_STATUSES,
    MESSAGE_STATUSES,
    ORGANISATION_STATUSES,
    USER_STATUSES,
)
from tui_admin.domain.lists.everything import LISTINGS
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.outcomes import Outcome, Row
from tui_admin.tui.lists.columns import GAP, columns
from tui_admin.tui.present import (
    STATUSES,
    age,
    email_fitted,
    fitted,
    outcome_words,
    value_of,
)

if TYPE_CHECKING:
    from tui_admin.domain.listings import Field, Listing


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(hours=5), "5 h"),
        (timedelta(days=9), "9 d"),
        (timedelta(days=20), "2 w"),
        (timedelta(days=70), "2 mo"),
        (timedelta(days=800), "2 y"),
        (timedelta(days=-6, minutes=-1), "in 6 d"),
    ],
)
def test_ages_are_words(ago: timedelta, words: str) -> None:
    assert age(NOON - ago, NOON) == words


def test_a_time_that_never_was_is_a_dash() -> None:
    assert age(None, NOON) == "–"


@pytest.mark.parametrize(
    ("address", "width", "shown"),
    [
        ("anna@acme.example", 20, "anna@acme.example"),
        ("annabel.de.vries@acme.example", 20, "annabe…@acme.example"),
        ("a@very-long-company-name.example", 20, "a@….example"),
        ("annabel@very-long-company-name.nl.example", 20, "annabel@….nl.example"),
        ("no address at all, but long", 12, "no address…"),
    ],
)
def test_an_address_gives_way_before_its_domain(address: str, width: int, shown: str) -> None:
    assert email_fitted(address, width) == shown


@given(st.emails(), st.integers(8, 60))
def test_a_domain_is_never_cut_in_the_middle_of_a_label(address: str, width: int) -> None:
    shown = email_fitted(address, width)
    assert cell_len(shown) <= width
    kept = shown.rpartition("@")[2].split(".")
    labels = address.rpartition("@")[2].split(".")
    if "…" not in kept[-1] and "@" in shown:
        whole = [each for each in kept if each != "…"]
        assert labels[len(labels) - len(whole) :] == whole


@given(st.text(max_size=40), st.integers(1, 40), st.sampled_from(USERS.fields))
def test_a_cell_is_exactly_as_wide_as_its_column(text: str, width: int, field: Field) -> None:
    row = user_row(1, display_name=text, email=text, username=text, role=text)
    shown = fitted(value_of(row, field, NOON), width, field)
    assert cell_len(shown) == width


def test_every_status_has_a_look_of_its_own_glyph() -> None:
    for statuses in (USER_STATUSES, INVITATION_STATUSES, MESSAGE_STATUSES, ORGANISATION_STATUSES):
        assert set(statuses) <= set(STATUSES)
        glyphs = [STATUSES[each].glyph for each in statuses]
        assert len(set(glyphs)) == len(glyphs), "colour would be the only difference"


@pytest.mark.parametrize("listing", LISTINGS)
@given(width=st.integers(10, 250))
def test_columns_never_exceed_the_line_and_the_first_one_stays(
    listing: Listing, width: int
) -> None:
    found = columns(listing.fields, width)
    assert found[-1].start + found[-1].width <= width
    assert any(each.field.priority == 0 for each in found)
    for one, other in pairwise(found):
        assert other.start == one.start + one.width + GAP


@pytest.mark.parametrize("listing", LISTINGS)
def test_the_less_important_column_goes_first(listing: Listing) -> None:
    ranked = [each.name for each in sorted(listing.fields, key=lambda field: field.priority)]
    for width in range(40, 200):
        shown = {each.field.name for each in columns(listing.fields, width)}
        assert shown == set(ranked[: len(shown)])


def test_an_outcome_is_one_sentence() -> None:
    one = Row(1, "anna@acme.example")
    bad = Row(2, "bob@acme.example", because("already_blocked"))
    assert outcome_words(Outcome("user.block", (one,))) == ("anna@acme.example blocked", "success")
    assert outcome_words(Outcome("user.block", (one, one)))[0] == "2 blocked"
    said, tone = outcome_words(Outcome("user.block", (one,), (bad,)))
    assert said.startswith("anna@acme.example blocked · bob@acme.example left alone: ")
    assert tone == "warning"
    assert outcome_words(Outcome("user.block", (), (bad, bad))) == ("2 left alone", "error")
