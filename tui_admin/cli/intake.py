"""Files that people bring: read whole, with a limit, before the store is opened."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_admin.domain.people_csv import PersonRow, field_of

if TYPE_CHECKING:
    from tui_admin.services.importing import NewUser

LARGEST = 1_048_576
"""Bytes that are read at most: 250 addresses need a fiftieth of it."""
COLUMNS = ("email", "username", "name", "role")
"""The header of a file for `users import`."""
ROLE = {"role": "role", "rol": "role"}


def contents(file: str, largest: int = LARGEST) -> bytes:
    """Return what is in the file, or on standard input for `-`.

    A usage error where it cannot be read or is too large.
    """
    try:
        if file == "-":
            found = sys.stdin.buffer.read(largest + 1)
        else:
            with Path(file).open("rb") as source:
                found = source.read(largest + 1)
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}", param_hint="FILE") from error
    if len(found) > largest:
        raise click.BadParameter(
            f"{file} is larger than {largest // 1024**2} MB; give it in parts, nothing was read",
            param_hint="FILE",
        )
    return found


def new_users(file: str) -> tuple[NewUser, ...]:
    """Return the rows of a CSV file by its header; a usage error where the header is not right."""
    from tui_admin.domain.paste import decode

    text = decode(contents(file))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        fields = _fields(next(reader, []))
        return tuple(
            _new_user(PersonRow(reader.line_num, ",".join(row), _by_field(fields, row)))
            for row in reader
            if any(cell.strip() for cell in row)
        )
    except csv.Error as error:
        raise click.BadParameter(f"line {reader.line_num}: {error}", param_hint="FILE") from error


def _delimiter(text: str) -> str:
    """Return what the header is written with: some spreadsheets save semicolons or tabs."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _fields(header: list[str]) -> list[str]:
    """Return the field that each column is for, under any of the names that people use."""
    fields = [ROLE.get(cell.strip().casefold(), field_of(cell)) for cell in header]
    unknown = [cell.strip() for cell, field in zip(header, fields, strict=True) if not field]
    if "email" not in fields or unknown or len(set(fields)) < len(fields):
        wrong = f"unknown: {', '.join(unknown)}; " if unknown else ""
        raise click.BadParameter(
            f"{wrong}the first line must name each column once, and email among them; "
            "`tui-admin users template` prints one",
            param_hint="FILE",
        )
    return fields


def _by_field(fields: list[str], row: list[str]) -> dict[str, str]:
    return dict(zip(fields, (cell.strip() for cell in row), strict=False))


def _new_user(row: PersonRow) -> NewUser:
    from tui_admin.services.importing import NewUser

    return NewUser(
        line=row.line,
        input=row.input,
        email=row.email,
        name=row.name,
        username=row.username,
        role=row.values.get("role", ""),
    )
