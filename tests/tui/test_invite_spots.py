"""Where a row stands in its line, and the line with it mended or without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.paste import read_paste
from tui_admin.domain.verdicts import Verdict
from tui_admin.tui.dialogs.invite.spots import corrected, spot_at, spots_of, without

if TYPE_CHECKING:
    from tui_admin.tui.dialogs.invite.spots import Edit

LINE = '"Jansen, Jan" <jan@x.example>; piet@gmial.com, Kees <kees@x.example>'


def verdicts(line: str) -> list[Verdict]:
    return [
        Verdict(each.line, each.input, each.email, each.name, "", "ok")
        for each in read_paste(line).entries
    ]


def changed(line: str, edit: Edit) -> str:
    return line[: edit.start] + edit.text + line[edit.end :]


def test_the_row_of_the_cursor_is_found_in_a_line_of_many() -> None:
    spots = spots_of(LINE, verdicts(LINE))
    assert [LINE[each.start : each.end] for each in spots] == [
        '"Jansen, Jan" <jan@x.example>',
        "piet@gmial.com",
        "Kees <kees@x.example>",
    ]
    at = [spot_at(spots, LINE.index(each)) for each in ("Jan", "gmial", "Kees")]
    assert at == spots
    assert spot_at([], 3) is None


def test_the_same_text_twice_is_two_places() -> None:
    line = "a@x.example a@x.example"
    assert [each.start for each in spots_of(line, verdicts(line))] == [0, 12]


def test_only_the_address_changes_and_the_name_stays() -> None:
    spots = spots_of(LINE, verdicts(LINE))
    assert changed(LINE, corrected(LINE, spots[2], "k@y.example")) == LINE.replace(
        "kees@x.example", "k@y.example"
    )


def test_an_address_that_was_written_in_another_way_is_put_there_anew() -> None:
    line = "Piet <mailto:p%69et@gmial.com?subject=x>"
    (spot,) = spots_of(line, [Verdict(1, line, "piet@gmial.com", "Piet", "", "ok")])
    assert changed(line, corrected(line, spot, "piet@gmail.com")) == "Piet <piet@gmail.com>"


def test_a_row_leaves_with_its_separators() -> None:
    spots = spots_of(LINE, verdicts(LINE))
    left = changed(LINE, without(LINE, spots, spots[1]))
    assert [each.email for each in verdicts(left)] == ["jan@x.example", "kees@x.example"]
    (alone,) = spots_of("piet@x.example", verdicts("piet@x.example"))
    assert without("piet@x.example", [alone], alone).whole_line


@given(st.lists(st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.example", fullmatch=True), min_size=1))
def test_any_row_of_any_line_can_be_taken_out(addresses: list[str]) -> None:
    line = "; ".join(addresses)
    spots = spots_of(line, verdicts(line))
    assert len(spots) == len(addresses)
    for at, spot in enumerate(spots):
        left = changed(line, without(line, spots, spot))
        assert [each.email for each in verdicts(left)] == addresses[:at] + addresses[at + 1 :]
