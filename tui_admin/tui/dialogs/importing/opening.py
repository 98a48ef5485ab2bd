"""Bringing people from any screen: open the dialog, say what was done, offer to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.tui.dialogs.importing.dialog import ImportDialog
from tui_admin.tui.dialogs.importing.report import ImportReport

if TYPE_CHECKING:
    from tui_admin.services.importing import Imported
    from tui_admin.tui.app import Dashboard

DONE = {"create": "added", "update": "changed", "refuse": "refused"}


def words(imported: Imported) -> str:
    """Return what was done in a sentence for the banner."""
    counts = {verdict: imported.count(verdict) for verdict in DONE}
    return ", ".join(f"{counts[each]:,} {DONE[each]}" for each in DONE if counts[each])


async def bring(app: Dashboard) -> None:
    """Let the operator bring people; call it in a worker, as a command's handler is."""
    files = app.wiring.files
    dialog = ImportDialog(app.opened_desk, files=files)
    brought: tuple[Imported, str] | None = await app.push_screen_wait(dialog)
    if brought is None:
        return
    imported, failed = brought
    app.moved()
    back: bool | None = None
    if failed:
        report = ImportReport(imported, failed, files=files)
        back = await app.push_screen_wait(report)
    if back and imported.undo:
        app.tell_outcome(await app.opened_desk.undo(imported.undo))
        app.moved()
    else:
        app.acted(words(imported), imported.undo)
