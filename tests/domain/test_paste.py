from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui_admin.domain.paste import (
    LARGEST,
    LARGEST_FILE,
    Entry,
    as_text,
    decode,
    read_paste,
)


def entries(text: str) -> tuple[Entry, ...]:
    return read_paste(text).entries


def people(text: str) -> list[tuple[str, str]]:
    """Return key and name of every row, which must all be good."""
    found = entries(text)
    assert [entry.reason for entry in found] == [None] * len(found)
    return [(entry.key, entry.name) for entry in found]


def keys(text: str) -> list[str]:
    return [entry.key for entry in entries(text)]


JAN, PIET, KEES = "jan@x.example", "piet@y.example", "kees@z.example"


@pytest.mark.parametrize(
    "separator",
    [
        *("\n", "\r\n", "\r", "\x0b", "\u2028", ",", ", ", ";", "; ", "\t", " ", "   ", "|"),
        *("，", "；", "、", "\u3000", "\u00a0", "\u200b,\u200b", ",\n", ";\r\n", " and ", " en "),
        *("\n\n\n", "\n- ", "\n• ", "\n* ", "\n1. ", "\n2) ", "\n(3) ", "\nb) ", "\n> ", "\n– "),
    ],
)
def test_every_separator_separates(separator: str) -> None:
    assert people(separator.join([JAN, PIET, KEES])) == [(JAN, ""), (PIET, ""), (KEES, "")]


@pytest.mark.parametrize(
    "around",
    [
        *("{}", " {} ", "\ufeff{}", "\u200b{}\u200b", "\u200e{}\u200e", "\xa0{}\xa0", "<{}>"),
        *("'{}'", '"{}"', "‘{}’", "“{}”", "„{}“", "«{}»", "‹{}›", "`{}`", "({})", "[{}]"),
        *("{}.", "{},", "{};", "{}:", "{}!", "{}?", "mailto:{}", "<mailto:{}>", "MAILTO:{}"),
        *("mailto:{}?subject=Hi&cc=evil@y.example", "<mailto:{}?body=a,b;c@d.example>"),
        *("**{}**", "_{}_", "[{}](mailto:{})", "To: {}", "E-mail: {}", "email={}", "Aan:{}"),
        *('<a href="mailto:{}">{}</a>', "<a class=x href='mailto:{}?subject=x'>{}</a>"),
        *("<li>{}</li>", "<td><b>{}</b></td>", "&lt;{}&gt;", "&nbsp;{}", "{}<mailto:{}>"),
        *('"{}" <{}>', "{} <{}>", '["{}"]', '{{"email": "{}"}}', '[{{"E-mail": "{}"}}]', "📧{}"),
    ],
)
def test_what_stands_around_an_address_is_taken_off(around: str) -> None:
    assert keys(around.format(JAN, JAN)) == [JAN]


