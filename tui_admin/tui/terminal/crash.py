"""A crash: the operator sees an incident number, the details go where only we can read them.

Textual's own crash screen prints local variables: tokens and passwords among them.
"""

from __future__ import annotations

import io
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from tui_admin import incidents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_admin.domain.errors import Reason

CRASHED: Final = 70
"""Exit status after a crash: EX_SOFTWARE of sysexits.h, outside the codes of CONTRACT.md."""


def record(error: BaseException | str, directory: Path) -> Reason:
    """Record what failed in this directory, and return what to tell the operator. Never raises."""
    if isinstance(error, str):
        return incidents.record(error, directory)
    error = getattr(error, "error", error)  # Textual wraps what failed in a worker
    return incidents.record(error, directory, _own_words(error))


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
def recording(directory: Path) -> Iterator[None]:
    """Keep the traces of threads and of the interpreter off the screen while a session runs."""

    def in_thread(arguments: threading.ExceptHookArgs) -> None:
        # The writer thread of a terminal that is gone has nothing to tell.
        if arguments.exc_value is not None and not isinstance(arguments.exc_value, OSError):
            record(arguments.exc_value, directory)

    before, threading.excepthook = threading.excepthook, in_thread
    try:
        yield
    finally:
        threading.excepthook = before


def tell(text: str) -> None:
    """Write one line on standard error, or nowhere if nobody listens any more."""
    with suppress(OSError, ValueError):
        print(text, file=sys.__stderr__, flush=True)
