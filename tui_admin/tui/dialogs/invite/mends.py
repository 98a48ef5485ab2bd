"""What a key can do about a row: put right a slip, resend an invitation, add somebody instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import work
from textual.screen import ModalScreen

from tui_admin.domain.errors import AdminError, because
from tui_admin.domain.outcomes import Picks

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_admin.domain.outcomes import Outcome
    from tui_admin.domain.verdicts import Verdict
    from tui_admin.services.facade import Desk
    from tui_admin.tui.dialogs.base import Notice
    from tui_admin.tui.dialogs.invite.paste import PasteBox

OFFERS = {"fix": "Fix", "resend": "Resend", "add": "Add user"}
"""What the key is called, by what it does."""


def offer_of(verdict: Verdict | None) -> str:
    """Return what can be done about a row, a key of `OFFERS`; "" where nothing can."""
    if verdict is None:
        return ""
    if verdict.suggestion:
        return "fix"
    return {"already_invited": "resend", "shared_domain": "add"}.get(verdict.verdict, "")


class Mends(ModalScreen[Any]):
    """The half of the Invite dialog that mends rows; what was done leaves the text."""

    paste: PasteBox
    desk: Desk
    told: Callable[[Outcome], None]
    mending = False

    @property
    def notice(self) -> Notice:
        """The line that says what is wrong."""
        raise NotImplementedError

    @property
    def offer(self) -> str:
        """What can be done about the row of the cursor."""
        return offer_of(self.paste.here)

    def alike(self) -> list[Verdict]:
        """Return the rows about which the same can be done at once as about the cursor's."""
        offer = self.offer
        if offer not in ("fix", "resend"):
            return []
        return [each for each in self.paste.rows.verdicts if offer_of(each) == offer]

    def action_mend(self) -> None:
        """Do what can be done about the row of the cursor."""
        verdict = self.paste.here
        if verdict is not None and offer_of(verdict) == "add":
            self._add(verdict)
        elif verdict is not None and offer_of(verdict):
            self._mend([verdict])
        else:
            self.notice.tell(because("invite_not_mendable"), "info")

    def action_mend_all(self) -> None:
        """Do the same about all rows about which it can be done."""
        if self.alike():
            self._mend(self.alike())
        else:
            self.notice.tell(because("invite_not_mendable"), "info")

    def _mend(self, rows: list[Verdict]) -> None:
        if self.mending or not self.paste.fits:
            return
        if offer_of(rows[0]) == "resend":
            self.mending = True
            self._resend(rows)
            return
        # From the end, so that the places of those before stay what they are.
        for each in reversed(rows):
            self.paste.correct(each, each.suggestion)

    @work(group="invite-mend")
    async def _resend(self, rows: list[Verdict]) -> None:
        text = self.paste.text
        by_id = {int(each.detail.values["id"]): each for each in rows if each.detail}
        try:
            outcome = await self.desk.invitations.resend(Picks.of(*by_id))
        except AdminError as error:
            self.notice.tell(error.reason)
        else:
            self._is_done(outcome, [by_id[row.id] for row in outcome.done], text)
        finally:
            self.mending = False

    @work(group="invite-mend")
    async def _add(self, verdict: Verdict) -> None:
        from tui_admin.tui.dialogs.add_user import AddUser

        text = self.paste.text
        dialog = AddUser(self.desk, email=verdict.email, name=verdict.name)
        outcome = await self.app.push_screen_wait(dialog)
        if outcome is not None:
            self._is_done(outcome, [verdict], text)

    def _is_done(self, outcome: Outcome, rows: list[Verdict], text: str) -> None:
        """Take out of the text what is done, unless it is another by now; say so."""
        from tui_admin.tui.present import outcome_words

        if self.paste.text == text:
            for each in reversed(rows):
                self.paste.take_out(each)
        self.told(outcome)
        words, tone = outcome_words(outcome)
        self.notice.tell(words, "info" if tone == "success" else "warning")
