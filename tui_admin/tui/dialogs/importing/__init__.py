"""Bringing many people at once: the dialog, and the one way to open it."""

from tui_admin.tui.dialogs.importing.dialog import ImportDialog
from tui_admin.tui.dialogs.importing.opening import bring

__all__ = ["ImportDialog", "bring"]
