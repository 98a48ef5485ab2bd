"""Screen 1: the accounts of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import Reason, because
from tui_admin.domain.listings import USERS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.permissions import BASIC
from tui_admin.tui.approving import DecidingScreen, is_wanted
from tui_admin.tui.commands import command, nothing_selected
from tui_admin.tui.lists.list_screen import nothing_current
from tui_admin.tui.lists.spec import ListSpec, Tab

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from textual.content import Content

    from tui_admin.domain.outcomes import Outcome
    from tui_admin.services.candidates import Candidate
    from tui_admin.services.facade import Desk
    from tui_admin.tui.lists.list_screen import ListScreen


LINK = "Each gets a link by which they choose a password. It holds for an hour."


def _blocked(screen: ListScreen) -> Reason | None:
    """Refuse to block where only blocked accounts are picked."""
    rows = screen.list.picked_rows()
    if not rows:
        return nothing_selected(screen)
    return because("already_blocked") if all(each.status == "blocked" for each in rows) else None


def _not_blocked(screen: ListScreen) -> Reason | None:
    """Refuse to unblock where nobody is blocked."""
    rows = screen.list.picked_rows()
    if not rows:
        return nothing_selected(screen)
    return None if any(each.status == "blocked" for each in rows) else because("not_blocked")


def _does_not_wait(screen: UsersScreen) -> Reason | None:
    """Refuse where the details of nobody who waits for approval are shown."""
    return None if screen.candidate else because("not_waiting")


class UsersScreen(DecidingScreen):
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

    async def details_of(self, desk: Desk, row: Any) -> Content:
        """Return everything about the person."""
        from tui_admin.tui.details.person import person_details

        person = await desk.users.show(row.id)
        self._note(await self._waits_with(desk, row.id))
        return person_details(person, self.dashboard.now(), self._candidate)

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
        if candidate is not None and await is_wanted(self.dashboard, candidate.row):
            picks = Picks.rows([(candidate.row.id, candidate.row.version)])
            await self.act(self.dashboard.opened_desk.approvals.approve(picks))

    @command(
        "P,shift+p",
        "Password link",
        "Mail them a link to set a password.",
        needs="can_add_user",
        cli="users password-link {id}",
        why_not=nothing_selected,
        priority=0,
    )
    async def password_link(self, picks: Picks) -> None:
        """Mail the links, once it is confirmed."""

        def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
            return desk.users.password_link(some)

        bulk = await self.foresee("Mailing", picks, do)
        if bulk and await self.agreed(
            bulk, "Mail a link to {who}?", "Mail it", detail=LINK, danger=True
        ):
            await self.carry_out(bulk, do)

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
        "plus",
        "Add",
        "Add a user without an invitation.",
        needs="can_add_user",
        cli="users add EMAIL",
        priority=11,
    )
    async def add(self) -> None:
        """Open the dialog that adds one account."""
        from tui_admin.tui.dialogs.add_user import AddUser

        desk = self.dashboard.opened_desk
        outcome = await self.app.push_screen_wait(AddUser(desk))
        if outcome is not None:
            self.dashboard.tell_outcome(outcome)
            self.list.moved(shown=True)

    @command(
        "b",
        "Block",
        "Stop accounts until they are unblocked.",
        needs="can_block",
        cli="users block {id}",
        why_not=_blocked,
        priority=20,
    )
    async def block(self, picks: Picks) -> None:
        """Ask for a reason and block."""
        from tui_admin.tui.dialogs.reason import AskReason

        bulk = await self.foresee("Blocking", picks, lambda desk, some: desk.users.block(some))
        if bulk is None:
            return
        question = f"Block {self.list.counted(bulk.total)}?"
        dialog = AskReason(
            question, bulk.people, total=bulk.total, heading="Block", yes="Block", plan=bulk.plan
        )
        reason = await self.app.push_screen_wait(dialog)
        if reason is not None:
            await self.carry_out(bulk, lambda desk, some: desk.users.block(some, reason))

    @command(
        "b",
        "Unblock",
        "Make blocked accounts what they were.",
        needs="can_block",
        cli="users unblock {id}",
        why_not=_not_blocked,
        priority=20,
    )
    async def unblock(self, picks: Picks) -> None:
        """Unblock at once where it is one; u takes it back."""

        def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
            return desk.users.unblock(some)

        bulk = await self.foresee("Unblocking", picks, do)
        if bulk and (bulk.is_for_one or await self.agreed(bulk, "Unblock {who}?", "Unblock")):
            await self.carry_out(bulk, do)

    @command(
        "r",
        "Role",
        "Give these accounts another role.",
        needs="can_change_role",
        cli="users set-role {id} ROLE",
        why_not=nothing_selected,
        priority=21,
    )
    async def role(self, picks: Picks) -> None:
        """Choose a role and give it."""
        from tui_admin.tui.dialogs.choose import Choose, Item

        desk = self.dashboard.opened_desk
        roles = await desk.roles.all()
        items = tuple(Item(each.name, each.name, each.description) for each in roles)
        current = self.list.current
        people, total = self.list.named()
        who = people[0] if total == 1 and people else self.list.counted(total)
        chosen: str | None = await self.app.push_screen_wait(
            Choose(f"Role of {who}", items, value=current.role if current else BASIC)
        )
        if chosen is None:
            return

        def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
            return desk.users.set_role(some, chosen)

        bulk = await self.foresee("Giving the role", picks, do)
        question = f"Make {{who}} {chosen}?"
        if bulk and (bulk.is_for_one or await self.agreed(bulk, question, "Give the role")):
            await self.carry_out(bulk, do)

    @command(
        "m",
        "Memberships",
        "Show where the person is a member.",
        why_not=nothing_current,
        priority=0,
    )
    def memberships(self) -> None:
        """Show them in the details."""
        self.show_details(True)
