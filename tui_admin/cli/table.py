"""Tables for people: aligned, good for 80 columns, harmless to the terminal."""

from __future__ import annotations

import shutil
import sys
import unicodedata
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tui_admin.domain.listings import Field, Kind
from tui_admin.i18n.documents import moment, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST = 2_000
"""Characters of a cell that are printed at most."""
WIDEST = 50
"""Cells that a column is filled up to in a pipe."""
_GAP = "  "
_PIPE_WIDTH = 10_000


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
    others = (each for each in fields if each.name != ID.name)
    shown = (Column(each.name, each.label, each.kind, each.width, each.priority) for each in others)
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
            value = ", ".join(plain(value)) or "-"
        cap = column.width or None if self.terminal and column.kind is not Kind.EMAIL else None
        return cut(safe(str(value), LONGEST), cap)

    def _measure(self, cells: list[list[str]]) -> None:
        """Settle the widths, and on a terminal which columns there is room for."""
        # Into a pipe nothing is cut; one long cell stands out instead of widening every row.
        widest = _PIPE_WIDTH if self.terminal else WIDEST
        widths = [
            max(len(column.heading), *(min(cells_of(row[at]), widest) for row in cells))
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
