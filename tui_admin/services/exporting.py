"""A whole list written out for other programs: CSV, JSON or JSON Lines, a page at a time."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TextIO

from tui_admin.domain.listings import Ask, Seek
from tui_admin.domain.lists.approvals import APPROVALS, ApprovalRow
from tui_admin.domain.lists.audit import AUDIT, AuditRow
from tui_admin.domain.lists.invitations import INVITATIONS, InvitationRow
from tui_admin.domain.lists.organisations import ORGANISATIONS, OrganisationRow
from tui_admin.domain.lists.outbox import MESSAGES, MessageRow
from tui_admin.domain.lists.users import USERS, UserRow
from tui_admin.domain.text import sheet_safe
from tui_admin.i18n.documents import dumps, item, plain

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Sequence

    from tui_admin.domain.listings import Listing, Page, Sort
    from tui_admin.domain.query import Query

PAGE = 500
"""Rows read at a time: what is held in memory, however long the list."""
ROWS: dict[str, type[Any]] = {
    USERS.name: UserRow,
    INVITATIONS.name: InvitationRow,
    APPROVALS.name: ApprovalRow,
    AUDIT.name: AuditRow,
    ORGANISATIONS.name: OrganisationRow,
    MESSAGES.name: MessageRow,
}
"""What the rows of each list are made of."""


class Wanted(NamedTuple):
    """What is written out: which rows of which list, in which order, and in which form."""

    listing: Listing
    query: Query
    sort: Sort
    form: str = "csv"


class Reader(Protocol):
    """The part of a list service that an export reads."""

    async def page(self, ask: Ask) -> Page[Any]:
        """Return one page."""


async def export(
    lister: Reader, wanted: Wanted, target: TextIO, told: Callable[[int], bool]
) -> int:
    """Write all rows and return how many; nothing is written before the first page has come.

    `told` hears after every page how many there are by then, and says whether to go on.
    """
    pages = _pages(lister, wanted)
    first = await anext(pages)
    writer = WRITERS[wanted.form](target, _names(wanted.listing))
    writer.rows(first.rows)
    number = len(first.rows)
    async for page in pages:
        if not told(number):
            break
        writer.rows(page.rows)
        number += len(page.rows)
    writer.end()
    return number


async def _pages(lister: Reader, wanted: Wanted) -> AsyncIterator[Page[Any]]:
    seek, key = Seek.START, None
    while True:
        page = await lister.page(Ask(wanted.query, wanted.sort, seek, key, PAGE))
        yield page
        if not page.after:
            return
        seek, key = Seek.AFTER, page.keys[-1]


def _names(listing: Listing) -> tuple[str, ...]:
    return tuple(name for name in ROWS[listing.name]._fields if name != "version")


@contextmanager
def whole_file(path: Path) -> Iterator[TextIO]:
    """Open a file that appears whole, readable by its owner alone, or not at all.

    Raises `OSError` where it cannot be made.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    unfinished = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as target:
            yield target
        unfinished.replace(path)
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
