"""Anything people paste, read into rows: one pass, every row with its line, its text, its reason.

What a line without an @ means depends on the text around it. Under a header, and in a list, it is
a row that went wrong and is shown as one. In prose (words around an address that are no name, or a
line that is a sentence) lines of several words, and such as end like a sentence or a greeting, are
passed over; a single word is not, nor what looks like an address that lost its @. Rules, numbers
alone and headings that end in a colon are never rows. When in doubt it is a row.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tui_admin.domain import people_csv, people_json, usernames
from tui_admin.domain.addresses import judge_address
from tui_admin.domain.errors import Reason, Refused, because
from tui_admin.domain.paste_items import ROUND_WORDS, peeled
from tui_admin.domain.paste_line import NO_AT, Found, has_letters, looks_broken, read_line, stray
from tui_admin.domain.text import HOSTILE, person_name, safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tui_admin.domain.people_csv import Header, PersonRow

LARGEST: Final = 1_048_576
"""Characters in a paste; more belong in a file of their own."""
LARGEST_FILE: Final = 16 * 1_048_576
"""Bytes of a file that is read."""

_LINE_END = re.compile(r"\r\n|[\r\n\x0b\x0c\u2028\u2029]")
_AT_SIGNS = "@＠﹫"
_MARKUP = re.compile(r"<(?:html|head|body|table|div|p|span|style|br)\b", re.IGNORECASE)


class Entry(NamedTuple):
    """One row: an address that is good, or the reason why it is not.

    `line` counts from one. `input` is the row's own text, safe to show. `email` is the address as
    typed (safe to show, too, where it is refused), `key` its identity, empty where it has none.
    With `first_line` the row repeats the address of that line.
    """

    line: int
    input: str
    email: str
    key: str = ""
    name: str = ""
    username: str = ""
    reason: Reason | None = None
    first_line: int | None = None


class Reading(NamedTuple):
    """What was read; `too_large` says that it was not tried."""

    entries: tuple[Entry, ...] = ()
    too_large: bool = False


def read_paste(text: str, largest: int = LARGEST) -> Reading:
    """Return the rows of a text in their order; never raises, and is linear in its length.

    A text longer than `largest` is not tried: a paste's limit, or `LARGEST_FILE`.
    """
    if len(text) > largest:
        return Reading(too_large=True)
    return Reading(tuple(_with_repeats(_entries(text))))


def _entries(text: str) -> Iterable[Entry]:
    people = people_json.read_array(text)
    if people is not None:
        return map(_entry_of_person, people)
    lines = list(enumerate(_LINE_END.split(text), 1))
    first = _first_with_text(lines)
    header = people_csv.read_header(lines[first][1].strip(ROUND_WORDS))
    if header is None:
        return _read_list(lines)
    if not header.delimiter:
        return _read_list(lines[first + 1 :])
    return _read_table(header, lines[first + 1 :])


def as_text(entries: Iterable[Entry]) -> str:
    """Return rows as a text that reads as the same rows: one a line, names kept."""
    lines = []
    for entry in entries:
        shown = entry.input if entry.reason else entry.email
        name = entry.name.replace('"', "'")
        lines.append(f'"{name}" <{shown}>' if name and not entry.reason else shown)
    return "\n".join(lines)


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, UTF-16 with or without its mark, else Windows-1252."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    head = data[:4096]
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(head) >= 4 and zeros.count(0) > 0.4 * len(zeros):
            return data.decode(encoding, "replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def _first_with_text(lines: list[tuple[int, str]]) -> int:
    for index, (_, line) in enumerate(lines):
        if line.strip(ROUND_WORDS) and not line.lower().startswith("sep="):
            return index
    return 0


def _read_table(header: Header, lines: Iterable[tuple[int, str]]) -> Iterator[Entry]:
    for number, line in lines:
        if "@" in line and header.delimiter not in line:
            # One that was added below the table, or a table that was none.
            yield from (_entry(number, row, prose=False) for row in read_line(line).rows)
            continue
        person = people_csv.read_row(header, number, line)
        if person:
            yield _entry_of_person(person)


def _read_list(lines: Iterable[tuple[int, str]]) -> Iterator[Entry]:
    rows: list[tuple[int, Found]] = []
    prose = False
    for number, line in lines:
        if any(sign in line for sign in _AT_SIGNS) or "&#" in line:
            read = read_line(line)
            prose = prose or read.prose
            rows += ((number, row) for row in read.rows)
        elif has_letters(line) or not line.isprintable():
            rows += ((number, row) for row in _without_at(line))
        markup = "<" in line and _MARKUP.search(line) is not None
        prose = prose or markup or _is_sentence(line)
    for number, row in rows:
        if not (prose and row.reason == NO_AT and _is_said(row.input)):
            yield _entry(number, row, prose=prose)


def _is_sentence(line: str) -> bool:
    """Whether a line ends as sentences do: three words and a full stop."""
    tail = line[-200:].strip(ROUND_WORDS)
    if not tail.endswith((".", "!", "?")):
        return False
    words = tail[:-1].split()[-3:]
    return len(words) == 3 and all(map(str.isalpha, words))


def _is_said(text: str) -> bool:
    """Whether a text without an @, in prose, is part of it and no row that went wrong."""
    text = text.strip(ROUND_WORDS)
    several = " " in text or text.endswith((".", ",", "!", "?", "…"))
    return several and not looks_broken(text)


def _without_at(line: str) -> Iterator[Found]:
    """Give the row that a line without an @ is, if it is one."""
    text = line.strip(ROUND_WORDS)
    hostile = HOSTILE.search(text.replace("\t", " "))
    if hostile:
        yield stray(text, hostile.group())
    elif text and not text.endswith((":", "：")) and has_letters(text):
        yield stray(text)


def _entry(line: int, row: Found, *, prose: bool) -> Entry:
    shown = safe(row.input.strip(ROUND_WORDS))
    name = "" if prose and row.weak else row.name
    if not row.address or row.reason:
        return Entry(line, shown, safe(row.address), name=name, reason=row.reason)
    address = judge_address(row.address)
    if isinstance(address, Reason):
        return Entry(line, shown, safe(row.address), name=name, reason=address)
    return Entry(line, shown, address.typed, address.key, name)


def _entry_of_person(row: PersonRow) -> Entry:
    shown = safe(row.input.strip(ROUND_WORDS))
    beside, typed = _parts_of_cell(row.email)
    address = judge_address(typed) if typed else because("address_missing")
    name, username, reason = "", row.username.strip(ROUND_WORDS).lower(), None
    try:
        name = person_name(row.name or beside)
        if username:
            usernames.check(username)
    except Refused as refused:
        reason = refused.reason
    if isinstance(address, Reason) or reason:
        # The address comes first: it is what the row is about.
        reason = address if isinstance(address, Reason) else reason
        return Entry(row.line, shown, safe(typed), "", name, safe(username), reason)
    return Entry(row.line, shown, address.typed, address.key, name, username)


def _parts_of_cell(cell: str) -> tuple[str, str]:
    """Return name and address of an e-mail cell; `Jan <jan@…>` and `mailto:` are met there, too."""
    name, found, rest = cell.rpartition("<")
    if not (found and rest.endswith(">")):
        name, rest = "", cell
    # A hostile cell is judged as it is: peeling could take off what gives it away.
    return name.strip(ROUND_WORDS + '"'), rest if HOSTILE.search(cell) else peeled(rest.strip("<>"))


def _with_repeats(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Mark each row whose person was named before with the line of the first time."""
    first: dict[str, int] = {}
    for entry in entries:
        if entry.key in first:
            yield entry._replace(first_line=first[entry.key])
            continue
        if entry.key:
            first[entry.key] = entry.line
        yield entry