def test_a_full_width_at_sign_and_full_width_separators_are_read() -> None:
    assert keys("jan＠x.example，piet﹫y.example；kees@z.example") == [JAN, PIET, KEES]
    assert keys("jan&#64;x.example") == [JAN]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Jan Jansen <{}>", "Jan Jansen"),
        ("Jansen, Jan <{}>", "Jansen, Jan"),
        ("van den Berg, A. <{}>", "van den Berg, A."),
        ('"Jansen, Jan" <{}>', "Jansen, Jan"),
        ("“Jansen, Jan” <{}>", "Jansen, Jan"),
        ("'Jan Jansen' <{}>", "Jan Jansen"),
        ("O'Brien, Pat <{}>", "O'Brien, Pat"),
        ("Jan (Sales) <{}>", "Jan (Sales)"),
        ("Jan Jansen [mailto:{}]", "Jan Jansen"),
        ("[Jan Jansen](mailto:{})", "Jan Jansen"),
        ('<a href="mailto:{}">Jan Jansen</a>', "Jan Jansen"),
        ("Jan Jansen <{0}<mailto:{0}>>", "Jan Jansen"),
        ("张三({})", "张三"),
        ("1. Jan Jansen {}", "Jan Jansen"),
        ("Jan de Vries {}", "Jan de Vries"),
        ("Jan {}", "Jan"),
        ("Jan\tJansen\t{}", "Jan Jansen"),
        ("Jan,de Vries,{}", "Jan de Vries"),
        ("{},Jan Jansen", "Jan Jansen"),
        ("{}\tJan", "Jan"),
        ("{} (Jan Jansen)", "Jan Jansen"),
        ("{} - Jan Jansen", "Jan Jansen"),
        ("To: Jan Jansen <{}>", "Jan Jansen"),
        ("<tr><td>Jan</td><td>{}</td></tr>", "Jan"),
        ('[{{"email": "{}", "name": "Jan Jansen"}}]', "Jan Jansen"),
        ('["Jan Jansen <{}>"]', "Jan Jansen"),
        ("jansen <{}>", "jansen"),
        ("[/foo] <{}>", "/foo"),
        ('Robert "Bob" Jansen <{}>', "Robert Bob Jansen"),
        ('To: "Jansen, Jan" <{}>', "Jansen, Jan"),
        ("J.A.Jansen {}", "J.A.Jansen"),
        ("could you please invite Jan de Vries <{}>", "Jan de Vries"),
        ("we met the director of that other company <{}>", ""),
        ("{}", ""),
        ("see https://evil.example <{}>", ""),
        ("N" * 70 + " <{}>", ""),
    ],
)
def test_names_are_kept(text: str, name: str) -> None:
    assert people(text.format(JAN)) == [(JAN, name)]


@pytest.mark.parametrize("text", ['"{}" <{}>', "“{}” <{}>", 'Kees <k@x.example>; "{}"<{}>'])
@pytest.mark.parametrize("name", ["Jan @ Firm", "Jansen, Jan @ Firm", "Jan@Firm"])
def test_a_quoted_name_with_an_at_is_one_name(text: str, name: str) -> None:
    last = read_paste(text.format(name, "jan2@firm.example")).entries[-1]
    assert (last.email, last.name, last.reason) == ("jan2@firm.example", name, None)


@pytest.mark.parametrize(
    "quoted", ["piet@x.example", "Piet piet@x.example", "p@x.nl, piet@x.example"]
)
def test_an_address_in_quotation_marks_is_never_lost_as_a_name(quoted: str) -> None:
    found = [each.email for each in read_paste(f'"{quoted}" <jan@x.example>').entries]
    assert {"piet@x.example", "jan@x.example"} <= set(found)


def test_an_outlook_list_keeps_everyone_with_their_name() -> None:
    text = f"Jansen, Jan <{JAN}>; de Vries, Piet <{PIET}>; {KEES}; 'Bob' <bob@w.example>;"
    assert people(text) == [
        (JAN, "Jansen, Jan"),
        (PIET, "de Vries, Piet"),
        (KEES, ""),
        ("bob@w.example", "Bob"),
    ]


def test_each_row_has_its_line_and_its_own_text() -> None:
    found = entries(f"\nJan <{JAN}>, nobody; {PIET}\r\rKees <{KEES}>\n")
    assert [(entry.line, entry.input) for entry in found] == [
        (2, f"Jan <{JAN}>"),
        (2, "nobody"),
        (2, PIET),
        (4, f"Kees <{KEES}>"),
    ]


def test_a_repeated_person_names_the_line_of_the_first_time() -> None:
    found = entries(f"{JAN}\n{PIET}\nJan <JAN@X.EXAMPLE>\njan+x@x.example")
    assert [entry.first_line for entry in found] == [None, None, 1, None]
    idn = entries("jan@münchen.example\njan@xn--mnchen-3ya.example")
    assert [entry.first_line for entry in idn] == [None, 1]


@pytest.mark.parametrize(
    "text",
    [
        "{}\npiet\n{}",
        "{}\npiet.y.example\n{}",
        "{}; piet; {}",
        "{}, piet, {}",
        "{}, Piet, {}",
        "{} piet {}",
        "{}\tpiet\t{}",
        "{}\npiet[at]y.example\n{}",
        "{}\n<li>piet</li>\n{}",
        '["{}", "piet", "{}"]',
    ],
)
def test_in_a_list_what_has_no_at_is_shown_as_a_row(text: str) -> None:
    first, broken, last = entries(text.format(JAN, KEES))
    assert (first.key, last.key) == (JAN, KEES)
    assert broken.reason
    assert broken.reason.id == "address_no_at"
    assert "piet" in broken.input.lower()


