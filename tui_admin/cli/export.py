"""`tui-admin export`: a whole list, streamed, in a form that other programs read."""

from __future__ import annotations

import csv
import io
import os
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

import click

from tui_admin.cli import lists
from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Action
from tui_admin.cli.output import dumps, item, plain
from tui_admin.domain.listings import (
    APPROVALS,
    AUDIT,
    INVITATIONS,
    USERS,
    ApprovalRow,
    AuditRow,
    InvitationRow,
    Listing,
    UserRow,
)
from tui_admin.domain.query import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tui_admin.services.facade import Desk

EXPORTS: dict[str, tuple[Listing, type[Any]]] = {
    "users": (USERS, UserRow),
    "invitations": (INVITATIONS, InvitationRow),
    "approvals": (APPROVALS, ApprovalRow),
    "audit": (AUDIT, AuditRow),
}


@click.command("export", cls=Action)
@click.argument("what", type=click.Choice(tuple(EXPORTS)))
@click.option(
    "--format",
    "form",
    type=click.Choice(("csv", "json", "jsonl")),
    default="csv",
    show_default=True,
    help="How it is written.",
)
@click.option("--where", metavar="QUERY", help="Only what matches.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="Where to, instead of standard output.",
)
@click.option("--yes", is_flag=True, help="Replace FILE where it exists.")
@click.pass_obj
def command(
    call: Call, /, what: str, form: str, where: str | None, output: Path | None, yes: bool
) -> None:
    """Write users, invitations, who awaits approval or the audit log as CSV or JSON.

    In CSV what a spreadsheet would take for a formula begins with an apostrophe.

    Example: tui-admin export users --format csv --output users.csv
    """
    if output and output.exists() and not yes:
        raise click.BadParameter(f"{output} exists; add --yes to replace it", param_hint="--output")
    listing = EXPORTS[what][0]
    query = lists.parse_query(listing, where) if where else EVERYTHING
    _export(what, "json" if call.as_json else form, lists.Wanted(query, listing.sort), output)


@at_desk
async def _export(
    call: Call, desk: Desk, what: str, form: str, wanted: lists.Wanted, output: Path | None
) -> int:
    """Write all pages; nothing is written before the first has come."""
    del call
    listing, row = EXPORTS[what]
    pages = lists.batches(getattr(desk, what), listing, wanted)
    first, _ = await anext(pages)
    with _target(output) as target:
        writer = WRITERS[form](target, _names(row))
        writer.rows(first.rows)
        async for page, _ in pages:
            writer.rows(page.rows)
        writer.end()
    if output:
        click.echo(f"Wrote {output}.", err=True)
    return 0


def _names(row: type[Any]) -> tuple[str, ...]:
    return tuple(name for name in row._fields if name != "version")


@contextmanager
def _target(output: Path | None) -> Iterator[TextIO]:
    """Open where to write; a file appears whole, readable by its owner alone, or not at all."""
    if output is None:
        yield sys.stdout
        return
    try:
        handle, name = tempfile.mkstemp(dir=output.parent, prefix=f".{output.name}.")
    except OSError as error:
        raise click.BadParameter(f"{output}: {error.strerror}", param_hint="--output") from error
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as target:
            yield target
        unfinished.replace(output)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


class Writer(Protocol):
    """One way of writing rows."""

    def rows(self, rows: Sequence[Any]) -> None:
        """Write some rows."""

    def end(self) -> None:
        """Write what closes the document."""


class _Csv:
    """Comma-separated values as RFC 4180 has them, harmless to spreadsheets."""

    def __init__(self, target: TextIO, names: Sequence[str]) -> None:
        self.target, self.names = target, names
        self._write([names])

    def rows(self, rows: Sequence[Any]) -> None:
        from tui_admin.domain.text import sheet_safe

        found = (self._cells(row) for row in rows)
        self._write([[sheet_safe(cell) for cell in cells] for cells in found])

    def _cells(self, row: Any) -> list[object]:
        return [_cell(value) for name, value in row._asdict().items() if name in self.names]

    def _write(self, rows: Sequence[Sequence[str]]) -> None:
        # Through a text of its own, since standard output may translate line ends.
        text = io.StringIO(newline="")
        csv.writer(text).writerows(rows)
        self.target.write(text.getvalue())

    def end(self) -> None:
        self.target.flush()


def _cell(value: object) -> object:
    return "; ".join(plain(value)) if isinstance(value, tuple) else plain(value)


class _JsonLines:
    """One JSON object a line."""

    def __init__(self, target: TextIO, names: Sequence[str]) -> None:
        del names
        self.target = target

    def rows(self, rows: Sequence[Any]) -> None:
        self.target.write("".join(f"{dumps(item(row))}\n" for row in rows))

    def end(self) -> None:
        self.target.flush()


class _Json:
    """The document that lists are."""

    def __init__(self, target: TextIO, names: Sequence[str]) -> None:
        del names
        self.target, self.written = target, 0
        target.write('{"items": [')

    def rows(self, rows: Sequence[Any]) -> None:
        for row in rows:
            self.target.write(f"{',' if self.written else ''}\n{dumps(item(row))}")
            self.written += 1

    def end(self) -> None:
        self.target.write(f'\n], "next": null, "total": {self.written}}}\n')
        self.target.flush()


WRITERS: dict[str, Callable[[TextIO, Sequence[str]], Writer]] = {
    "csv": _Csv,
    "json": _Json,
    "jsonl": _JsonLines,
}
