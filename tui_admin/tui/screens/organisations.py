"""Screen 5: the organisations, and beside them who is in the one under the cursor."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from textual import on
from textual.containers import Horizontal

from tui_admin.domain.errors import Reason, because
from tui_admin.domain.lists.organisations import ORGANISATIONS
from tui_admin.domain.offices import MANAGER
from tui_admin.domain.text import safe
from tui_admin.tui.commands import command
from tui_admin.tui.frame import FooterLine
from tui_admin.tui.lists.list_screen import ListScreen
from tui_admin.tui.lists.record_list import RecordList
from tui_admin.tui.lists.spec import ListSpec, Tab
from tui_admin.tui.membering import ADD, APPOINT, DISMISS, LEAVE, LOWER, RAISE, see_to
from tui_admin.tui.messages import OrganisationChanged, StoreMoved
from tui_admin.tui.organisations.members import MembersPane
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from textual.app import ComposeResult
    from textual.events import ScreenResume

    from tui_admin.domain.outcomes import Outcome, Picks
    from tui_admin.services.facade import Desk
    from tui_admin.tui.bulk import Do


def _no_place(screen: OrganisationsScreen) -> Reason | None:
    return None if screen.organisations.current else because("nothing_selected")


def _no_member(screen: OrganisationsScreen) -> Reason | None:
    return None if screen.members.list.picks() else because("nothing_selected")


def _archived(screen: OrganisationsScreen) -> Reason | None:
    row = screen.organisations.current
    if row is None:
        return because("nothing_selected")
    return because("organisation_is", status=row.status) if row.status == "archived" else None


def _in_use(screen: OrganisationsScreen) -> Reason | None:
    row = screen.organisations.current
    if row is None:
        return because("nothing_selected")
    return because("organisation_is", status=row.status) if row.status == "active" else None


class OrganisationsScreen(ListScreen):
    """Two lists: whichever has the focus is filtered, ordered and marked."""

    SECTION = "organisations"
    CSS_PATH = sheet("organisations")
    heading = "Organisations"
    spec = ListSpec(
        ORGANISATIONS,
        lambda desk: desk.organisations,
        (Tab("All"), Tab("Active", "active"), Tab("Archived", "archived")),
        "n makes one",
    )

    @cached_property
    def organisations(self) -> RecordList:
        """The list on the left."""
        return RecordList(self.spec)

    @cached_property
    def members(self) -> MembersPane:
        """The right half."""
        return MembersPane()

    @property
    def list(self) -> RecordList:
        """The list that has the focus."""
        at = self.focused
        among = at is not None and self.members in at.ancestors_with_self
        return self.members.list if among else self.organisations

    def body(self) -> ComposeResult:
        """Yield the two lists side by side."""
        with Horizontal(id="both"):
            yield self.organisations
            yield self.members

    def picked(self) -> Picks | None:
        """Return whom an act on members is for."""
        return self.members.list.picks()

    def show_details(self, shown: bool) -> None:
        """Have no pane."""

    # Following

    @on(RecordList.CurrentChanged)
    def _organisation_shown(self) -> None:
        self.members.follow(self.organisations.current)

    @on(MembersPane.Changed)
    def _member_shown(self) -> None:
        self.frame_again(FooterLine)

    @on(StoreMoved)
    def _both_moved(self) -> None:
        self.organisations.moved(shown=self.is_current)
        self.members.again(shown=self.is_current)

    @on(OrganisationChanged)
    def _both_narrowed(self) -> None:
        self.organisations.moved(shown=self.is_current)

    def on_screen_resume(self, event: ScreenResume) -> None:
        """Catch up with what changed meanwhile."""
        super().on_screen_resume(event)
        self.organisations.refresh_if_stale()
        self.members.catch_up()

    # Going between the lists

    @command("right,tab", "Members", "Go to who is in it.", why_not=_no_place, priority=50)
    def to_members(self) -> None:
        """Give the members the focus."""
        self.members.list.table.focus()

    @command("left,shift+tab", "Organisations", "Go back to the organisations.", priority=0)
    def to_organisations(self) -> None:
        """Give the organisations the focus."""
        self.organisations.table.focus()

    @command("escape", "Back", "Clear the filter, the marks; then go back.", priority=0)
    def step_back(self) -> None:
        """Undo the last narrowing of the view; from the members, go to the organisations."""
        here = self.list
        plain = not here.bar.value and not here.table.marks and not here.table.all_marked
        if plain and here is self.members.list:
            self.to_organisations()
        else:
            super().step_back()

    # Organisations

    @command(
        "n",
        "New",
        "Make an organisation; you administer it.",
        needs="can_edit_organisation",
        cli="organisations create",
        priority=10,
    )
    async def new(self) -> None:
        """Ask for what is said of it."""
        from tui_admin.tui.dialogs.organisation import OrganisationDialog

        desk = self.dashboard.opened_desk
        dialog = OrganisationDialog("New organisation", desk.organisations.create)
        made: Outcome | None = await self.app.push_screen_wait(dialog)
        self._saved(made)
        if made is not None:
            self.to_organisations()
            self.organisations.order(ORGANISATIONS.sort)  # the newest first: this one

    @command(
        "enter",
        "Edit",
        "Change what is said of the organisation.",
        needs="can_edit_organisation",
        cli="organisations edit",
        why_not=_no_place,
        priority=12,
    )
    async def edit(self) -> None:
        """Show what is said of it, to be changed."""
        from tui_admin.tui.dialogs.organisation import OrganisationDialog

        row, desk = self.organisations.current, self.dashboard.opened_desk
        if row is None:
            return
        company = await desk.organisations.details(row.id)

        def save(typed: Mapping[str, str]) -> Awaitable[Outcome]:
            return desk.organisations.edit(row.id, typed, company.row.version)

        dialog = OrganisationDialog(safe(row.name, 50), save, company.profile)
        edited: Outcome | None = await self.app.push_screen_wait(dialog)
        self._saved(edited)

    @command(
        "A,shift+a",
        "Archive",
        "Nobody is invited or added to it any more.",
        needs="can_edit_organisation",
        cli="organisations archive",
        why_not=_archived,
        priority=14,
    )
    async def archive(self) -> None:
        """Ask, and take organisations out of use."""

        def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
            return desk.organisations.archive(some)

        detail = "Who is in it keeps their place; nobody is invited or added any more."
        await self._set_status("Archive", "Archive {who}?", detail, do)

    @command(
        "A,shift+a",
        "Restore",
        "Take it into use again.",
        needs="can_edit_organisation",
        cli="organisations restore",
        why_not=_in_use,
        priority=14,
    )
    async def restore(self) -> None:
        """Ask, and take organisations into use again."""

        def do(desk: Desk, some: Picks) -> Awaitable[Outcome]:
            return desk.organisations.restore(some)

        await self._set_status("Restore", "Take {who} into use again?", "", do)

    @command(
        "M,shift+m",
        "Domains",
        "Claim e-mail domains, mark shared ones.",
        needs="can_manage_domains",
        cli="domains list",
        priority=60,
    )
    async def domains(self) -> None:
        """Show the environment's e-mail domains, and see to one."""
        from tui_admin.tui.domains import see_to_domains

        outcome = await see_to_domains(self.dashboard)
        if outcome is not None:
            self.dashboard.tell_outcome(outcome)

    async def _set_status(self, yes: str, question: str, detail: str, do: Do) -> None:
        self.to_organisations()
        picks = self.organisations.picks()
        bulk = await self.foresee(yes, picks, do) if picks else None
        if bulk and await self.agreed(bulk, question, yes, detail=detail):
            await self.carry_out(bulk, do)

    def _saved(self, outcome: Outcome | None) -> None:
        if outcome is not None:
            self.dashboard.tell_outcome(outcome)
            self._both_moved()

    # Members

    @command(
        "plus",
        "Add member",
        "Add people who have an account.",
        needs="can_manage_members",
        cli="organisations add-member",
        why_not=_archived,
        priority=20,
    )
    async def add_member(self) -> None:
        """Find people, and make them members."""
        from tui_admin.tui.dialogs.find_people import FindPeople

        row = self.organisations.current
        if row is None:
            return
        heading = f"Add to {safe(row.name, 50)}"
        dialog = FindPeople(self.dashboard.opened_desk, heading, "Add")
        picks: Picks | None = await self.app.push_screen_wait(dialog)
        if picks is not None:
            self.to_members()
            await see_to(self, picks, ADD, row.name, among=self.dashboard.opened_desk.users)

    @command(
        "m",
        "Admin",
        "Member to administrator, or back.",
        needs="can_manage_members",
        cli="organisations set-kind",
        why_not=_no_member,
        priority=22,
    )
    async def turn(self, picks: Picks) -> None:
        """Turn what people are there, all into what the first of them is not."""
        row, people = self.organisations.current, self.members.list.picked_rows()
        if row is None or not people:
            return
        self.to_members()
        change = LOWER if people[0].kind == MANAGER else RAISE
        await see_to(self, picks, change, row.name)

    @command(
        "c",
        "Company admin",
        "Company administrator there, or no longer.",
        needs="can_manage_members",
        cli="organisations appoint",
        why_not=_no_member,
        priority=26,
    )
    async def appoint(self, picks: Picks) -> None:
        """Give the authorisation, or end it, all as the first of them has it not."""
        row, people = self.organisations.current, self.members.list.picked_rows()
        if row is None or not people:
            return
        self.to_members()
        change = DISMISS if people[0].authority else APPOINT
        await see_to(self, picks, change, row.name)

    @command(
        "t",
        "Authorise",
        "What they may do with a product there.",
        needs="can_manage_members",
        cli="users authorise",
        why_not=_no_member,
        priority=28,
    )
    async def authorise(self, picks: Picks) -> None:
        """Choose a product and a set of its services."""
        from tui_admin.tui.authorising import authorise

        row = self.organisations.current
        if row is not None:
            self.to_members()
            await authorise(self, picks, row.name)

    @command(
        "x,delete",
        "Remove",
        "Take people out; access ends at once.",
        needs="can_manage_members",
        cli="organisations remove-member",
        why_not=_no_member,
        priority=24,
    )
    async def remove_member(self, picks: Picks) -> None:
        """Ask, and take people out of the organisation."""
        row = self.organisations.current
        if row is not None:
            self.to_members()
            await see_to(self, picks, LEAVE, row.name)
