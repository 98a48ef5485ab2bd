"""Rows as strips: fits cells into columns and gives each line as few styles as it can.

Every style on a line costs some 40 bytes on the wire, so a row has three and the current one has
one. An arrow key paints two rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_admin.tui.lists.columns import Column, columns
from tui_admin.tui.present import fitted, look_of, value_of

if TYPE_CHECKING:
    from datetime import datetime

    from textual.widget import Widget

    from tui_admin.domain.listings import Field, Listing, Sort

GUTTER = 4
"""Cells before the first column: cursor, mark, status glyph, space."""


class Standing(NamedTuple):
    """How a row stands in the table: under the cursor, marked, or gone from the list."""

    here: bool = False
    marked: bool = False
    gone: bool = False


class Painter:
    """Paints the lines of one table; forgets its styles when the theme changes."""

    def __init__(self, table: Widget, listing: Listing) -> None:
        """Paint rows of this listing with the styles of that widget."""
        self._table = table
        self._listing = listing
        self.fields = listing.fields
        self._styles: dict[str, Style] = {}
        self._width = 0
        self._filled = 0
        self.columns: tuple[Column, ...] = ()

    def fit(self, width: int) -> None:
        """Choose the columns for a width."""
        if width != self._width:
            self._width = width
            self.columns = columns(self.fields, width - GUTTER - 1)
            last = self.columns[-1]
            self._filled = GUTTER + last.start + last.width

    def show(self, fields: tuple[Field, ...]) -> None:
        """Show these fields, as far as there is room."""
        self.fields, self._width = fields, 0

    def forget(self) -> None:
        """Forget the styles."""
        self._styles.clear()

    def heading(self, sort: Sort) -> Strip:
        """Return the line above the rows; an arrow shows the order."""
        text = " " * GUTTER
        for column in self.columns:
            arrow = ("▾" if sort.descending else "▴") if column.field.name == sort.field else ""
            text += fitted(column.field.label + arrow, column.width, column.field) + "  "
        return self._strip(Segment(text, self._style("head")))

    def nothing(self) -> Strip:
        """Return a line below the last row."""
        return self._strip(Segment(" " * self._width, self._style("row")))

    def row(self, row: Any, standing: Standing, now: datetime) -> Strip:
        """Return the line of a row."""
        here, marked, gone = standing
        status = look_of(row, now, self._listing.name)
        glyph = "†" if gone else status.glyph if status else " "
        lead = f"{'›' if here else ' '}{'✓' if marked else ' '}{glyph}"
        cells = [
            fitted(value_of(row, each.field, now), each.width, each.field) for each in self.columns
        ]
        first, rest = (
            f" {cells[0]}",
            "  ".join(("", *cells[1:])) + " " * (self._width - self._filled),
        )
        cursor = "cursor" if self._table.has_focus else "resting"
        ground = cursor if here else "marked" if marked else "row"
        if here or gone:
            style = self._style("gone" if gone and not here else ground)
            return self._strip(Segment(lead + first + rest, style))
        return self._strip(
            Segment(lead, self._style(status.tone if status else "off", ground)),
            Segment(first, self._style(ground)),
            Segment(rest, self._style("more", ground)),
        )

    def _strip(self, *parts: Segment) -> Strip:
        return Strip(parts).adjust_cell_length(self._width, parts[-1].style)

    def _style(self, tone: str, ground: str = "") -> Style:
        """Return the style of a tone, on the background of a kind of row."""
        name = f"{tone}/{ground}"
        if name not in self._styles:
            style = self._table.get_component_rich_style(f"table--{tone}")
            if ground:
                under = self._table.get_component_rich_style(f"table--{ground}")
                style = Style(color=style.color, bgcolor=under.bgcolor, bold=style.bold)
            self._styles[name] = style
        return self._styles[name]
