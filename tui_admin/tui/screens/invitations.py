"""Screen 2: the invitations, what became of them, and what can be done about it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import Reason, because
from tui_admin.domain.lifecycle import LIVE
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.tui.commands import command, nothing_selected
from tui_admin.tui.expiring import ExpiryFollowing
from tui_admin.tui.inviting import Inviting
from tui_admin.tui.lists.spec import ListSpec, Tab

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from datetime import datetime

    from textual.content import Content

    from tui_admin.domain.outcomes import Outcome, Picks
    from tui_admin.services.facade import Desk
    from tui_admin.tui.bulk import Do

ANY = timedelta(days=1)
"""A time ahead: whose expiry can be changed does not depend on which."""


def _none_live(screen: InvitationsScreen) -> Reason | None:
    """Refuse where none of the rows could be revoked; not all that are marked need be here."""
    rows = screen.list.picked_rows()
    if screen.list.table.all_marked or any(row.status in LIVE for row in rows):
        return None
    return because("invitation_is", status=rows[0].status) if rows else nothing_selected(screen)


class InvitationsScreen(Inviting, ExpiryFollowing):
    """Invitations, with what can be done to one, to those marked, or to all that match."""

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
            Tab("Batches", place="batches"),
        ),
        "i invites people",
        lambda desk: desk.batches,
    )

    async def details_of(self, desk: Desk, row: Any) -> Content:
        """Return everything about the invitation."""
        from tui_admin.tui.details.invitation import invitation_details

        return invitation_details(await desk.invitations.show(row.id), self.dashboard.now())

    # Commands

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
        """Send again at once where it is one; u takes it back while the mail waits."""
        await self._do("Sending again", "Resend {who}?", picks, _resend)

    @command(
        "x",
        "Revoke",
        "Their links stop working, and the people are told.",
        needs="can_invite",
        cli="invitations revoke {id}",
        why_not=_none_live,
        priority=21,
    )
    async def revoke(self, picks: Picks) -> None:
        """Revoke, once it is confirmed."""
        bulk = await self.foresee("Revoking", picks, _revoke)
        asked, detail = "Revoke {who}?", "Their links stop working, and the people are told."
        if bulk and await self.agreed(bulk, asked, "Revoke", detail=detail, danger=True):
            await self.carry_out(bulk, _revoke)

    @command(
        "e",
        "Expiry",
        "Let the same link hold until another time.",
        needs="can_invite",
        cli="invitations expiry {id}",
        why_not=nothing_selected,
        priority=25,
    )
    async def expiry(self, picks: Picks) -> None:
        """Ask until when, and say for whom that is possible."""
        from tui_admin.tui.dialogs.expiry import AskExpiry

        bulk = await self.foresee("Looking", picks, _holding(self.dashboard.now() + ANY))
        if bulk is None:
            return
        asked = f"Until when shall {self.list.counted(bulk.total)} hold?"
        dialog = AskExpiry(
            asked, bulk.people, total=bulk.total, plan=bulk.plan, now=self.dashboard.now
        )
        until = await self.app.push_screen_wait(dialog)
        if until is not None:
            await self.carry_out(bulk, _holding(until))

    @command(
        "c",
        "Copy link",
        "Copy a new link; the old one stops working.",
        needs="can_invite",
        cli="invitations link {id}",
        why_not=nothing_selected,
        priority=30,
    )
    async def link(self, picks: Picks) -> None:
        """Make new links and put them on the operator's clipboard, each behind its address."""
        bulk = await self.foresee("Looking", picks, _link)
        asked, detail = "Copy a new link for {who}?", "The link in the mail stops working."
        if bulk and await self.agreed(bulk, asked, "Copy", detail=detail):
            await self.carry_out(bulk, self._copied)

    async def _copied(self, desk: Desk, picks: Picks) -> Outcome:
        made = await desk.invitations.copy_links(picks)
        urls = [each.url for each in made.links]
        if len(urls) > 1:
            urls = [f"{each.email}\t{each.url}" for each in made.links]
        if urls:
            self.app.copy_to_clipboard("\n".join(urls))
        return made.outcome

    @command(
        "R,shift+r",
        "Retry",
        "Send the mails that failed once more.",
        needs="can_invite",
        cli="invitations retry {id}",
        why_not=nothing_selected,
        priority=31,
    )
    async def retry(self, picks: Picks) -> None:
        """Queue the failed mails of the picked invitations again."""
        await self._do("Trying again", "Send the mails of {who} once more?", picks, _retry)

    async def _do(self, doing: str, asked: str, picks: Picks, do: Do) -> None:
        """Act at once on one, since it can be taken back; on several once they are counted."""
        bulk = await self.foresee(doing, picks, do)
        if bulk and (bulk.is_for_one or await self.agreed(bulk, asked, "Send")):
            await self.carry_out(bulk, do)


def _resend(desk: Desk, some: Picks) -> Awaitable[Outcome]:
    return desk.invitations.resend(some)


def _revoke(desk: Desk, some: Picks) -> Awaitable[Outcome]:
    return desk.invitations.revoke(some)


def _retry(desk: Desk, some: Picks) -> Awaitable[Outcome]:
    return desk.invitations.retry(some)


async def _link(desk: Desk, some: Picks) -> Outcome:
    return (await desk.invitations.copy_links(some)).outcome


def _holding(until: datetime) -> Do:
    def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
        return desk.invitations.set_expiry(some, until)

    return do
