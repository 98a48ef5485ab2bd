"""Inviting from any screen: open the dialog, say what was sent, offer to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.tui.dialogs.invite.dialog import InviteDialog

if TYPE_CHECKING:
    from tui_admin.services.inviting import Sent
    from tui_admin.tui.app import Dashboard


def words(sent: Sent) -> str:
    """Return what was sent in a sentence for the banner."""
    left = sum(1 for each in sent.items if each.verdict != "ok")
    said = f"{sent.sent:,} invitation{'s' if sent.sent != 1 else ''} sent"
    return f"{said}, {left:,} left in the draft" if left else said


async def invite(app: Dashboard) -> None:
    """Let the operator invite; call it in a worker, as a command's handler is."""
    if app.desk is None or app.hub is None:
        return
    limit = app.hub.policy.batch_limit
    dialog = InviteDialog(
        app.desk,
        limit=limit,
        organisation=app.organisation,
        files=app.wiring.files,
        told=app.tell_outcome,
    )
    sent = await app.push_screen_wait(dialog)
    if sent is not None:
        app.acted(words(sent), sent.undo)
        app.moved()
