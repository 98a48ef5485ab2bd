"""A small program on the sturdy app, to try its life on a real terminal.

python -m tests.support.sample_app INCIDENTS SECRET
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from tui_admin.domain.errors import AdminError
from tui_admin.tui.terminal.process import prepare_process

try:
    prepare_process()
except AdminError as refusal:
    print(refusal, file=sys.stderr)
    sys.exit(refusal.exit_code)

from textual.binding import Binding, BindingType
from textual.widgets import DataTable, Footer, Header, Input

from tui_admin.tui.terminal.app import SturdyApp, run

if TYPE_CHECKING:
    from textual.app import ComposeResult


class Sample(SturdyApp):
    """A table, a field, and a key for every way to end."""

    CSS = "DataTable { height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "Quit"),
        Binding("c", "fail", "Crash"),
        Binding("t", "fail_in_thread", "Crash in a thread"),
        Binding("p", "paint", "Paint"),
        Binding("m", "message", "Leave with a message"),
    ]

    def compose(self) -> ComposeResult:
        yield Header()
        yield DataTable()
        yield Input(placeholder="type here")
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("Name", "E-mail")
        table.add_rows([(f"name {n}", f"user{n}@organisation.example") for n in range(100)])
        table.focus()

    def action_fail(self) -> None:
        password = sys.argv[2]
        raise RuntimeError(f"failed with {len(password)} characters at hand")

    def action_fail_in_thread(self) -> None:
        self.run_worker(self.action_fail, thread=True)

    def action_paint(self) -> None:
        numbers = count()
        field = self.query_one(Input)

        def paint() -> None:
            field.value = f"frame {next(numbers)}"
            self.refresh(layout=True)

        self.set_interval(1 / 60, paint)

    def action_message(self) -> None:
        self.exit(message="goodbye \x1b]52;c;QUJD\x07[/foo]\u202e\x9b7mevil")


if __name__ == "__main__":
    sys.exit(run(Sample(incidents=Path(sys.argv[1]))))
