from __future__ import annotations

import pytest

from tui_admin.domain.paste import Entry, read_paste
from tui_admin.domain.people_csv import field_of, read_header, split_row


def rows(text: str) -> list[tuple[int, str, str, str]]:
    return [(entry.line, entry.key, entry.name, entry.username) for entry in entries(text)]


def entries(text: str) -> tuple[Entry, ...]:
    return read_paste(text).entries


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        *((text, "email") for text in ("email", "E-mail", "E-mailadres", "MAIL", "e_mail address")),
        *((text, "name") for text in ("Name", "naam", "Display name", "Weergavenaam")),
        *((text, "given_names") for text in ("Given names", "Voornaam", "First Name")),
        *((text, "family_name") for text in ("Achternaam", "family-name", "Last name")),
        *((text, "username") for text in ("Username", "gebruikersnaam")),
        ("Tussenvoegsel", "infix"),
        ("shoe size", ""),
    ],
)
def test_a_heading_names_a_field_in_english_and_dutch(heading: str, field: str) -> None:
    assert field_of(heading) == field


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff", "\n\n"])
def test_a_table_is_read_by_its_header(delimiter: str, end: str, mark: str) -> None:
    table = [["Naam", "E-mail", "Gebruikersnaam"], ["Jan Jansen", "Jan@x.example", "jan"]]
    text = mark + end.join(delimiter.join(row) for row in table) + end
    line = 2 + mark.count("\n")
    assert rows(text) == [(line, "jan@x.example", "Jan Jansen", "jan")]


def test_a_name_is_put_together_from_its_parts() -> None:
    text = (
        "Voornaam;Tussenvoegsel;Achternaam;Mail\nJan;van der;Berg;j@x.example\nPiet;;;p@x.example"
    )
    assert [entry.name for entry in entries(text)] == ["Jan van der Berg", "Piet"]


def test_quoted_cells_keep_their_delimiters() -> None:
    text = 'name,email\n"Jansen, Jan","jan@x.example"\n"""De"" Piet",p@x.example'
    assert [entry.name for entry in entries(text)] == ["Jansen, Jan", 'De" Piet']


def test_a_quotation_mark_never_closed_spoils_no_other_row() -> None:
    text = 'name,email\n"Jan,jan@x.example\nPiet,p@x.example'
    assert [entry.key for entry in entries(text)] == ["jan@x.example", "p@x.example"]


def test_a_row_without_an_address_is_shown_and_a_blank_one_is_not() -> None:
    text = "name;email;username\nJan;;jan\n;;\n   \nPiet;p@x.example;p\nKees"
    assert [(entry.line, entry.reason and entry.reason.id) for entry in entries(text)] == [
        (2, "address_missing"),
        (5, None),
        (6, "address_missing"),
    ]


def test_a_cell_with_what_is_no_address_says_why() -> None:
    (entry,) = entries("email,name\njan.x.example,Jan")
    assert entry.reason
    assert entry.reason.id == "address_no_at"
    assert entry.email == "jan.x.example"
    assert entry.name == "Jan"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("jan@x.example;J\x1b[31man;jan", "text_control_character"),
        ("jan@x.example;=?utf-8?q?x?=;jan", "text_encoded_word"),
        ("jan@x.example;www.evil.example;jan", "text_link"),
        ("jan@x.example;" + "J" * 61 + ";jan", "text_too_long"),
        ("jan@x.example;Jan;no good", "username_form"),
        ("ja\x00n@x.example;Jan;jan", "address_control_character"),
        ("<\x1bjan@x.example>;Jan;jan", "address_control_character"),
    ],
)
def test_a_hostile_cell_refuses_its_row_alone(row: str, reason: str) -> None:
    bad, good = entries(f"email;name;username\n{row}\np@x.example;Piet;piet")
    assert bad.reason
    assert bad.reason.id == reason
    assert bad.input.isprintable()
    assert good.reason is None
    assert good.key == "p@x.example"


@pytest.mark.parametrize(
    "cell", ["jan@x.example", "mailto:jan@x.example", "Jan <jan@x.example>", "<jan@x.example>"]
)
def test_the_email_cell_may_be_written_as_in_a_letter(cell: str) -> None:
    (entry,) = entries(f"id;email\n1;{cell}")
    assert entry.key == "jan@x.example"


def test_the_name_in_the_email_cell_counts_where_no_column_has_one() -> None:
    first, second = entries("name;email\n;Jan Jansen <jan@x.example>\nPiet;P. <p@x.example>")
    assert (first.name, second.name) == ("Jan Jansen", "Piet")


def test_a_hint_for_excel_and_a_rule_of_markdown_are_no_rows() -> None:
    assert rows("sep=;\nemail;name\njan@x.example;Jan") == [(3, "jan@x.example", "Jan", "")]
    assert rows("| Naam | E-mail |\n|---|:--|\n| Jan | jan@x.example |") == [
        (3, "jan@x.example", "Jan", "")
    ]


def test_what_an_export_made_harmless_is_read_back() -> None:
    assert split_row("'+31x,'=a,'quoted'", ",") == ["+31x", "=a", "'quoted'"]


def test_a_single_column_is_a_list_under_its_heading() -> None:
    found = entries("E-mailadres\njan@x.example\npiet\n")
    assert [(entry.line, entry.key) for entry in found] == [(2, "jan@x.example"), (3, "")]


def test_a_line_without_the_delimiter_is_read_as_in_a_list() -> None:
    text = "name;email\nJan;jan@x.example\nPiet <p@x.example>\nnobody"
    assert [(entry.line, entry.key, entry.name) for entry in entries(text)] == [
        (2, "jan@x.example", "Jan"),
        (3, "p@x.example", "Piet"),
        (4, "", "nobody"),
    ]


def test_a_line_with_an_address_is_no_header() -> None:
    assert read_header("email,jan@x.example") is None
    assert read_header("Hello, here are the people") is None
