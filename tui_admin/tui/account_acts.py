"""What is done to accounts, as commands: foreseen, agreed where it has to be, and carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.errors import Reason, because
from tui_admin.domain.permissions import BASIC
from tui_admin.tui.commands import command, nothing_selected
from tui_admin.tui.lists.list_screen import ListScreen

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from tui_admin.domain.outcomes import Outcome, Picks
    from tui_admin.services.facade import Desk
    from tui_admin.tui.bulk import Do

ENDS = "Memberships end, invitations to them are revoked, the account is blocked; nobody is mailed."
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


class AccountsScreen(ListScreen):
    """A list of accounts that stops them, gives them roles and places, mails and erases them."""

    SECTION = "users"

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
        "l",
        "Leaver",
        "End places, invitations and access in one step.",
        needs="can_block",
        cli="users leave {id}",
        why_not=nothing_selected,
        priority=83,
    )
    async def see_out(self, picks: Picks) -> None:
        """Ask why, naming everybody, and see them out; u takes it back."""
        from tui_admin.tui.dialogs.reason import AskReason

        bulk = await self.foresee(
            "Seeing out",
            picks,
            lambda desk, some: desk.leaving.leave(some),
            even_last=lambda desk, some: desk.leaving.leave(some, even_last=True),
        )
        if bulk is None:
            return
        even_last = bulk.even_last
        dialog = AskReason(
            f"See {self.list.counted(bulk.total)} out? {ENDS}",
            bulk.people,
            total=bulk.total,
            heading="Leaver",
            yes="See out",
            plan=bulk.plan,
        )
        reason = await self.app.push_screen_wait(dialog)
        if reason is not None:

            def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
                return desk.leaving.leave(some, reason, even_last)

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
