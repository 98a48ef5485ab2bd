"""What commands print: one JSON document, or text that is good for 80 columns.

Everything that came from outside passes through `safe` on its way to a terminal; JSON is written
in ASCII, so that no control, escape or bidirectional character is ever in it as itself.
"""

from __future__ import annotations

import json
import shutil
import sys
import textwrap
import unicodedata
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tui_admin.domain.errors import Reason
from tui_admin.domain.listings import Field, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tui_admin.cli.context import Call
    from tui_admin.domain.outcomes import Outcome, Row

HIDDEN = frozenset({"version"})
"""What rows carry for the dashboard's own use."""
AS_JSON = frozenset({"before", "after"})
"""Fields that hold JSON text and are given as what it says."""
LONGEST = 2_000
"""Characters of a cell that are printed at most."""
_GAP = "  "
_PIPE_WIDTH = 10_000


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it; a named tuple becomes an object."""
    if isinstance(value, Reason):
        return sentence(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "_asdict"):
        return item(value)
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(each) for each in value)
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return value


def item(row: Any) -> dict[str, Any]:
    """Return a row as a JSON object."""
    found = {name: plain(value) for name, value in row._asdict().items() if name not in HIDDEN}
    for name in AS_JSON & found.keys():
        found[name] = _parsed(found[name])
    return found


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def moment(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dumps(value: Any, indent: int | None = None) -> str:
    """Return JSON in printable ASCII."""
    return json.dumps(value, ensure_ascii=True, indent=indent).replace("\x7f", "\\u007f")


def document(value: Any) -> None:
    """Print the one JSON document of a call."""
    click.echo(dumps(plain(value), indent=2))


def line(text: str) -> None:
    """Print one line for people, whatever is in it."""
    from tui_admin.domain.text import guard

    click.echo(guard(text))


def labelled(label: str, text: str) -> None:
    """Print a text behind its label; on a terminal its further lines stand below the first."""
    from tui_admin.domain.text import guard

    whole = guard(f"{label}{text}").rstrip()
    if sys.stdout.isatty():
        columns = shutil.get_terminal_size().columns
        whole = textwrap.fill(whole, columns, subsequent_indent=" " * len(label))
    click.echo(whole)


def sentence(reason: Reason | None) -> str:
    """Return a reason in words; nothing for none."""
    from tui_admin.i18n import say

    return say(reason) if reason else ""


def told(call: Call, outcome: Outcome, also: Sequence[Row] = ()) -> int:
    """Print what an action did, row by row, and return the exit code.

    `also` are rows that were asked for and never came as far as the service.
    """
    skipped = (*outcome.skipped, *also)
    if call.as_json:
        document(
            {
                "action": outcome.action,
                "done": [{"id": row.id, "label": row.label} for row in outcome.done],
                "skipped": [_skipped(row) for row in skipped],
            }
        )
    else:
        for row in outcome.done:
            line(f"done     {row.label}")
        for row in skipped:
            line(f"skipped  {row.label}: {sentence(row.reason)}")
        click.echo(f"{len(outcome.done)} done, {len(skipped)} skipped", err=True)
    return 1 if skipped else 0


def _skipped(row: Row) -> dict[str, Any]:
    reason = row.reason.id if row.reason else ""
    return {"id": row.id, "label": row.label, "reason": reason, "detail": sentence(row.reason)}


class Column(NamedTuple):
    """A column of a printed table: which attribute, under which heading, how wide, how soon cut."""

    name: str
    heading: str
    kind: Kind = Kind.TEXT
    width: int = 0
    priority: int = 0


ID = Column("id", "ID", Kind.NUMBER)


def columns(fields: Iterable[Field]) -> tuple[Column, ...]:
    """Return the columns of a listing, led by the number that other commands ask for."""
    shown = (Column(each.name, each.label, each.kind, each.width, each.priority) for each in fields)
    return (ID, *shown)


class Table:
    """An aligned table that is printed as its rows come.

    The first rows decide the widths. On a terminal the least important columns give way and long
    text is cut, though never an e-mail address; into a pipe everything is written.
    """

    def __init__(self, columns: Sequence[Column], now: datetime | None = None) -> None:
        """Prepare a table; nothing is printed before there are rows."""
        self.terminal = sys.stdout.isatty()
        self.now = now or datetime.now(UTC)
        self.columns = tuple(columns)
        self.widths: tuple[int, ...] = ()

    def add(self, rows: Sequence[Any]) -> None:
        """Print rows, and the heading before the first of them."""
        cells = [
            [self.cell(getattr(row, each.name), each) for each in self.columns] for row in rows
        ]
        if not self.widths and cells:
            self._measure(cells)
            self._print([each.heading for each in self.columns])
        for each in cells:
            self._print(each)

    def cell(self, value: Any, column: Column) -> str:
        """Return a value as text that is safe to print."""
        from tui_admin.domain.text import safe

        if value is None or value == "":
            return "-"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, datetime):
            return ago(self.now, value) if self.terminal else moment(value)
        if isinstance(value, (tuple, frozenset)):
            value = ", ".join(sorted(value) if isinstance(value, frozenset) else value) or "-"
        cap = column.width or None if self.terminal and column.kind is not Kind.EMAIL else None
        return cut(safe(str(value), LONGEST), cap)

    def _measure(self, cells: list[list[str]]) -> None:
        """Settle the widths, and on a terminal which columns there is room for."""
        widths = [
            max(len(column.heading), *(cells_of(row[at]) for row in cells))
            for at, column in enumerate(self.columns)
        ]
        room = shutil.get_terminal_size().columns if self.terminal else _PIPE_WIDTH
        by_importance = sorted(
            range(len(widths)), key=lambda at: self.columns[at].priority, reverse=True
        )
        for at in by_importance:
            if sum(width + len(_GAP) for width in widths if width) - len(_GAP) <= room:
                break
            if self.columns[at].priority:
                widths[at] = 0
        self.widths = tuple(widths)

    def _print(self, cells: Sequence[str]) -> None:
        parts = []
        for text, width, column in zip(cells, self.widths, self.columns, strict=True):
            if width:
                space = " " * (width - cells_of(text))
                parts.append(space + text if column.kind is Kind.NUMBER else text + space)
        click.echo(_GAP.join(parts).rstrip())


def cells_of(text: str) -> int:
    """Return how many cells a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(_cell_width(each) for each in text)


def _cell_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def cut(text: str, width: int | None) -> str:
    """Return the text in at most `width` cells, with a mark where something is missing."""
    if width is None or cells_of(text) <= width:
        return text
    kept, room = "", width - 1
    for each in text:
        room -= _cell_width(each)
        if room < 0:
            break
        kept += each
    return f"{kept}…"


_UNITS = ((86_400 * 365, "y"), (86_400 * 30, "mo"), (86_400, "d"), (3_600, "h"), (60, "min"))


def ago(now: datetime, then: datetime) -> str:
    """Return the age of a time in words: "3 d ago", "in 2 h"."""
    seconds = (now - then).total_seconds()
    for size, unit in _UNITS:
        if abs(seconds) >= size:
            count = f"{int(abs(seconds) // size)} {unit}"
            return f"{count} ago" if seconds > 0 else f"in {count}"
    return "now"
