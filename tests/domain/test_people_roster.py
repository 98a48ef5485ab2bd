from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.errors import Refused
from tui_admin.domain.people_roster import (
    COLUMNS,
    MOST,
    failed_table,
    read_pairs,
    read_people,
    read_table,
)

JAN = "jan@acme.example"


@pytest.mark.parametrize(
    ("line", "username", "name"),
    [
        (JAN, "", ""),
        (f"{JAN} jan", "jan", ""),
        (f"jan {JAN}", "jan", ""),
        (f"{JAN}\tjan", "jan", ""),
        (f"{JAN}; jan ; Jan Jansen", "jan", "Jan Jansen"),
        (f"{JAN},Jan Jansen,jan", "jan", "Jan Jansen"),
        (f"{JAN} Jan Jansen", "", "Jan Jansen"),
        (f"Jan Jansen <{JAN}>", "", "Jan Jansen"),
        (f'"Jansen, Jan" <{JAN}> jan', "jan", "Jansen, Jan"),
        (f"mailto:{JAN}|jan", "jan", ""),
        (f"  {JAN},\r", "", ""),
    ],
)
def test_a_line_is_an_address_with_a_username_a_name_or_both(
    line: str, username: str, name: str
) -> None:
    (row,) = read_people(line).rows
    assert (row.email, row.username, row.name) == (JAN, username, name)


def test_a_line_of_several_addresses_is_a_row_for_each() -> None:
    rows = read_pairs("a@x.example; B <b@x.example>, c@x.example\n\nnobody").rows
    assert [(row.line, row.email, row.name) for row in rows] == [
        (1, "a@x.example", ""),
        (1, "b@x.example", "B"),
        (1, "c@x.example", ""),
        (3, "nobody", ""),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_is_read_by_its_header_in_either_language(delimiter: str) -> None:
    header = ["E-mailadres", "Gebruikersnaam", "Rol", "Geboortedatum", "Reden"]
    cells = [JAN, "jan", '"Basic user"', "31-01-1990", "ignored"]
    text = f"\ufeff\n{delimiter.join(header)}\r\n{delimiter.join(cells)}\r\n\r\n"
    (row,) = read_people(text).rows
    assert row.line == 3
    assert row.values == {
        "email": JAN,
        "username": "jan",
        "role": "Basic user",
        "date_of_birth": "31-01-1990",
    }


def test_the_hint_of_a_spreadsheet_and_a_cell_over_two_lines_are_met() -> None:
    (row,) = read_table(f'sep=;\nname;email\n"Jan\nJansen";{JAN}\n').rows
    assert (row.line, row.name) == (4, "Jan\nJansen")


def test_a_row_with_more_cells_than_the_header_is_not_sure() -> None:
    roster = read_table(f"email,name\n{JAN},Jansen, Jan\nb@x.example,B,,\n")
    assert [roster.faults[2].id] == ["people_row_wide"]
    assert 3 not in roster.faults


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("name,username\nJan,jan\n", "people_header"),
        (f"email,wage\n{JAN},1\n", "people_header_unknown"),
        (f"email,e-mail\n{JAN},{JAN}\n", "people_header_twice"),
        ("", "people_header"),
        ("email\n" + "a@x.example\n" * (MOST + 1), "people_too_many"),
        ("x" * 1_048_577, "people_too_large"),
    ],
)
def test_a_table_that_is_not_understood_is_refused_whole(text: str, refused: str) -> None:
    with pytest.raises(Refused) as caught:
        read_table(text)
    assert caught.value.reason.id == refused


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(COLUMNS[1:]), st.text('abc =+-@",;\n€é', max_size=8), max_size=4
        ),
        max_size=4,
    ),
    st.text("why, \"how'\n", max_size=9),
)
def test_what_went_wrong_can_be_brought_again(rows: list[dict[str, str]], why: str) -> None:
    table = "email\n" + "a@x.example\n" * len(rows)
    people = [
        row._replace(values={"email": JAN} | {k: v.strip() for k, v in values.items() if v.strip()})
        for row, values in zip(read_table(table).rows, rows, strict=True)
    ]
    again = read_table(failed_table((row, why) for row in people))
    assert [row.values for row in again.rows] == [row.values for row in people]


@given(st.text("ab@ <>,;\t\n\"'=\x00é", max_size=60))
def test_whatever_is_pasted_every_line_with_text_is_a_row(text: str) -> None:
    rows = read_pairs(text).rows
    assert all(row.email or row.input for row in rows)
