"""Screen 1: the accounts of the environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import Reason, because
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.permissions import BASIC
from tui_admin.tui.approving import DecidingScreen, called, is_wanted
from tui_admin.tui.commands import command, nothing_selected
from tui_admin.tui.lists.list_screen import nothing_current
from tui_admin.tui.lists.spec import ListSpec, Tab

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from textual.screen import Screen

    from tui_admin.domain.outcomes import Outcome
    from tui_admin.services.candidates import Candidate
    from tui_admin.services.facade import Desk
    from tui_admin.tui.bulk import Do
    from tui_admin.tui.details.pane import Shown
    from tui_admin.tui.lists.list_screen import ListScreen


GONE = (
    "Account, identity, memberships, sessions, links and mails are erased; what was done stays in "
    "the audit log. This cannot be taken back."
)
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


def _adds_nobody(screen: UsersScreen) -> Reason | None:
    """Refuse where no account can be added."""
    return screen.dashboard.lacks("can_add_user")


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
        if candidate is not None and await is_wanted(self.dashboard, candidate.row):
            picks = Picks.rows([(candidate.row.id, candidate.row.version)])
            await self.act(self.dashboard.opened_desk.approvals.approve(picks))

    async def reject_registration(self, candidate: Candidate) -> None:
        """Turn down what the person waits for, with a reason that they are told."""
        from tui_admin.tui.dialogs.reason import AskReason

        question = f"Reject {called(candidate.row)}?"
        hint = "the reason, which is mailed to them"
        dialog = AskReason(question, heading="Reject", yes="Reject", required=True, hint=hint)
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
        await self._told(AddUser(desk))

    @command(
        "I,shift+i",
        "Import",
        "Bring many at once: a CSV, or pairs.",
        needs="can_add_user",
        cli="users import FILE",
        priority=0,
    )
    async def import_users(self) -> None:
        """Open the dialog that previews every row."""
        from tui_admin.tui.dialogs.importing import bring

        await bring(self.dashboard)

    @command(
        "R,shift+r",
        "Register",
        "Add somebody with everything at once.",
        needs="can_register_identity",
        cli="users register EMAIL",
        why_not=_adds_nobody,
        priority=0,
    )
    async def register(self) -> None:
        """Open the dialog with everything on one page."""
        from tui_admin.tui.dialogs.enlist import Enlist

        app = self.dashboard
        await self._told(Enlist(app.opened_desk, organisation=app.organisation))

    @command(
        "p",
        "Identity",
        "Fill in who the person is, step by step.",
        needs="can_register_identity",
        cli="users identity {id}",
        why_not=nothing_current,
        priority=0,
    )
    async def personal_details(self) -> None:
        """Open the dialog that goes on where it was left."""
        from tui_admin.tui.dialogs.identity import RegisterIdentity

        row = self.list.current
        dialog = RegisterIdentity(self.dashboard.opened_desk, row.id, row.email)
        await self._told(dialog)

    async def _told(self, dialog: Screen[Outcome]) -> None:
        """Open a dialog, and say what it did where it did anything."""
        outcome: Outcome | None = await self.app.push_screen_wait(dialog)
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

        bulk = await self.foresee(
            "Blocking",
            picks,
            lambda desk, some: desk.users.block(some),
            even_last=lambda desk, some: desk.users.block(some, even_last=True),
        )
        if bulk is None:
            return
        even_last = bulk.even_last
        question = f"Block {self.list.counted(bulk.total)}?"
        dialog = AskReason(
            question, bulk.people, total=bulk.total, heading="Block", yes="Block", plan=bulk.plan
        )
        reason = await self.app.push_screen_wait(dialog)
        if reason is not None:

            def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
                return desk.users.block(some, reason, even_last)

            await self.carry_out(bulk, do)

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
        "Give, change or end places in organisations.",
        needs="can_manage_members",
        cli="users add-to {id} ORGANISATION",
        why_not=nothing_selected,
        priority=72,
    )
    async def memberships(self, picks: Picks) -> None:
        """Choose what happens where; for one person, their own organisations are there."""
        from tui_admin.tui.membering import change_memberships

        rows, desk = self.list.picked_rows(), self.dashboard.opened_desk
        one = not self.list.table.all_marked and len(rows) == 1
        places = (await desk.users.show(rows[0].id)).memberships if one else ()
        await change_memberships(self, picks, places)

    @command(
        "D,shift+d,delete",
        "Remove",
        "Erase these accounts for good; the log stays.",
        needs="can_block",
        cli="users remove {id} --yes",
        why_not=nothing_selected,
        priority=0,
    )
    async def erase(self, picks: Picks) -> None:
        """Ask once, naming everybody: it cannot be taken back."""

        def of(even_last: bool) -> Do:
            return lambda desk, some: desk.users.remove(some, even_last)

        bulk = await self.foresee("Removing", picks, of(False), even_last=of(True))
        if bulk and await self.agreed(
            bulk, "Remove {who} for good?", "Remove", detail=GONE, danger=True
        ):
            await self.carry_out(bulk, of(bulk.even_last), leaving=True)
