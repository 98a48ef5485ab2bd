"""A paste is text from bracket to bracket, however it is cut and whatever is in it."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.tui.terminal.pastes import CLOSES, OPENS, Pasted, Pastes


def sorted_out(*pieces: str) -> list[str | Pasted]:
    """Return what comes of pieces of input, with neighbouring keys joined."""
    pastes, found = Pastes(), list[str | Pasted]()
    for piece in pieces:
        for part in pastes.feed(piece):
            if found and isinstance(part, str) and isinstance(found[-1], str):
                found[-1] += part
            else:
                found.append(part)
    return found


def test_keys_pass_as_they_are() -> None:
    assert sorted_out("abc\x1b[A", "\x1b") == ["abc\x1b[A\x1b"]


@pytest.mark.parametrize("hostile", ["\x1b", "\x1b]52;c;aa\x07", "\x1b[A", "\x1b[31mred", "\x1b["])
def test_escape_sequences_within_a_paste_are_its_text(hostile: str) -> None:
    text = f"jan@x.example{hostile}\npiet@x.example"
    assert sorted_out(f"a{OPENS}{text}{CLOSES}b") == ["a", Pasted(text), "b"]


def test_two_pastes_stay_two() -> None:
    assert sorted_out(f"{OPENS}a{CLOSES}{OPENS}b{CLOSES}") == [Pasted("a"), Pasted("b")]


@given(
    text=st.text(st.sampled_from("ab@\x1b[20~1\n"), max_size=30).filter(lambda t: CLOSES not in t),
    cuts=st.lists(st.integers(0, 50), max_size=6),
)
def test_a_paste_may_be_cut_anywhere(text: str, cuts: list[int]) -> None:
    whole = f"x{OPENS}{text}{CLOSES}y"
    places = sorted({0, len(whole), *(cut for cut in cuts if cut < len(whole))})
    # A terminal sends the opening bracket in one write; its first characters alone are keys.
    places = [place for place in places if place not in (2, 3)]
    pieces = [whole[a:b] for a, b in itertools.pairwise(places)]
    if (text + CLOSES).index(CLOSES) == len(text):
        assert sorted_out(*pieces) == ["x", Pasted(text), "y"]
