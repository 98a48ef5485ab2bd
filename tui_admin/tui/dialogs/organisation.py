"""What is said of an organisation: made, or edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Label

from tui_admin.domain.errors import AdminError, Invalid
from tui_admin.domain.organisations import read_profile
from tui_admin.domain.outcomes import Outcome
from tui_admin.tui.dialogs.base import Dialog
from tui_admin.tui.sheets import sheet
from tui_admin.tui.typing_line import TypingLine

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.organisations import Profile

LABELS = {
    "name": "Name",
    "registration_number": "Number (KvK)",
    "billing_email": "Billing e-mail",
    "billing_address": "Address",
    "purchase_order": "Order number",
}


class OrganisationDialog(Dialog[Outcome]):
    """The fields of an organisation, judged while they are typed; gives the outcome, or None.

    `save` is tried before the dialog closes: what it refuses is said at its field, and what was
    typed stays.
    """

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f10", "save", show=False, id="organisation.save"),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    keys = (("ctrl+s", "Save"), ("tab", "Next field"), ("esc", "Cancel"))

    def __init__(
        self,
        heading: str,
        save: Callable[[Mapping[str, str]], Awaitable[Outcome]],
        before: Profile | None = None,
    ) -> None:
        """Begin with what is said so far, if anything."""
        super().__init__(id="organisation")
        self.heading, self._save, self._before = heading, save, before
        self._wrong: dict[str, Reason] = {}
        self._saving = False

    def fill(self) -> ComposeResult:
        """Yield the fields."""
        known = self._before._asdict() if self._before else {}
        for field, label in LABELS.items():
            with Horizontal(classes="row"):
                yield Label(label, classes="label")
                yield TypingLine(known.get(field, ""), id=field)

    @property
    def typed(self) -> dict[str, str]:
        """What stands in the fields."""
        return {field: self.query_one(f"#{field}", TypingLine).value for field in LABELS}

    @on(Input.Changed)
    def _judge(self, event: Input.Changed) -> None:
        """Say what is wrong with the field that is typed into; an empty one is not finished."""
        if self._saving:
            return
        try:
            read_profile(self.typed, self._before)
        except Invalid as invalid:
            self._wrong = {
                field: why
                for field, why in invalid.reasons.items()
                if why.id not in ("text_missing", "address_no_at")
            }
        else:
            self._wrong = {}
        self._tell(event.input.id or "")

    def on_descendant_focus(self) -> None:
        """Say what is wrong with the field that has the focus."""
        if not self._saving:
            self._tell(self.focused.id or "" if self.focused else "")

    def _tell(self, field: str) -> None:
        why = self._wrong.get(field)
        if why is None:
            self.notice.clear()
        else:
            self.notice.tell(why, "warning")

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    def action_save(self) -> None:
        """Save, and close where that went well."""
        if not self._saving:
            self._saving = True
            self.run_worker(self._try(), group="save")

    async def _try(self) -> None:
        try:
            outcome = await self._save(self.typed)
        except Invalid as invalid:
            self._wrong = dict(invalid.reasons)
            field, why = next(iter(self._wrong.items()))
            self.query_one(f"#{field}", TypingLine).focus()
            self.notice.tell(why)
        except AdminError as error:
            self.notice.tell(error.reason)
        else:
            self.dismiss(outcome)
        finally:
            self._saving = False
