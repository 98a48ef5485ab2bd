"""People to add or to change in one go: a CSV by its header, or pairs of address and username.

As opposed to a paste of anything (`domain.paste`), a table that is not understood is refused whole:
a column that is taken for another would be written into hundreds of accounts.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tui_admin.domain.errors import Reason, Refused, because
from tui_admin.domain.paste_items import peeled
from tui_admin.domain.paste_line import read_line
from tui_admin.domain.people_csv import PersonRow, field_of, split_row
from tui_admin.domain.text import safe, sheet_safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LARGEST: Final = 1_048_576
"""Characters that are read at most."""

MOST: Final = 5_000
"""Rows in one go: they are one transaction, in which nobody else can write."""

COLUMNS: Final = (
    "email",
    "username",
    "name",
    "role",
    "status",
    "given_names",
    "family_name",
    "date_of_birth",
    "phone",
)
"""The header of a table of people: only the first has to be there, in any order."""

_MORE: Final = {
    "role": "role",
    "rol": "role",
    "status": "status",
    "dateofbirth": "date_of_birth",
    "birthdate": "date_of_birth",
    "birthday": "date_of_birth",
    "geboortedatum": "date_of_birth",
    "phone": "phone",
    "telephone": "phone",
    "telefoon": "phone",
    "telefoonnummer": "phone",
    "mobile": "phone",
    "mobiel": "phone",
    "reason": "reason",
    "reden": "reason",
}
_LINE_END = re.compile(r"\r\n|[\r\n]")
_NOT_IN_HEADING = re.compile(r"[\W_]+")
_IGNORED: Final = frozenset({"reason"})
"""Columns that a file may have and nobody reads: why a row went wrong the last time."""


class Roster(NamedTuple):
    """People as they were brought: a row each, and why rows cannot be read, by line."""

    rows: tuple[PersonRow, ...]
    faults: dict[int, Reason]


def read_people(text: str) -> Roster:
    """Return the people of a text: a table where it begins with a header, else pairs.

    Raises `Refused` as `read_table` does.
    """
    return read_table(text) if _is_header(_first_line(text)) else read_pairs(text)


def _is_header(line: str) -> bool:
    if "@" in line:
        return False
    return len(split_row(line, _delimiter(line))) > 1 or _field(line) == "email"


def _first_line(text: str) -> str:
    """Return the first line that says something; `sep=;` is for spreadsheets only."""
    lines = (line.strip("\ufeff") for line in _lines(text))
    return next((line for line in lines if line.strip() and not _is_hint(line)), "")


def _lines(text: str) -> list[str]:
    return _LINE_END.split(text)


def _is_hint(line: str) -> bool:
    return line.lower().startswith("sep=")


def read_table(text: str) -> Roster:
    """Return the rows of a CSV by its header.

    Raises `Refused`: `people_header`, `people_csv`, `people_too_large`, `people_too_many`.
    """
    _check_size(text)
    lines = (f"{line}\n" for line in _lines(text.lstrip("\ufeff")))
    reader = csv.reader(lines, delimiter=_delimiter(_first_line(text)))
    try:
        found = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Refused("people_csv", line=reader.line_num, why=str(error)) from error
    if found and _is_hint(found[0][1][0]):
        del found[0]
    fields = _fields(found[0][1] if found else [])
    return _roster((_row(number, fields, row), _too_wide(fields, row)) for number, row in found[1:])


def read_pairs(text: str) -> Roster:
    """Return a row for each line: an address, and behind it a username, a name, or both.

    `jan@acme.example jan`, `jan@acme.example;jan;Jan Jansen`, `Jan Jansen <jan@acme.example>`.
    Raises `Refused`: `people_too_large`, `people_too_many`.
    """
    _check_size(text)
    lines = enumerate(_lines(text), 1)
    rows = (row for number, line in lines for row in _pairs(number, line.strip(_BLANK)))
    return _roster((row, None) for row in rows)


def _check_size(text: str) -> None:
    if len(text) > LARGEST:
        raise Refused("people_too_large", limit=LARGEST)


def _roster(read: Iterable[tuple[PersonRow, Reason | None]]) -> Roster:
    found = list(read)
    if len(found) > MOST:
        raise Refused("people_too_many", limit=MOST, number=len(found))
    faults = {row.line: reason for row, reason in found if reason is not None}
    return Roster(tuple(row for row, _ in found), faults)


# Tables


def _delimiter(line: str) -> str:
    """Return what a header is written with: some spreadsheets save semicolons or tabs."""
    return max(",;\t|", key=line.count)


def _field(heading: str) -> str:
    name = _NOT_IN_HEADING.sub("", heading).casefold()
    return _MORE.get(name) or field_of(heading)


def _fields(header: list[str]) -> list[str]:
    """Return the field that each column is for, under any of the names that people use."""
    fields = [_field(cell) for cell in header]
    unknown = [cell.strip() for cell, field in zip(header, fields, strict=True) if not field]
    twice = sorted({field for field in fields if field and fields.count(field) > 1})
    if unknown:
        raise Refused("people_header_unknown", columns=safe(", ".join(unknown), 200))
    if twice:
        raise Refused("people_header_twice", columns=", ".join(twice))
    if "email" not in fields:
        raise Refused("people_header")
    return fields


def _row(number: int, fields: list[str], cells: list[str]) -> PersonRow:
    values = dict(zip(fields, map(_plain, cells), strict=False))
    kept = {field: text for field, text in values.items() if text and field not in _IGNORED}
    return PersonRow(number, ",".join(cells), kept)


def _plain(cell: str) -> str:
    """Return a cell without what our own CSV puts before a formula."""
    cell = cell.strip(" \xa0\t\u200b\ufeff")
    return cell[1:] if cell.startswith("'") and sheet_safe(cell[1:]) == cell else cell


def _too_wide(fields: list[str], cells: list[str]) -> Reason | None:
    """Return a reason for a row with more than the header names: its cells may have shifted."""
    spare = [cell for cell in cells[len(fields) :] if cell.strip()]
    return because("people_row_wide", columns=len(fields), cells=len(cells)) if spare else None


# Pairs


_BLANK = " \t,;|\ufeff\xa0\u200b"


def _pairs(number: int, line: str) -> Iterator[PersonRow]:
    """Give the rows of a line: one, or one for each address of a list of them."""
    if line.count("@") == 1:
        yield PersonRow(number, line, _values(line))
    elif "@" in line:
        for found in read_line(line).rows:
            values = {"email": found.address or found.input, "name": found.name}
            yield PersonRow(number, found.input, {k: text for k, text in values.items() if text})
    elif line:
        yield PersonRow(number, line, {"email": line})


_BRACKETED = re.compile(r"(?P<name>[^<>@]*)<(?P<email>[^<>]*@[^<>]*)>(?P<rest>[^<>@]*)")


def _values(text: str) -> dict[str, str]:
    bracketed = _BRACKETED.fullmatch(text)
    if bracketed:
        values = dict(_behind(_cells(bracketed["rest"])))
        name = bracketed["name"].strip(" \t,;|\"'")
        return {"email": peeled(bracketed["email"]), **({"name": name} if name else {}), **values}
    cells = _cells(text)
    at = next((index for index, cell in enumerate(cells) if "@" in cell), None)
    if at is None:
        return {"email": text}
    rest = dict(_behind(cells[:at] + cells[at + 1 :]))
    return {"email": peeled(cells[at]), **rest}


def _cells(text: str) -> list[str]:
    """Return what delimiters set apart; without any, the address and what stands around it."""
    if re.search(r"[,;\t|]", text):
        return [cell.strip() for cell in re.split(r"[,;\t|]", text) if cell.strip()]
    words = text.split()
    at = next((index for index, word in enumerate(words) if "@" in word), None)
    if at is None:
        return [text.strip()] if text.strip() else []
    around = (" ".join(words[:at]), words[at], " ".join(words[at + 1 :]))
    return [each for each in around if each]


def _behind(cells: list[str]) -> Iterator[tuple[str, str]]:
    """Give what cells beside an address are: one word is a username, more are a name."""
    fields = ["username", "name"]
    for cell in cells:
        wanted = "name" if " " in cell else fields[0] if fields else ""
        if wanted in fields:
            fields.remove(wanted)
            yield wanted, cell.strip("\"'")


# What went wrong, as a file


def failed_table(rows: Iterable[tuple[PersonRow, str]]) -> str:
    """Return rows with why each went wrong as a CSV that can be mended and brought again."""
    rows = list(rows)
    used = {field for row, _ in rows for field in row.values} | {"email", "username"}
    fields = [each for each in (*COLUMNS, "infix") if each in used]
    table = _Text()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow([*fields, "reason"])
    for row, reason in rows:
        writer.writerow([sheet_safe(row.values.get(each, "")) for each in fields] + [reason])
    return "".join(table.parts)


class _Text:
    """What a CSV is written into."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, part: str) -> None:
        self.parts.append(part)
