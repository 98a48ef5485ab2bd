"""What is said when something goes wrong, and the exit code that goes with it."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from tui_admin.domain.errors import AdminError, Invalid, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

INTERRUPTED, NOBODY_READS = 130, 141
"""What a shell reports for a program ended by SIGINT, and by SIGPIPE."""


def exit_code(error: BaseException) -> int:
    """Say what happened on standard error and return the code to end with."""
    if isinstance(error, AdminError):
        for line in lines(error):
            complain(line)
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, BrokenPipeError):
        close_quietly()
        return NOBODY_READS
    complain(told(error))
    return 1


@contextmanager
def harmless() -> Iterator[None]:
    """Take what would act on a terminal out of click's messages, which quote the command line."""
    try:
        yield
    except (click.exceptions.NoArgsIsHelpError, click.MissingParameter):
        raise
    except click.UsageError as error:
        from tui_admin.domain.text import guard

        raise click.UsageError(guard(error.format_message()), error.ctx) from error


def complain(text: str) -> None:
    """Print one line for people on standard error."""
    from tui_admin.domain.text import guard

    click.echo(guard(text), err=True)


def lines(error: AdminError) -> Iterable[str]:
    """Return the error in sentences: one for each problem where it carries several."""
    from tui_admin.i18n import say

    problems = getattr(error, "problems", None)
    if isinstance(error, Invalid):
        return [f"{field}: {say(why)}" for field, why in error.reasons.items()]
    if problems:
        return [say(each) if isinstance(each, Reason) else str(each) for each in problems]
    try:
        return [say(error.reason)]
    except (KeyError, ValueError):
        # A text that names a fact which is not there: the id and the facts still say something.
        return [str(error)]


def close_quietly() -> None:
    """Let the rest of the output go nowhere: the reader has left, and that is no error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (BrokenPipeError, ValueError):
            os.dup2(nowhere, stream.fileno())


def told(error: BaseException) -> str:
    """Record what should not have happened, and return what to tell people."""
    from tui_admin import incidents
    from tui_admin.bootstrap import state_directory
    from tui_admin.i18n import say

    return say(incidents.record(error, state_directory()))
