"""Inviting people: the dialog, and the one way to open it."""

from tui_admin.tui.dialogs.invite.dialog import InviteDialog
from tui_admin.tui.dialogs.invite.opening import invite, words

__all__ = ["InviteDialog", "invite", "words"]
