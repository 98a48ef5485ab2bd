"""Files that an operator names: read with a limit, and written anew for nobody else to read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from tui_admin.domain.errors import Refused
from tui_admin.domain.paste import decode

LARGEST: Final = 1_048_576
"""Bytes that are read at most."""


def read_text(name: str) -> str:
    """Return the text of a file; raises `Refused`: `file_unreadable`, `file_too_large`."""
    path = Path(name).expanduser()
    try:
        if not path.is_file():  # nor waits for a pipe or a device
            raise Refused("file_missing", file=name)
        with path.open("rb") as source:
            data = source.read(LARGEST + 1)
    except OSError as error:
        raise Refused("file_unreadable", file=name, why=error.strerror or "") from error
    if len(data) > LARGEST:
        raise Refused("file_too_large", file=name, limit=LARGEST // 1024**2)
    return decode(data)


def write_new(name: str, text: str) -> Path:
    """Write a text to a file that is not there yet; raises `Refused` where that cannot be."""
    path = Path(name).expanduser()
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError as error:
        raise Refused("file_exists", file=name) from error
    except OSError as error:
        raise Refused("file_unwritable", file=name, why=error.strerror or "") from error
    return path
