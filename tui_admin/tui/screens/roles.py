"""Screen 4: what each role allows, changed on a board and saved once it is seen whom it touches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual import on, work
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_admin.domain.errors import AdminError, Reason, because
from tui_admin.domain.roles import Edit
from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.commands import command
from tui_admin.tui.frame import FooterLine, Framed
from tui_admin.tui.messages import Opened, StoreMoved
from tui_admin.tui.present import cut
from tui_admin.tui.roles.board import Board
from tui_admin.tui.roles.grid import RoleGrid
from tui_admin.tui.screens import PLACES
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.events import ScreenResume

    from tui_admin.domain.outcomes import Outcome
    from tui_admin.domain.roles import RoleRow

EMPTY = "0"
"""What is chosen for a role that is like no other; no role has this number."""


def _no_role(screen: RolesScreen) -> Reason | None:
    return None if screen.grid.role else because("nothing_selected")


def _fixed(screen: RolesScreen) -> Reason | None:
    role = screen.grid.role
    if role is None:
        return because("nothing_selected")
    return because("role_builtin", role=role.name) if role.builtin else None


def _untouchable(screen: RolesScreen) -> Reason | None:
    role, rights = screen.grid.role, screen.dashboard.rights
    if role is None or rights is None:
        return because("nothing_selected")
    return screen.board.why_not(rights, role, screen.grid.permission.name)


def _nothing_changed(screen: RolesScreen) -> Reason | None:
    return None if screen.board.toggled else because("roles_unchanged")


class RolesScreen(Framed):
    """The board of roles."""

    class Read(Message, bubble=False):
        """Roles arrived, or the reason there are none."""

        def __init__(self, roles: tuple[RoleRow, ...], reason: Reason | None = None) -> None:
            """Carry them."""
            super().__init__()
            self.roles, self.reason = roles, reason

    SECTION = "roles"
    CSS_PATH = sheet("roles")
    heading = "Roles"

    def __init__(self) -> None:
        """Begin with an empty board."""
        super().__init__()
        self.board = Board()
        self.grid = RoleGrid(self.board)
        self._wanted: int | None = None

    @property
    def unsaved(self) -> bool:
        """Whether leaving the program would lose something."""
        return bool(self.board.toggled)

    def body(self) -> ComposeResult:
        """Yield the board and what stands under its cursor."""
        yield Static("Reading the roles …", id="blank", markup=False)
        yield self.grid
        yield Static(id="about", markup=False)

    # Reading

    def on_mount(self) -> None:
        """Read at once where the store is open already."""
        super().on_mount()
        self.set_class(True, "-blank")
        self._read()

    @on(Opened)
    @on(StoreMoved)
    def _moved(self) -> None:
        if self.is_current:
            self._read()

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Catch up with what changed meanwhile."""
        super().on_screen_resume(event)
        self._read()

    @work(group="roles", exclusive=True)
    async def _read(self) -> None:
        desk = self.dashboard.desk
        if desk is None:
            return
        try:
            self.post_message(self.Read(await desk.roles.all()))
        except AdminError as error:
            self.post_message(self.Read((), error.reason))

    @on(Read)
    def _arrived(self, event: Read) -> None:
        if event.reason is not None:
            self.query_one("#blank", Static).update(
                Content(f"{say(event.reason)}\n\nctrl+r tries again")
            )
            # What is on the board stays there: it is not read anew, and nothing of it is lost.
            self.set_class(not self.board.roles, "-blank")
            return
        at = self.grid.role
        moved = self.board.read(event.roles)
        self.set_class(False, "-blank")
        self.grid.again(self._wanted or (at.id if at else None))
        self._wanted = None
        if self.focused is None:
            self.grid.focus()
        if moved:
            names = ", ".join(safe(each.name, 40) for each in moved)
            self.dashboard.tell(
                f"{names} changed meanwhile; your changes are kept. ctrl+s shows what", "warning"
            )
        self.dashboard.first_rows()

    @on(RoleGrid.Moved)
    def _tell_about(self) -> None:
        """Say in words what stands under the cursor."""
        role, permission = self.grid.role, self.grid.permission
        self.frame_again(FooterLine)
        if role is None:
            return
        allows = self.board.allows(role, permission.name)
        changing = self.board.is_toggled(role, permission.name)
        state = f"{safe(role.name)} {'allows it' if allows else 'does not allow it'}"
        state += " once it is saved" if changing else ""
        about = f"  ·  {safe(role.description)}" if role.description else ""
        number = sum(map(len, self.board.toggled.values()))
        self.query_one("#about", Static).update(
            Content.assemble(
                (permission.description, "bold"),
                (f"  {permission.name}\n", "$off"),
                (state, "$waiting" if changing else ""),
                (cut(about, max(0, self.size.width - 4 - cell_len(state))), "$off"),
                (f"\n! {number} not saved: ctrl+s shows who gains and loses what", "$waiting")
                if number
                else ("\n■ built in: the same everywhere; n makes one like it", "$off"),
            )
        )

    # Commands

    @command(
        "space",
        "Toggle",
        "Have the role allow it, or not.",
        needs="can_edit_roles",
        cli="roles grant",
        why_not=_untouchable,
        priority=10,
    )
    def toggle(self) -> None:
        """Change what is under the cursor, on the board only."""
        role = self.grid.role
        if role is not None:
            self.board.toggle(role, self.grid.permission.name)
            self.grid.again()

    @on(RoleGrid.Toggled)
    def _clicked(self) -> None:
        self.dashboard.gate.run(self, self.declared["roles.toggle"])

    @command(
        "ctrl+s,f10",
        "Save",
        "Show who gains and loses what, and save.",
        needs="can_edit_roles",
        why_not=_nothing_changed,
        priority=12,
    )
    async def save(self) -> None:
        """Save what was changed on the board, once it was seen whom it touches."""
        from tui_admin.tui.dialogs.role import SaveRoles

        edits, desk = self.board.edits(), self.dashboard.opened_desk
        effects = await desk.roles.effects(edits)
        names = {each.id: each.name for each in self.board.roles}
        meanwhile = {names[each]: found for each, found in self.board.meanwhile.items()}
        if await self.app.push_screen_wait(SaveRoles(effects, meanwhile)) is not True:
            return
        outcome = await desk.roles.change(edits)
        left = {row.id for row in outcome.skipped}
        for each in edits:
            if each.role not in left:
                self.board.toggled.pop(each.role, None)
        self._told(outcome)

    @command(
        "n",
        "New",
        "Make a role, like another one or empty.",
        needs="can_edit_roles",
        cli="roles create",
        priority=14,
    )
    async def new(self) -> None:
        """Choose what it is like, then name it."""
        from tui_admin.tui.dialogs.choose import Choose, Item
        from tui_admin.tui.dialogs.role import RoleWords

        here = self.grid.role
        items = [Item(EMPTY, "Empty", "allows nothing yet")]
        items += [Item(str(each.id), each.name, each.description) for each in self.board.roles]
        value = str(here.id) if here else EMPTY
        choose = Choose("Make a role like …", tuple(items), value=value)
        chosen: str | None = await self.app.push_screen_wait(choose)
        if chosen is None:
            return
        like = next((each for each in self.board.roles if str(each.id) == chosen), None)

        async def make(name: str, description: str) -> None:
            desk = self.dashboard.opened_desk
            made = await desk.roles.create(name, like.name if like else "", description)
            self._wanted = made.done[0].id
            self._told(made)

        begins = f"It begins with what {like.name} allows." if like else "It allows nothing yet."
        await self.app.push_screen_wait(RoleWords("New role", begins, make))

    @command(
        "e",
        "Rename",
        "Give the role another name or description.",
        needs="can_edit_roles",
        cli="roles rename",
        why_not=_fixed,
        priority=16,
    )
    async def rename(self) -> None:
        """Ask for name and description."""
        from tui_admin.tui.dialogs.role import RoleWords

        role = self.grid.role
        if role is None:
            return

        async def change(name: str, description: str) -> None:
            edit = Edit(role.id, role.version, name=name, description=description)
            outcome = await self.dashboard.opened_desk.roles.change((edit,))
            for row in outcome.skipped:
                if row.reason is not None:
                    raise row.reason.refusal
            self._told(outcome)

        dialog = RoleWords(
            "Rename",
            "Those who have it keep it.",
            change,
            name=role.name,
            description=role.description,
        )
        await self.app.push_screen_wait(dialog)

    @command(
        "d,delete",
        "Delete",
        "Delete the role; its people get another.",
        needs="can_edit_roles",
        cli="roles delete",
        why_not=_fixed,
        priority=18,
    )
    async def delete(self) -> None:
        """Choose what its people get, and ask once: it cannot be taken back."""
        from tui_admin.tui.dialogs.choose import Choose, Item
        from tui_admin.tui.dialogs.role import who_has_it

        role, desk = self.grid.role, self.dashboard.opened_desk
        if role is None:
            return
        others = [each for each in self.board.roles if each.id != role.id]
        items = tuple(Item(each.name, each.name, each.description) for each in others)
        heading = f"Who has {safe(role.name, 40)} gets …"
        chosen: str | None = await self.app.push_screen_wait(Choose(heading, items))
        if chosen is None:
            return
        await desk.rehearsing().roles.delete(role.name, chosen, role.version)
        (effect,) = await desk.roles.effects((Edit(role.id),))
        question = f"Delete {safe(role.name, 40)}? {who_has_it(effect)}"
        detail = f"They get {safe(chosen, 40)}. This cannot be taken back."
        if await self.dashboard.confirm(question, (), "Delete", detail=detail):
            self._told(await desk.roles.delete(role.name, chosen, role.version))

    @command(
        "enter",
        "People",
        "Show who has the role.",
        cli="users list",
        why_not=_no_role,
        priority=20,
    )
    def people(self) -> None:
        """Go to the users who have it."""
        role = self.grid.role
        if role is not None:
            place = next(each for each in PLACES if each.module == "users")
            self.dashboard.go(place, f'role:"{role.name}"')

    @command("escape", "Back", "Drop unsaved changes; then go back.", priority=0)
    async def step_back(self) -> None:
        """Go back; ask first where something on the board is not saved."""
        if self.board.toggled:
            if await self.dashboard.confirm("Drop what is not saved?", (), "Drop"):
                self.board.drop()
                self.grid.again()
            return
        self.dashboard.back()

    def _told(self, outcome: Outcome) -> None:
        self.dashboard.tell_outcome(outcome)
        self._read()
