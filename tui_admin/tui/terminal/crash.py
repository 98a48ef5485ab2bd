"""A crash: the operator sees an incident number, the details go where only we can read them.

Textual's own crash screen prints local variables: tokens and passwords among them.
"""

from __future__ import annotations

import io
import os
import sys
import threading
import time
import traceback
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from tui_admin import __version__
from tui_admin.domain.errors import Reason, because

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CRASHED: Final = 70
"""Exit status after a crash: EX_SOFTWARE of sysexits.h, outside the codes of CONTRACT.md."""


def record(error: BaseException | str, incidents: Path) -> Reason:
    """Write the error's trace, without any local variable, to a new file that only we can read.

    `incidents` is the directory, made if need be. Returns what to tell the operator (facts
    `incident`, `file`): `crash.incident`, or `crash.unwritten` where the file could not be made.
    Never raises: it is called when something else has already failed.
    """
    incident = os.urandom(4).hex()
    file = incidents / f"incident-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{incident}.txt"
    try:
        incidents.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(_describe(error, incident))
    except OSError:
        return because("crash.unwritten", incident=incident, file=str(file))
    return because("crash.incident", incident=incident, file=str(file))


def _describe(error: BaseException | str, incident: str) -> str:
    head = f"incident {incident}\ntui-admin {__version__}, Python {sys.version.split()[0]}\n\n"
    if isinstance(error, str):
        return f"{head}{error}\n"
    error = getattr(error, "error", error)  # Textual wraps what failed in a worker
    trace = "".join(traceback.TracebackException.from_exception(error).format())
    return head + trace + _own_words(error)


def _own_words(error: BaseException) -> str:
    """Return what a stylesheet's error has to say: Textual keeps it out of the exception's text."""
    if not hasattr(error, "__rich__"):
        return ""
    from rich.console import Console

    console = Console(file=io.StringIO(), width=120, color_system=None)
    with console.capture() as words:
        console.print(error)
    return f"\n{words.get()}"


@contextmanager
def recording(incidents: Path) -> Iterator[None]:
    """Keep the traces of threads and of the interpreter off the screen while a session runs."""

    def in_thread(arguments: threading.ExceptHookArgs) -> None:
        # The writer thread of a terminal that is gone has nothing to tell.
        if arguments.exc_value is not None and not isinstance(arguments.exc_value, OSError):
            record(arguments.exc_value, incidents)

    before, threading.excepthook = threading.excepthook, in_thread
    try:
        yield
    finally:
        threading.excepthook = before


def tell(text: str) -> None:
    """Write one line on standard error, or nowhere if nobody listens any more."""
    with suppress(OSError, ValueError):
        print(text, file=sys.__stderr__, flush=True)
