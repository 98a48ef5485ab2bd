"""The right half of screen 5: what is said of an organisation, and a list of who is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui_admin.domain.errors import AdminError
from tui_admin.domain.lists.members import MEMBERS, members_of
from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.lists.record_list import RecordList
from tui_admin.tui.lists.spec import ListSpec
from tui_admin.tui.lists.table import RecordTable
from tui_admin.tui.working import background

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.timer import Timer

    from tui_admin.domain.lists.organisations import OrganisationRow
    from tui_admin.services.organisations import Company
    from tui_admin.tui.app import Dashboard

PAUSE = 0.12
"""Seconds the cursor rests on an organisation before its people are read."""
SPEC = ListSpec(
    MEMBERS, lambda desk: desk.members, empty="+ adds somebody", nobody="Nobody is in it."
)


class MembersPane(Vertical):
    """Follows the organisation under the cursor of the list beside it."""

    class Changed(Message):
        """Another member is the current one, or marks came or went."""

    def __init__(self) -> None:
        """Begin with no organisation."""
        super().__init__(id="members")
        self.about = Static(id="company", markup=False)
        self.list = RecordList(SPEC, takes_focus=False)
        self.row: OrganisationRow | None = None
        self.company: Company | None = None
        self._timer: Timer | None = None

    def compose(self) -> ComposeResult:
        """Lay out what is said of the organisation above its people."""
        yield self.about
        yield self.list

    @property
    def dashboard(self) -> Dashboard:
        """The app."""
        return cast("Dashboard", self.app)

    def follow(self, row: OrganisationRow | None) -> None:
        """Show an organisation, once the cursor rests on it."""
        before, self.row = self.row, row
        if self._timer and (row is None or before is None or before.id != row.id):
            self._timer.stop()
            self._timer = None
        self.list.display = row is not None
        if row is None:
            self.company = None
            self._say(Content(""))
        elif before is None or before.id != row.id:
            self.company = None
            self._say(Content.styled(safe(row.name), "bold"))
            self._timer = self.set_timer(PAUSE if before else 0.001, self._read)
        elif before != row and self._timer is None:
            self._read()

    def again(self, *, shown: bool) -> None:
        """Read again, since something changed."""
        if self.row is not None and self.list.within.terms:
            self.list.moved(shown=shown)
            self._read_company()

    def catch_up(self) -> None:
        """Read what changed while another screen was in front."""
        if self.list.within.terms:
            self.list.refresh_if_stale()

    def _read(self) -> None:
        self._timer = None
        if self.row is None:
            return
        here = members_of(self.row.id)
        if self.list.within != here:
            self.list.within = here
            self.list.table.unmark()
            self.list.read()
        self._read_company()

    def _read_company(self) -> None:
        background(self, self._learn, self.row, group="company")

    async def _learn(self, row: OrganisationRow) -> None:
        desk = self.dashboard.desk
        if desk is None:
            return
        try:
            company = await desk.organisations.details(row.id)
        except AdminError as error:
            self._say(Content.styled(say(error.reason), "$bad"))
            return
        if self.row is not None and self.row.id == row.id:
            self.company = company
            self._say(company_words(company))

    def _say(self, text: Content) -> None:
        if self.is_attached:  # an answer may come when the dashboard is on its way out
            self.about.update(text)

    # What the list says stays here: the screen's own list is the one beside it.

    @on(RecordList.CurrentChanged)
    @on(RecordList.MarksChanged)
    @on(RecordTable.Opened)
    def _kept(self, event: Message) -> None:
        event.stop()
        self.post_message(self.Changed())


def company_words(company: Company) -> Content:
    """Return what is said of an organisation, a line each."""
    profile, row = company.profile, company.row
    offices = company.administrators
    coupons = ", ".join(each.value for each in company.available.coupons if not each.why_not)
    facts = {
        "People": f"{row.members:,} in it, {offices:,} administer{'s' if offices == 1 else ''} it",
        "Billing": profile.billing_email,
        "Address": profile.billing_address,
        "Order": profile.purchase_order,
        "Products": ", ".join(each.value for each in company.available.products),
        "Coupons": coupons,
    }
    lines: list[Any] = [
        (safe(profile.name), "bold"),
        (f"  {safe(profile.registration_number)}", "$off"),
        ("" if row.status == "active" else f"  {row.status}", "bold $waiting"),
    ]
    for label, text in facts.items():
        if text:
            lines += [(f"\n{label:<10}", "$off"), safe(text)]
    return Content.assemble(*lines)
