"""A table of people, read by its header: comma, semicolon, tab or bar; English and Dutch.

One line is one row: a quotation mark that is never closed must not swallow the rows behind it, so
a cell does not run over a line end.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

FIELDS: Final[dict[str, frozenset[str]]] = {
    field: frozenset(names.split())
    for field, names in {
        "email": "email mail emailadres emailaddress emailadressen emailaddresses mailadres"
        " mailaddress emails primaryemail workemail zakelijkemail email1 email1value emailaddress1"
        " primarysmtpaddress",
        "name": "name naam fullname volledigenaam displayname weergavenaam contactpersoon",
        "given_names": "givennames givenname firstname firstnames voornaam voornamen roepnaam",
        "infix": "infix tussenvoegsel tussenvoegsels voorvoegsel voorvoegsels",
        "family_name": "familyname lastname surname achternaam familienaam geslachtsnaam",
        "username": "username login loginname gebruikersnaam gebruiker inlognaam",
    }.items()
}
"""The columns that are read, by what their headers say in letters and digits alone."""

_COLUMNS: Final = {name: field for field, names in FIELDS.items() for name in names}
_DELIMITERS: Final = "\t;,|"
_LONGEST_HEADER = 2_000
_LONGEST_ROW = 20_000
_NOT_IN_NAME = re.compile(r"[\W_]+")
_GUARDED = re.compile(r"'[=+\-@＝＋－＠]")


class PersonRow(NamedTuple):
    """One row of a table, as it was typed; `values` has the columns this row fills, by field."""

    line: int
    input: str
    values: dict[str, str]

    @property
    def email(self) -> str:
        """The cell of the e-mail column."""
        return self.values.get("email", "")

    @property
    def username(self) -> str:
        """The cell of the username column."""
        return self.values.get("username", "")

    @property
    def name(self) -> str:
        """The name, put together from its parts where there is no column for the whole."""
        whole = self.values.get("name", "")
        parts = (self.values.get(part, "") for part in ("given_names", "infix", "family_name"))
        return whole or " ".join(part for part in parts if part)


class Header(NamedTuple):
    """What the first line of a table says: its delimiter, and the field of each column."""

    delimiter: str
    columns: tuple[str, ...]


def field_of(heading: str) -> str:
    """Return the field a heading names (`E-mailadres` → `email`), or an empty string."""
    return _COLUMNS.get(_NOT_IN_NAME.sub("", heading).casefold(), "")


def read_header(line: str) -> Header | None:
    """Return the header a line is, or None where it names no e-mail column or is itself a row.

    A single column has an empty delimiter: what follows it is a list.
    """
    if len(line) > _LONGEST_HEADER or "@" in line:
        return None
    for delimiter in _DELIMITERS:
        if delimiter in line:
            columns = tuple(field_of(cell) for cell in split_row(line, delimiter))
            if "email" in columns:
                return Header(delimiter, columns)
    return Header("", ("email",)) if field_of(line) == "email" else None


def read_row(header: Header, number: int, line: str) -> PersonRow | None:
    """Return the row a line under a header is, or None for a blank one."""
    cells = split_row(line, header.delimiter)
    if not any(map(_has_text, cells)):
        return None
    return PersonRow(number, line, _by_field(header.columns, cells))


def split_row(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line, unquoted and trimmed; what is no CSV is split plainly."""
    cells: Sequence[str] = ()
    if '"' in line and len(line) <= _LONGEST_ROW and line.count('"') % 2 == 0:
        try:
            cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
        except csv.Error:
            cells = ()
    return [_plain(cell) for cell in cells or line.split(delimiter)]


def _by_field(columns: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for field, cell in zip(columns, cells, strict=False):
        if field and cell:
            values.setdefault(field, cell)
    return values


def _plain(cell: str) -> str:
    # Only blanks go: what is hostile must be seen by those who judge the cell.
    cell = cell.strip(" \xa0\t\u200b\ufeff").strip('"').strip(" \xa0\t")
    return cell[1:] if _GUARDED.match(cell) else cell


def _has_text(cell: str) -> bool:
    return any(not char.isspace() and char not in "-:=|" for char in cell)
