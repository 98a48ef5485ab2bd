from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.listings import Kind, Listing
from tui_admin.domain.lists.everything import LISTINGS
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.query import Query, Term, complete, parse


def test_free_words_are_folded_as_the_store_searches_them() -> None:
    assert parse("Müller ACME", USERS).query == Query(("muller", "acme"))


def test_a_filter_names_the_field_and_not_the_word() -> None:
    assert parse("org:acme", USERS).query.terms == (Term("organisations", ":", "acme"),)
    assert parse("org:acme", INVITATIONS).query.terms == (Term("organisation", ":", "acme"),)


def test_quotes_keep_words_together() -> None:
    query = parse('org:"Acme Nederland BV" "jan de"', USERS).query
    assert query == Query(("jan de",), (Term("organisations", ":", "Acme Nederland BV"),))


def test_ages_compare() -> None:
    assert parse("age<7d", USERS).query.terms == (Term("created_at", "<", "7d"),)
    assert parse("age>2w", USERS).query.terms == (Term("created_at", ">", "2w"),)


def test_several_choices_stand_side_by_side() -> None:
    assert parse("status:Active,blocked", USERS).query.terms == (
        Term("status", ":", "active,blocked"),
    )


@pytest.mark.parametrize(
    ("text", "message", "mend"),
    [
        ("statsu:active", "query_field_unknown", "status:active"),
        ("status:activ", "query_value_unknown", "status:active"),
        ("age:7d", "query_age_compared", "age<7d"),
        ("age<soon", "query_age_form", "age<7d"),
        ("role<x", "query_not_compared", "role:x"),
        ("xyzzy:1", "query_field_unknown", ""),
    ],
)
def test_what_is_wrong_is_marked_with_its_mend_and_left_out(
    text: str, message: str, mend: str
) -> None:
    parsed = parse(f"anna {text} acme", USERS)
    assert parsed.query == Query(("anna", "acme"))
    (fault,) = parsed.faults
    assert (fault.start, fault.end) == (5, 5 + len(text))
    assert (fault.reason.id, fault.mend) == (message, mend)


def test_an_unfinished_filter_narrows_nothing_and_is_no_fault() -> None:
    assert parse("status:", USERS) == (Query(), ())


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("sta", "status:"),
        ("anna ag", "anna age<"),
        ("status:b", "status:blocked"),
        ("status:active,b", "status:active,blocked"),
        ("role:hel", "role:Helpdesk"),
        ("role:b", 'role:"Basic user"'),
        ("zzz", None),
        ("", None),
        ("status: ", None),
    ],
)
def test_the_last_word_is_completed(typed: str, completed: str | None) -> None:
    assert complete(typed, USERS, {"role": ("Helpdesk", "Basic user")}) == completed


@given(st.text(max_size=60), st.sampled_from(LISTINGS))
def test_no_text_breaks_it_and_faults_lie_within(text: str, listing: Listing) -> None:
    parsed = parse(text, listing)
    for fault in parsed.faults:
        assert 0 <= fault.start < fault.end <= len(text)
    for term in parsed.query.terms:
        assert listing.field(term.field).kind in Kind
    complete(text, listing)


@given(st.sampled_from(LISTINGS), st.data())
def test_a_mend_is_itself_understood(listing: Listing, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from([each.word for each in listing.fields if each.word]))
    op = data.draw(st.sampled_from(":<>"))
    value = data.draw(st.text("abcdefst7dw", min_size=1, max_size=8))
    for fault in parse(f"{word}{op}{value}", listing).faults:
        mended = parse(fault.mend, listing).faults
        assert not mended or mended[0].mend != fault.mend


def test_a_field_goes_by_its_other_names_too() -> None:
    by_word, by_another = (parse(f"{word}:me", INVITATIONS) for word in ("by", "invited-by"))
    assert by_word == by_another
    assert by_word.query.terms == (Term("invited_by", ":", "me"),)
