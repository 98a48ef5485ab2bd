from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.errors import Refused
from tui_admin.domain.text import (
    CONTROL_TRANSLATION,
    fold,
    guard,
    header_safe,
    note,
    one_line,
    person_name,
    safe,
    sheet_safe,
)

ACTING = {
    "Cc",  # controls
    "Cs",  # lone surrogates
    "Zl",
    "Zp",
}
BIDI = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
HOSTILE = [
    *("\x1b[31m", "\x1b]52;c;eA==\x07", "\x9b31m", "\0", "\r", "\x7f", "\x85", "\u2028"),
    *("\u202e", "\u2066", "\u200f", "\u061c", "\ud800", "\U000e0041", "\ufff9"),
]


def test_every_character_that_acts_has_a_mark() -> None:
    for point in range(sys.maxunicode + 1):
        char = chr(point)
        if unicodedata.category(char) in ACTING or unicodedata.bidirectional(char) in BIDI:
            assert point in CONTROL_TRANSLATION, hex(point)


def test_every_mark_is_printable_and_every_marked_character_is_not() -> None:
    for point, mark in CONTROL_TRANSLATION.items():
        assert not chr(point).isprintable(), hex(point)
        assert len(mark) == 1
        assert mark.isprintable()


@given(st.text(st.characters()))
def test_nothing_that_acts_passes_the_guard_or_the_view(text: str) -> None:
    for shown in (guard(text), safe(text)):
        assert not any(ord(char) in CONTROL_TRANSLATION for char in shown)
    assert len(guard(text)) == len(text)


@given(st.text(st.characters()), st.integers(1, 40))
def test_what_is_shown_keeps_to_its_length(text: str, limit: int) -> None:
    assert len(safe(text, limit)) <= limit


def test_hidden_characters_are_shown_as_marks() -> None:
    assert safe("a\x1b[31mb\x7f\x85\u202e\u200bc\ud800") == "a␛[31mb␡···c·"
    assert safe("one\ntwo") == "one␊two"
    assert safe("one\ntwo\x1b", lines=True) == "one\ntwo␛"


def test_long_text_ends_in_an_ellipsis() -> None:
    assert safe("a" * 11, 10) == "a" * 9 + "…"
    assert safe("a" * 10, 10) == "a" * 10
    assert len(safe("é" * 10_000_000, 10)) == 10


def test_a_stack_of_marks_keeps_three() -> None:
    assert safe("x" + "\u0323\u0301" * 40 + "y") == "x\u0323\u0301\u0323" + "y" or (
        sum(map(bool, map(unicodedata.combining, safe("x" + "\u0301" * 40)))) <= 3
    )
    shown = safe("x" + "\u0489" * 40 + "y")
    assert shown == "x" + "\u0489" * 3 + "y"


@pytest.mark.parametrize("name", ["[/foo]", "x[/", "[@click=app.quit]x[/]", "[link=https:x]y[/]"])
def test_markup_in_a_name_is_text(name: str) -> None:
    assert person_name(name) == name
    assert safe(name) == name


@pytest.mark.parametrize("hidden", HOSTILE)
def test_input_with_a_hidden_character_is_refused(hidden: str) -> None:
    for read in (person_name, note, lambda text: one_line(text, field="reason", limit=500)):
        text = f"Jan{hidden}x"
        if read is note and hidden == "\r":
            continue  # a line end of old Macs is a line end
        with pytest.raises(Refused) as refused:
            read(text)
        reason = refused.value.reason
        assert reason.id == "text_control_character"
        assert reason.values["at"] == 4
    with pytest.raises(Refused):
        header_safe(f"Jan{hidden}x")


def test_input_is_trimmed_normalised_and_without_invisible_characters() -> None:
    assert one_line("\ufeff\u00a0 Jose\u0301\u200b  ", field="name", limit=10) == "José"
    assert note(" one\r\ntwo\rthree\tfour ") == "one\ntwo\nthree four"


def test_a_note_may_have_lines_and_a_name_may_not() -> None:
    assert note("one\ntwo") == "one\ntwo"
    with pytest.raises(Refused):
        person_name("one\ntwo")


def test_input_that_is_too_long_or_missing_is_refused_with_the_numbers() -> None:
    with pytest.raises(Refused) as refused:
        person_name("a" * 61)
    assert refused.value.reason.values == {"field": "name", "limit": 60, "length": 61}
    with pytest.raises(Refused) as refused:
        person_name("  ", required=True)
    assert refused.value.reason.id == "text_missing"
    assert person_name("  ") == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("=?utf-8?q?a=0D=0ABcc:e?=", "text_encoded_word"),
        ("＝？utf-8", "text_encoded_word"),
        ("Win at http://evil.example", "text_link"),
        ("WWW.evil.example", "text_link"),
        ("ｗｗｗ．evil.example", "text_link"),
    ],
)
def test_a_name_carries_no_header_and_no_link(name: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        person_name(name)
    assert refused.value.reason.id == reason


def test_a_header_takes_plain_text_and_no_encoded_word() -> None:
    assert header_safe("Uitnodiging voor José") == "Uitnodiging voor José"
    with pytest.raises(Refused):
        header_safe("=?utf-8?q?x?=")


@pytest.mark.parametrize(
    "cell",
    [
        *("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u200b=1", "\xa0=1"),
        *("＝1", "＋x", "－x", "＠x", "\n=1", '=HYPERLINK("x")', "-", "\x1b=1"),
    ],
)
def test_what_could_be_a_formula_is_text_in_a_sheet(cell: str) -> None:
    assert sheet_safe(cell).startswith("'")


@pytest.mark.parametrize("cell", ["5", "-5", "+31612345678", "1,5", "jan@x.example", "a=b", ""])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert sheet_safe(cell) == cell


def test_values_that_are_no_text_become_text_in_a_sheet() -> None:
    assert sheet_safe(None) == ""
    assert sheet_safe(-5) == "-5"
    assert sheet_safe("a\x1b\nb") == "a␛\nb"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("José ÉRIC", "jose eric"),
        ("Weiß", "weiss"),
        ("Łukasz Øst Æbel", "lukasz ost aebel"),
        ("ﬁn", "fin"),
        ("ＪＡＮ", "jan"),
        ("İstanbul", "istanbul"),
    ],
)
def test_searches_see_neither_case_nor_diacritics(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
