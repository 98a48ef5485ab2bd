"""What became of people that were brought: counts, who was refused and why, and a file of those."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import work
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.widgets import Static

from tui_admin.domain.errors import AdminError
from tui_admin.domain.outcomes import Row
from tui_admin.services.files import write_new
from tui_admin.tui.dialogs.base import Dialog
from tui_admin.tui.dialogs.importing.path import AskPath
from tui_admin.tui.dialogs.importing.preview import summary
from tui_admin.tui.dialogs.outcome import listing
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.services.importing import Imported

SUGGESTED: Final = "refused.csv"


class ImportReport(Dialog[bool]):
    """Show it; gives True where all of it is to be taken back."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,q", "leave", show=False),
        Binding("s", "save", show=False, id="import_report.save"),
        Binding("u,ctrl+z", "take_back", show=False, id="import_report.undo"),
    ]
    heading = "Imported"

    def __init__(self, imported: Imported, failed: str, *, files: bool) -> None:
        """Show what became of it; `failed` is the table of the refused rows."""
        super().__init__(id="outcome")
        self._imported = imported
        self._failed = failed
        self._files = files
        undo = (("u", "Take back"),) if imported.undo else ()
        save = (("s", "Save the refused rows"),) if files else ()
        self.keys = (("enter", "Close"), *save, *undo)

    def fill(self) -> ComposeResult:
        """Yield the counts and the rows that were refused."""
        items = self._imported.items
        refused = tuple(
            Row(each.line, f"line {each.line}: {each.email or each.input}", each.detail)
            for each in items
            if each.verdict == "refuse"
        )
        yield Static(summary(items, 60, done=True), classes="question")
        with VerticalScroll(id="skipped"):
            yield Static(listing(refused))

    def on_mount(self) -> None:
        """Say where the refused rows are."""
        self.notice.tell("The refused rows stay in the text, to be mended: I opens it.", "info")

    def action_take_back(self) -> None:
        """Close, and have it taken back."""
        if self._imported.undo:
            self.dismiss(True)

    def action_save(self) -> None:
        """Ask where the refused rows go."""
        if self._files:
            detail = "A CSV with the reason of each row, to be mended and brought again."
            self.app.push_screen(
                AskPath("Save the refused rows", detail, "Save", SUGGESTED), self._save
            )

    def _save(self, name: str | None) -> None:
        if name:
            self._write(name)

    @work(group="import-save")
    async def _write(self, name: str) -> None:
        try:
            path = await asyncio.to_thread(write_new, name, self._failed)
        except AdminError as error:
            self.notice.tell(error.reason)
        else:
            self.notice.tell(f"Saved in {path}.", "info")
