"""The declarations of the lists, as far as they can be wrong by themselves."""

from __future__ import annotations

import pytest

from tui_admin.domain.listings import Count, Kind, Listing
from tui_admin.domain.lists.everything import LISTINGS
from tui_admin.domain.query import complete, parse

every_list = pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)


def test_lists_differ_in_their_names() -> None:
    for part in ("name", "one", "many"):
        assert len({getattr(listing, part) for listing in LISTINGS}) == len(LISTINGS)


@every_list
def test_each_field_and_each_word_is_there_once(listing: Listing) -> None:
    names = [field.name for field in listing.fields]
    words = [field.word for field in listing.fields if field.word]
    labels = [field.label for field in listing.fields]
    for each in (names, words, labels):
        assert len(set(each)) == len(each)
    assert all(listing.field(name).name == name for name in names)
    with pytest.raises(KeyError):
        listing.field("no such field")


@every_list
def test_a_list_opens_in_an_order_that_it_has(listing: Listing) -> None:
    assert listing.field(listing.sort.field).sorts
    assert listing.field(listing.sort.field).kind is Kind.TIME
    # The newest first, and those who wait for approval by how long (CONTRACT.md).
    assert listing.sort.descending == (listing.name != "approvals")


@every_list
def test_a_list_fits_eighty_columns_with_what_never_goes(listing: Listing) -> None:
    staying = [field for field in listing.fields if field.priority == 0]
    assert staying
    assert sum(field.width + 1 for field in staying) <= 80


@every_list
def test_the_query_bar_understands_each_word_that_is_declared(listing: Listing) -> None:
    typed = {Kind.TIME: "<7d", Kind.NUMBER: ":1"}
    for field in listing.fields:
        if field.word:
            value = f":{field.choices[0]}" if field.choices else typed.get(field.kind, ":x")
            parsed = parse(f"{field.word}{value}", listing)
            assert parsed.faults == ()
            assert [term.field for term in parsed.query.terms] == [field.name]
            assert complete(field.word[:-1] or field.word, listing) is not None


@every_list
def test_choices_are_said_in_the_small_letters_they_are_typed_in(listing: Listing) -> None:
    for field in listing.fields:
        assert all(choice == choice.casefold() and "," not in choice for choice in field.choices)
        assert bool(field.choices) == (field.kind in (Kind.CHOICE, Kind.JOURNEY))


def test_a_count_is_exact_unless_it_says_otherwise() -> None:
    assert Count(5).exact
