"""The yardstick of `startup`: the least that Textual needs for a header, a table and a footer."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer, Header

ROWS = 50


class Bare(App[None]):
    """A table that is full in its first frame."""

    TITLE = "Bare"

    def compose(self) -> ComposeResult:
        """Return the three widgets."""
        yield Header()
        yield DataTable[str]()
        yield Footer()

    def on_mount(self) -> None:
        """Fill the table."""
        table = self.query_one(DataTable)
        table.add_columns("Name", "E-mail", "Role", "Status", "Organisation", "Seen")
        for number in range(ROWS):
            mail = f"user{number}@organisation.example"
            table.add_row(f"User {number}", mail, "Basic user", "active", "Acme", "1 h ago")


if __name__ == "__main__":
    Bare().run()
