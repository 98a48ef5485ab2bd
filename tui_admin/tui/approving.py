"""Approving people with a key: what makes sure that it was meant, and meant for them."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on

from tui_admin.domain.approving import NO_COMPANY
from tui_admin.domain.errors import Reason, because
from tui_admin.domain.listings import Ask, Seek
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.lists.list_screen import ListScreen
from tui_admin.tui.lists.record_list import RecordList

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.listings import Sort
    from tui_admin.domain.lists.approvals import ApprovalRow
    from tui_admin.domain.query import Query
    from tui_admin.services.approvals import Approvals
    from tui_admin.tui.app import Dashboard
    from tui_admin.tui.commands import Command

AGAIN = 0.4
"""Seconds within which the same key once more was not meant for the next person."""
SHIFTED = 0.3
"""Seconds within which nobody can have read what has just come under the cursor by itself."""
PAGE = 500
"""Rows read at once where all that match are meant."""


class Haste:
    """Tells a press that was meant from one that came too soon; times are in seconds."""

    def __init__(self) -> None:
        """Begin with no press."""
        self._pressed: float | None = None

    def refusal(self, now: float, shifted_at: float | None) -> Reason | None:
        """Take a press and return why it is ignored, or None.

        `shifted_at` is when what is shown changed by itself, if it ever did.
        """
        before, self._pressed = self._pressed, now
        if before is not None and now - before < AGAIN:
            return because("approve_again")
        if shifted_at is not None and now - shifted_at < SHIFTED:
            return because("approve_shifted")
        return None


class DecidingScreen(ListScreen):
    """A list's screen with a key that approves: `APPROVE` is that command's id."""

    APPROVE: ClassVar[str] = ""

    def __init__(self) -> None:
        """Begin with nothing pressed."""
        super().__init__()
        self._haste = Haste()
        self._shown: tuple[int | None, float] = (None, monotonic())

    @on(RecordList.CurrentChanged)
    def _note_who_is_shown(self) -> None:
        """Note since when: a key that was pressed before cannot have been meant for them."""
        row = self.shown_row
        shown = row.id if row else None
        if shown != self._shown[0]:
            self._shown = (shown, monotonic())

    def action_command(self, command_id: str) -> None:
        """Leave out a press that came too soon, or for somebody who was shown before."""
        if self._is_late(command_id):
            self.dashboard.refuse(because("approve_late"))
        elif not self._in_haste(command_id):
            super().action_command(command_id)

    def _is_late(self, command_id: str) -> bool:
        if command_id != self.APPROVE:
            return False
        pressed = self.dashboard.gate.pressed_at(self.declared[command_id])
        return pressed is not None and pressed < self._shown[1]

    def choose(self, wanted: Command) -> None:
        """Leave out a click that came too soon."""
        if not self._in_haste(wanted.id):
            super().choose(wanted)

    def _in_haste(self, command_id: str) -> bool:
        if command_id != self.APPROVE:
            return False
        reason = self._haste.refusal(self.dashboard.clock(), self.list.shifted_at)
        if reason is not None:
            self.dashboard.tell(say(reason))
        return reason is not None


def called(row: ApprovalRow) -> str:
    """Return somebody as a dialog names them."""
    return f"{row.display_name or row.email} · {row.email}" if row.display_name else row.email


def what_for(row: ApprovalRow) -> str:
    """Return what somebody wants, in a few words."""
    wanted = " for ".join(filter(None, (row.product, row.organisation)))
    return safe(wanted or "the environment", 120)


def reasons_of(app: Dashboard) -> tuple[str, ...]:
    """Return the reasons for a rejection that an operator chooses from."""
    from tui_admin.i18n.rejections import reasons_offered

    policy = app.opened_desk.policy
    return reasons_offered(policy.reasons, policy.language)


NOWHERE = "0"
"""What is chosen for the environment alone; an organisation is called by more than a number."""


async def place_wanted(app: Dashboard, row: ApprovalRow) -> str | None:
    """Ask once where there is something to look at, and where to for somebody who named nowhere.

    Returns the organisation, "" for where the person named or for none, and None for no.
    """
    placeless = any(each.id == NO_COMPANY for each in row.warnings)
    others = tuple(f"! {say(each)}" for each in row.warnings if each.id != NO_COMPANY)
    if others and not await app.confirm(
        f"Approve {called(row)}?", others, "Approve", detail=what_for(row)
    ):
        return None
    return await _chosen_place(app, row) if placeless else ""


async def _chosen_place(app: Dashboard, row: ApprovalRow) -> str | None:
    from tui_admin.tui.dialogs.choose import Choose, Item
    from tui_admin.tui.membering import active_places

    places = await active_places(app.opened_desk)
    items = (
        Item(NOWHERE, "No organisation", "the environment alone"),
        *(Item(each.name, each.name, each.registration_number) for each in places),
    )
    dialog = Choose(f"Approve {called(row)} into …", items, value=app.organisation or NOWHERE)
    chosen: str | None = await app.push_screen_wait(dialog)
    return "" if chosen == NOWHERE else chosen


async def everybody(lister: Approvals, query: Query, sort: Sort) -> list[ApprovalRow]:
    """Return all that match, so that whoever is approved was shown first."""
    found: list[ApprovalRow] = []
    page = await lister.page(Ask(query, sort, size=PAGE))
    found += page.rows
    while page.after:
        page = await lister.page(Ask(query, sort, Seek.AFTER, page.keys[-1], PAGE))
        found += page.rows
    return found


async def chosen_of(app: Dashboard, rows: Sequence[Any]) -> Picks | None:
    """Show everybody, those with warnings apart, and return whom to approve; None for nobody."""
    from tui_admin.tui.dialogs.approve import ApproveSeveral

    clean = [row for row in rows if not row.warnings]
    if not clean:
        app.refuse(because("only_warned"))
        return None
    warned = [row for row in rows if row.warnings]
    sure = await app.push_screen_wait(ApproveSeveral(tuple(clean), tuple(warned)))
    return Picks.rows((row.id, row.version) for row in clean) if sure else None