def test_prose_gives_its_addresses_and_what_looks_like_one_that_broke() -> None:
    text = f"""Hi Anne,

    Could you please invite {JAN} and Piet de Vries <{PIET}>, who is new?
    They start on Monday. Also kees, at {KEES}, please.
    bob.w.example
    Kind regards,
    """
    found = entries(text)
    assert [(entry.key, entry.name) for entry in found[:3]] == [
        (JAN, ""),
        (PIET, "Piet de Vries"),
        (KEES, ""),
    ]
    assert [(entry.input, entry.reason and entry.reason.id) for entry in found[3:]] == [
        ("bob.w.example", "address_no_at")
    ]


def test_a_sentence_in_a_list_hides_no_single_word() -> None:
    text = f"These are the new people.\n{JAN}\npiet\n{KEES}"
    assert [entry.input for entry in entries(text)] == [JAN, "piet", KEES]


def test_what_stands_behind_a_complete_row_is_a_row() -> None:
    found = entries(f"Jan <{JAN}> Piet; Kees <{KEES}>")
    assert [(entry.key, entry.name) for entry in found] == [(JAN, "Jan"), ("", ""), (KEES, "Kees")]


def test_a_word_among_the_addresses_of_a_sentence_is_a_row_and_a_greeting_is_none() -> None:
    found = entries(f"Hi, please do invite {JAN}, piet, {KEES}, thanks")
    assert [(entry.key, entry.input.strip(" ,")) for entry in found] == [
        (JAN, f"please do invite {JAN}"),
        ("", "piet"),
        (KEES, KEES),
    ]


def test_headings_rules_and_numbers_are_no_rows() -> None:
    assert keys(f"Deelnemers:\n-----\n{JAN}\n42\n***\n{PIET}\n") == [JAN, PIET]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ja\x00n@x.example", "address_control_character"),
        ("ja\x1bn@x.example", "address_control_character"),
        ("\x1b[31mjan@x.example\x1b[0m", "address_control_character"),
        ("\x1b[1;31mjan@x.example", "address_control_character"),
        ("\x1b]52;c;ZXZpbA==\x07jan@x.example", "address_control_character"),
        ("\x9b1;31mjan@x.example", "address_control_character"),
        ("\u202ejan@x.example", "address_control_character"),
        ("jan\u202e@x.example", "address_control_character"),
        ("ja\u200bn@x.example", "address_control_character"),
        ("ja\ud800n@x.example", "address_control_character"),
        ("ja&#27;n@x.example", "address_control_character"),
        ("ja&#13;&#10;n@x.example", "address_control_character"),
        ("mailto:jan@x.example%0D%0ABcc:evil@y.example", "address_control_character"),
        ("jan@x.example%0d%0aBcc:evil@y.example", "address_two_ats"),
        ("J\x1b[2Jan <jan@x.example>", "address_control_character"),
        ("J\u202ean <jan@x.example>", "address_control_character"),
        ("=?utf-8?q?a=0D=0ABcc:e?= <jan@x.example>", "text_encoded_word"),
        ("nobody\x07", "address_control_character"),
        ("a@b@x.example", "address_two_ats"),
        ("jan@x.example/piet@y.example", "address_two_ats"),
        ('a"b@x.example', "address_bad_local"),
        ('"jan"@x.example', "address_bad_local"),
        ("jan@localhost", "address_domain_without_dot"),
        ("@handle", "address_no_local"),
        ("jan @ x.example", "address_no_local"),
        ("j" * 300_000 + "@x.example", "address_too_long"),
        ("@" * 100_000, "address_too_long"),
    ],
)
@pytest.mark.parametrize("separator", ["\n", "; ", ", "])
def test_a_hostile_row_is_refused_alone_and_shown_escaped(
    row: str, reason: str, separator: str
) -> None:
    found = entries(separator.join([JAN, row, f"Kees <{KEES}>"]))
    assert found[0].key == JAN
    assert (found[-1].key, found[-1].name) == (KEES, "Kees")
    assert [entry.reason and entry.reason.id for entry in found[1:-1]] == [reason]
    for shown in (found[1].input, found[1].email, found[1].name):
        assert shown.isprintable()
        assert len(shown) <= 200


