"""Files that people bring: read whole, with a limit, before the store is opened."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_admin.domain.errors import Refused
from tui_admin.i18n import say

if TYPE_CHECKING:
    from tui_admin.domain.people_roster import Roster

LARGEST = 1_048_576
"""Bytes that are read at most: 250 addresses need a fiftieth of it."""


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


def roster(file: str, *, pairs: bool = False) -> Roster:
    """Return the people of a CSV file by its header, or of lines of address and username.

    A usage error where the header is not right.
    """
    from tui_admin.domain.paste import decode
    from tui_admin.domain.people_roster import read_pairs, read_table

    text = decode(contents(file))
    try:
        return read_pairs(text) if pairs else read_table(text)
    except Refused as refused:
        said = f"{say(refused.reason)} `tui-admin users template` prints a header."
        raise click.BadParameter(said, param_hint="FILE") from refused


def new_file(file: Path) -> Path:
    """Return the path of a file that is to be written; a usage error where there is one."""
    if file.exists():
        raise click.BadParameter(f"{file} exists already; give another name", param_hint="--failed")
    return file
