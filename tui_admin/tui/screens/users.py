"""Screen 1: the accounts of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import Reason, because
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.outcomes import Picks
from tui_admin.tui.account_acts import AccountsScreen
from tui_admin.tui.approving import DecidingScreen, called, place_wanted, reasons_of
from tui_admin.tui.bringing import BringingScreen
from tui_admin.tui.commands import command
from tui_admin.tui.lists.list_screen import nothing_current
from tui_admin.tui.lists.spec import ListSpec, Tab

if TYPE_CHECKING:
    from tui_admin.services.candidates import Candidate
    from tui_admin.services.facade import Desk
    from tui_admin.tui.details.pane import Shown


def _does_not_wait(screen: UsersScreen) -> Reason | None:
    """Refuse where the details of nobody who waits for approval are shown."""
    return None if screen.candidate else because("not_waiting")


class UsersScreen(AccountsScreen, BringingScreen, DecidingScreen):
    """Users, with what can be done to one or to many."""

    SECTION = "users"
    APPROVE = "users.approve"
    heading = "Users"
    spec = ListSpec(
        USERS,
        lambda desk: desk.users,
        (
            Tab("All"),
            Tab("Active", "active"),
            Tab("Invited", "invited"),
            Tab("Blocked", "blocked"),
            Tab("Invitations", place="2"),
        ),
        "i invites people · + adds a user",
        lambda desk: desk.invitations,
    )

    _candidate: Candidate | None = None

    @property
    def candidate(self) -> Candidate | None:
        """Return what the person whose details are shown waits with, if they do."""
        row, candidate = self.list.current, self._candidate
        if row is None or candidate is None or not self.details.shown:
            return None
        return candidate if candidate.row.user_id == row.id else None

    async def details_of(self, desk: Desk, row: Any) -> Shown:
        """Return everything about the person, in sections."""
        from tui_admin.tui.details.person import person_sections

        person = await desk.users.show(row.id)
        self._note(await self._waits_with(desk, row.id))
        return person_sections(person, self.dashboard.now(), self._candidate)

    async def _waits_with(self, desk: Desk, user_id: int) -> Candidate | None:
        if not self.dashboard.may("can_approve"):
            return None
        waiting = await desk.approvals.of_user(user_id)
        return None if waiting is None else await desk.approvals.show(waiting)

    def _note(self, candidate: Candidate | None) -> None:
        """Keep whom `a` approves; what changes below the same person changed by itself."""
        before, self._candidate = self._candidate, candidate
        same_person = before and candidate and before.row.user_id == candidate.row.user_id
        if same_person and before and candidate and before.row[:2] != candidate.row[:2]:
            self.list.shifted_at = self.dashboard.clock()

    @command(
        "a",
        "Approve",
        "Approve the person in the details, who waits.",
        needs="can_approve",
        cli="approvals approve {id}",
        why_not=_does_not_wait,
        priority=0,
    )
    async def approve(self) -> None:
        """Approve at once; ask where there is something to look at."""
        candidate = self.candidate
        if candidate is None:
            return
        place = await place_wanted(self.dashboard, candidate.row)
        if place is not None:
            picks = Picks.rows([(candidate.row.id, candidate.row.version)])
            await self.act(self.dashboard.opened_desk.approvals.approve(picks, place))

    async def reject_registration(self, candidate: Candidate) -> None:
        """Turn down what the person waits for, with a reason that they are told."""
        from tui_admin.tui.dialogs.reason import AskReason

        question = f"Reject {called(candidate.row)}?"
        hint = "the reason, which is mailed to them"
        dialog = AskReason(
            question,
            heading="Reject",
            yes="Reject",
            required=True,
            hint=hint,
            offers=reasons_of(self.dashboard),
        )
        reason = await self.app.push_screen_wait(dialog)
        if reason is not None:
            picks = Picks.rows([(candidate.row.id, candidate.row.version)])
            await self.act(self.dashboard.opened_desk.approvals.reject(picks, reason))

    async def read_mail(self, mail_id: int) -> None:
        """Show a mail as it was written, without its link."""
        from tui_admin.tui.dialogs.reading import ShowText
        from tui_admin.tui.mail.letter import mail_details

        view = await self.dashboard.opened_desk.outbox.show(mail_id)
        text = mail_details(view, self.dashboard.now())
        await self.app.push_screen_wait(ShowText("Mail", text))

    @command(
        "w",
        "Why",
        "Say why the person can, or cannot, do something.",
        cli="users why {id} PERMISSION",
        why_not=nothing_current,
        priority=73,
    )
    async def why(self) -> None:
        """Ask about an action, somewhere, also with another role."""
        from tui_admin.tui.dialogs.why import Why
        from tui_admin.tui.membering import active_places

        desk, row = self.dashboard.opened_desk, self.list.current
        roles = await desk.roles.all() if self.dashboard.may("can_view") else ()
        places = tuple(each.name for each in await active_places(desk))
        dialog = Why(desk, row, tuple(each.name for each in roles), places)
        await self.app.push_screen_wait(dialog)