def test_a_json_text_with_a_line_end_in_an_address_is_refused_alone() -> None:
    bad, good = entries('["jan@x.example\\r\\nBcc: evil@y.example",\n "piet@y.example"]')
    assert bad.reason
    assert bad.reason.id == "address_control_character"
    assert (good.line, good.key) == (2, PIET)


def test_parameters_of_a_cut_link_invite_nobody() -> None:
    found = entries(f"mailto:{JAN}?subject=Hi, there&cc=evil@y.example")
    assert [entry.key for entry in found] == [JAN, ""]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("user:secret@x.example", ""),
        ("https://x.example/@jan", ""),
        ("https://jan@x.example/", ""),
        ('a"b@x.example', ""),
        ('"a"b@x.example', ""),
        ("a\\b@x.example", ""),
        ("a&#44;b@x.example", ""),
        ("jan@x.example&cc=evil@y.example", ""),
        ("jan@x.example<b@", JAN),
        ("x#jan@x.example", "x#jan@x.example"),
        ("+jan@x.example", "+jan@x.example"),
        (".jan@x.example", ""),
        ("1.jan@x.example", "1.jan@x.example"),
    ],
)
def test_a_word_never_becomes_an_address_by_losing_a_part(text: str, found: str) -> None:
    assert {entry.key for entry in entries(text)} - {""} == {found} - {""}
    assert entries(text)


def test_an_address_behind_the_parameters_of_a_link_is_not_swallowed() -> None:
    text = f"mailto:{JAN}?subject=Hi,%20you;{PIET}, mailto:{KEES}?body=x"
    assert keys(text) == [JAN, PIET, KEES]


def test_a_paste_beyond_the_limit_is_not_read_and_says_so() -> None:
    assert read_paste("a" * (LARGEST + 1)) == ((), True)
    assert not read_paste("a" * LARGEST).too_large


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("é@x".encode(), "é@x"),
        ("é@x".encode("utf-8-sig"), "é@x"),
        ("é@x.example".encode("utf-16"), "é@x.example"),
        (b"\xfe\xff" + "é@x.example".encode("utf-16-be"), "é@x.example"),
        ("é@x.example".encode("utf-16-le"), "é@x.example"),
        ("é@x.example".encode("utf-16-be"), "é@x.example"),
        ("é€@x".encode("cp1252"), "é€@x"),
        (b"\x81\xe9", "\x81é"),
        (b"", ""),
        (b"\x00", "\x00"),
        (b"\xff\xfea", "\ufffd"),
    ],
)
def test_a_file_is_decoded_whatever_wrote_it(data: bytes, text: str) -> None:
    assert decode(data) == text


@given(st.binary())
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    read_paste(decode(data))


NOISE = st.text(
    st.sampled_from("ab1@.,;:<>()[]{}\"'|&#%=?/\\_*-+ \t\n\r\x1b\x00\u202e\u200b＠，“”„«»`@")
    | st.characters(),
    max_size=60,
)
PIECES = [
    "<a href=",
    "mailto:",
    "</a>",
    "<li>",
    "\x1b[",
    "\x1b]",
    "&#64;",
    "?cc=",
    '{"email":',
    "[",
]
JUNK = st.lists(NOISE | st.sampled_from(PIECES), max_size=6).map("".join)


@given(JUNK)
def test_no_text_makes_the_reader_fail_and_nothing_shown_acts(text: str) -> None:
    for entry in entries(text):
        assert (entry.key == "") == (entry.reason is not None)
        for shown in (entry.input, entry.email, entry.name, entry.username):
            assert not any(char < " " or "\x7f" <= char < "\xa0" for char in shown)
            assert "\u202e" not in shown


