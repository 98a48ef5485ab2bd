"""`tui-admin export`: a whole list, streamed, in a form that other programs read."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from tui_admin.cli import lists
from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Action
from tui_admin.domain.lists.approvals import APPROVALS
from tui_admin.domain.lists.audit import AUDIT
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.lists.organisations import ORGANISATIONS
from tui_admin.domain.lists.outbox import MESSAGES
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.query import EVERYTHING
from tui_admin.services.exporting import WRITERS, Wanted, export, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_admin.domain.listings import Listing, Sort
    from tui_admin.services.facade import Desk

EXPORTS: dict[str, Listing] = {
    "users": USERS,
    "invitations": INVITATIONS,
    "approvals": APPROVALS,
    "audit": AUDIT,
    "organisations": ORGANISATIONS,
    "outbox": MESSAGES,
}
"""What can be written out, by the name of its service."""
EVERY = 0.5
"""Seconds between two words about how far it has come."""


@click.command("export", cls=Action)
@click.argument("what", type=click.Choice(tuple(EXPORTS)))
@click.option(
    "--format",
    "form",
    type=click.Choice(tuple(WRITERS)),
    default="csv",
    show_default=True,
    help="How it is written.",
)
@click.option("--where", metavar="QUERY", help="Only what matches.")
@click.option(
    "--sort", metavar="FIELD", help="In this order; with a - before it the other way round."
)
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Where to, instead of standard output.",
)
@click.option("--yes", is_flag=True, help="Replace FILE where it exists.")
@click.pass_obj
def command(
    call: Call,
    /,
    what: str,
    form: str,
    where: str | None,
    sort: str | None,
    output: Path | None,
    yes: bool,
) -> None:
    """Write a list as CSV or JSON: users, invitations, who awaits approval, the audit log, ….

    In CSV what a spreadsheet would take for a formula begins with an apostrophe.

    Example: tui-admin export users --format csv --output users.csv
    """
    if output and output.exists() and not yes:
        raise click.BadParameter(f"{output} exists; add --yes to replace it", param_hint="--output")
    listing = EXPORTS[what]
    query = lists.parse_query(listing, where) if where else EVERYTHING
    order: Sort = lists.parse_sort(listing, sort) if sort else listing.sort
    _export(what, Wanted(listing, query, order, "json" if call.as_json else form), output)


@at_desk
async def _export(call: Call, desk: Desk, what: str, wanted: Wanted, output: Path | None) -> int:
    """Write all pages."""
    del call
    progress = Progress(output is not None and sys.stderr.isatty())
    with _target(output) as target:
        number = await export(getattr(desk, what), wanted, target, progress)
    progress.done()
    if output:
        click.echo(f"Wrote {number:,} {wanted.listing.many} to {output}.", err=True)
    return 0


class Progress:
    """Tells on a terminal how far it has come, where the rows go elsewhere."""

    def __init__(self, shown: bool) -> None:
        """Say nothing before the first half second is over."""
        self._shown, self._told, self._any = shown, time.monotonic(), False

    def __call__(self, number: int) -> bool:
        """Take notice of how many there are."""
        if self._shown and time.monotonic() - self._told > EVERY:
            self._told, self._any = time.monotonic(), True
            click.echo(f"\r{number:,} …", nl=False, err=True)
        return True

    def done(self) -> None:
        """Leave the line to what comes next."""
        if self._any:
            click.echo("\r\x1b[K", nl=False, err=True)


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    if output is None:
        yield sys.stdout
        return
    try:
        with whole_file(output) as target:
            yield target
    except OSError as error:
        raise click.BadParameter(f"{output}: {error.strerror}", param_hint="--output") from error
