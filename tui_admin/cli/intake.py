"""Files that people bring: read whole, with a limit, before the store is opened."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tui_admin.services.facade import NewUser

LARGEST = 1_000_000
"""Bytes that are read at most: 250 addresses need a fiftieth of it."""
COLUMNS = ("email", "username", "name", "role")
"""The header of a file for `users import`."""


def contents(file: str) -> bytes:
    """Return what is in the file, or on standard input for `-`.

    A usage error where it cannot be read or is too large.
    """
    try:
        if file == "-":
            found = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(file).open("rb") as source:
                found = source.read(LARGEST + 1)
    except OSError as error:
        raise click.BadParameter(f"{file}: {error.strerror}", param_hint="FILE") from error
    if len(found) > LARGEST:
        raise click.BadParameter(
            f"{file} is larger than 1 MB; give it in parts, nothing was read", param_hint="FILE"
        )
    return found


def new_users(file: str) -> tuple[NewUser, ...]:
    """Return the rows of a CSV file by its header; a usage error where the header is not right."""
    from tui_admin.domain.paste import decode
    from tui_admin.services.facade import NewUser

    text = decode(contents(file))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        header = _header(next(reader, []))
        return tuple(
            NewUser(line=reader.line_num, input=_shown(row), **_named(header, row))
            for row in reader
            if any(cell.strip() for cell in row)
        )
    except csv.Error as error:
        raise click.BadParameter(f"line {reader.line_num}: {error}", param_hint="FILE") from error


def _delimiter(text: str) -> str:
    """Return what the header is written with: some spreadsheets save semicolons or tabs."""
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in cells]
    unknown = [name for name in names if name not in COLUMNS]
    if "email" not in names or unknown or len(set(names)) < len(names):
        raise click.BadParameter(
            f"the first line must name columns out of {', '.join(COLUMNS)}; "
            "`tui-admin users template` prints it",
            param_hint="FILE",
        )
    return names


def _named(header: list[str], row: list[str]) -> dict[str, str]:
    found = dict.fromkeys(COLUMNS, "")
    found.update(zip(header, (cell.strip() for cell in row), strict=False))
    return found


def _shown(row: list[str]) -> str:
    return ",".join(row)