ALNUM = string.ascii_lowercase + string.digits
ADDRESS = st.builds(
    "{}{}@{}.example".format,
    st.text(ALNUM, min_size=1, max_size=6),
    st.text(ALNUM + "+-_'", max_size=5).map(lambda text: text + "x"),
    st.text(ALNUM, min_size=1, max_size=8),
)
SEPARATORS = [
    *("\n", "\r\n", "\r", ",", ";", "\t", " ", "，", "；", "、", "\u3000", "\u00a0", "|"),
    *(", ", "; ", ",\n", " ;\n\t", "\n\n", "\u200b;", "\n- ", "\n• ", "\n1. ", "\n* "),
]
DRESS = [
    *(
        "{}",
        "<{}>",
        "'{}'",
        '"{}"',
        "“{}”",
        "({})",
        "mailto:{}",
        "<mailto:{}?subject=x>",
        "\ufeff{}",
    ),
    *("[{}](mailto:{})", '<a href="mailto:{}">{}</a>', "**{}**", "{} <{}>", "Jan Jansen <{}>"),
]


MIXTURE = st.tuples(ADDRESS, st.sampled_from(DRESS), st.sampled_from(SEPARATORS))


# Unique, since `jan@x.example <jan@x.example>` is one person who has no other name.
@given(st.lists(MIXTURE, unique_by=lambda row: row[0]))
def test_any_mixture_is_found_in_order_and_none_is_lost(
    mixture: list[tuple[str, str, str]],
) -> None:
    text = "".join(dress.format(who, who) + between for who, dress, between in mixture)
    assert keys(text) == [who for who, _, _ in mixture]


LINE_ENDS = "\r\n\x0b\x0c\u2028\u2029"
JUNK_LINE = JUNK.map(lambda text: "".join(char for char in text if char not in LINE_ENDS))


@given(st.lists(st.tuples(JUNK_LINE, ADDRESS)))
@example([('"', "a@x.example"), ("<!--", "b@x.example"), ("\x1b]", "c@x.example")])
@example([(";MAIL", "a@x.example")])
@example([("[", "a@x.example"), ('{"email":"', "b@x.example")])
def test_good_rows_survive_any_junk_between_them(rows: list[tuple[str, str]]) -> None:
    text = "".join(f"{junk}\n{good}\n" for junk, good in rows)
    found = {(entry.line, entry.key) for entry in entries(text)}
    assert {(2 * index, good) for index, (_, good) in enumerate(rows, 1)} <= found


@given(st.lists(ADDRESS, min_size=1), st.sampled_from([",", ";", "\t"]))
def test_rows_of_a_table_are_all_there(addresses: list[str], delimiter: str) -> None:
    text = delimiter.join(["naam", "e-mail"]) + "\n"
    text += "".join(f"Jan{delimiter}{address}\n" for address in addresses)
    assert [(entry.line, entry.key) for entry in entries(text)] == [
        (number, address) for number, address in enumerate(addresses, 2)
    ]


def test_a_local_part_of_ten_megabytes_is_one_bad_row() -> None:
    huge = "a" * 10_000_000 + "@x.example"
    found = read_paste(f"{JAN}\n{huge}\n{PIET}", LARGEST_FILE).entries
    assert [entry.key for entry in found] == [JAN, "", PIET]
    assert found[1].reason is not None
    assert found[1].reason.id == "address_too_long"
    assert len(found[1].input) <= 200


@given(st.lists(MIXTURE, unique_by=lambda row: row[0]), st.text(max_size=60))
@example([], '"Jan" van "x" <a@x.example>')
def test_rows_written_as_text_read_as_the_same_people(
    mixture: list[tuple[str, str, str]], junk: str
) -> None:
    text = "".join(dress.format(who, who) + between for who, dress, between in mixture)
    once = [entry.key for entry in entries(f"{text}\n{junk}") if entry.key]
    again = entries(as_text(entries(f"{text}\n{junk}")))
    assert [entry.key for entry in again if entry.key] == once
