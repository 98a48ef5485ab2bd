"""What should not have happened: its trace goes where only we can read it, under a number.

Values of variables are never in it, and passwords in addresses are struck out.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from tui_admin.domain.errors import Reason, because

if TYPE_CHECKING:
    from pathlib import Path

_CREDENTIALS = re.compile(r"://([^:/@\s]*):[^@\s]*@")


def record(error: BaseException | str, directory: Path, words: str = "") -> Reason:
    """Write the error's trace to a new file; `words` are what the error says beside it.

    The directory is made if need be. Returns what to tell people (facts `incident`, `file`):
    `crash.incident`, or `crash.unwritten` where the file could not be made. Never raises: it is
    called when something else has already failed.
    """
    import time

    incident = os.urandom(4).hex()
    file = directory / f"incident-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{incident}.txt"
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(_CREDENTIALS.sub(r"://\1:***@", _describe(error, incident) + words))
    except OSError:
        return because("crash.unwritten", incident=incident, file=str(file))
    return because("crash.incident", incident=incident, file=str(file))


def _describe(error: BaseException | str, incident: str) -> str:
    import sys
    import traceback

    from tui_admin import __version__

    head = f"incident {incident}\ntui-admin {__version__}, Python {sys.version.split()[0]}\n\n"
    if isinstance(error, str):
        return f"{head}{error}\n"
    return head + "".join(traceback.TracebackException.from_exception(error).format())
