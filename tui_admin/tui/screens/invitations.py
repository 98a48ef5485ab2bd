"""Screen 2: the invitations and what became of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import Reason, because
from tui_admin.domain.lifecycle import LIVE
from tui_admin.domain.listings import INVITATIONS
from tui_admin.domain.outcomes import Pick
from tui_admin.tui.commands import command, nothing_selected
from tui_admin.tui.lists.list_screen import ListScreen, nothing_current
from tui_admin.tui.lists.spec import ListSpec, Tab

if TYPE_CHECKING:
    from textual.content import Content

    from tui_admin.domain.outcomes import Picks
    from tui_admin.services.facade import Desk


def _none_live(screen: InvitationsScreen) -> Reason | None:
    """Refuse where none of the rows could be revoked; not all that are marked need be here."""
    rows = screen.list.picked_rows()
    if screen.list.table.all_marked or any(row.status in LIVE for row in rows):
        return None
    return because("invitation_is", status=rows[0].status) if rows else nothing_selected(screen)


class InvitationsScreen(ListScreen):
    """Invitations, with what can be done to one or to many."""

    SECTION = "invitations"
    heading = "Invitations"
    spec = ListSpec(
        INVITATIONS,
        lambda desk: desk.invitations,
        (
            Tab("All"),
            Tab("Queued", "queued"),
            Tab("Sent", "sent"),
            Tab("Accepted", "accepted"),
            Tab("Failed", "failed"),
            Tab("Expired", "expired"),
            Tab("Revoked", "revoked"),
        ),
        "i invites people",
    )

    async def details_of(self, desk: Desk, row: Any) -> Content:
        """Return everything about the invitation."""
        from tui_admin.tui.details.invitation import invitation_details

        return invitation_details(await desk.invitations.show(row.id), self.dashboard.now())

    @command(
        "i",
        "Invite",
        "Invite people by e-mail.",
        needs="can_invite",
        cli="invite FILE",
        priority=10,
    )
    async def invite(self) -> None:
        """Open the dialog that takes a paste of anything."""
        from tui_admin.tui.dialogs.invite import invite

        await invite(self.dashboard)

    @command(
        "s",
        "Resend",
        "Send a new link; the old one stops working.",
        needs="can_invite",
        cli="invitations resend {id}",
        why_not=nothing_selected,
        priority=20,
    )
    async def resend(self, picks: Picks) -> None:
        """Send again at once; u takes it back while the mail waits."""
        await self.act(self.dashboard.opened_desk.invitations.resend(picks))

    @command(
        "x",
        "Revoke",
        "Their links stop working, and the people are told.",
        needs="can_invite",
        danger=True,
        cli="invitations revoke {id}",
        why_not=_none_live,
        priority=21,
    )
    async def revoke(self, picks: Picks) -> None:
        """Revoke, once it is confirmed."""
        await self.act(self.dashboard.opened_desk.invitations.revoke(picks))

    @command(
        "c",
        "Copy link",
        "Copy a new link; the old one stops working.",
        needs="can_invite",
        why_not=nothing_current,
        priority=30,
    )
    async def copy_link(self) -> None:
        """Make a new link and put it on the operator's clipboard."""
        row = self.list.current
        if row is None or not await self.dashboard.confirm(
            "Make a new link and copy it?",
            (row.email,),
            "Copy",
            detail="The link in the mail stops working.",
        ):
            return
        link = await self.dashboard.opened_desk.invitations.copy_link(Pick(row.id, row.version))
        self.app.copy_to_clipboard(link.url)
        self.dashboard.tell(f"A new link for {link.email} is on the clipboard.", "success")
        self.list.moved(shown=True)

    @command(
        "R,shift+r",
        "Retry",
        "Send the mails that failed once more.",
        needs="can_invite",
        cli="outbox retry --failed",
        why_not=nothing_selected,
        priority=31,
    )
    async def retry(self, picks: Picks) -> None:
        """Queue the failed mails of the picked invitations again."""
        await self.act(self.dashboard.opened_desk.invitations.retry(picks))
