"""Why somebody can, or cannot, do something: three choices and an answer with its reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_admin.domain.errors import AdminError
from tui_admin.domain.permissions import PERMISSIONS
from tui_admin.domain.text import safe
from tui_admin.i18n import say
from tui_admin.tui.dialogs.base import MUTED, Dialog
from tui_admin.tui.dialogs.choose import Item
from tui_admin.tui.dialogs.field import ChoiceField
from tui_admin.tui.sheets import sheet
from tui_admin.tui.working import background

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.lists.users import UserRow
    from tui_admin.domain.why import Answer
    from tui_admin.services.facade import Desk

ANYWHERE = Item("", "anywhere")


def answer_words(answer: Answer) -> Content:
    """Return an answer: yes or no, and its reasons one below the other."""
    verdict = ("✓ Yes\n", "bold $good") if answer.can else ("✗ No\n", "bold $bad")
    supposed = [each for each in answer.reasons if each.id == "why_supposed"]
    parts: list[Content | str | tuple[str, str]] = [(f"{say(each)}\n", MUTED) for each in supposed]
    parts.append(verdict)
    parts += [f"  {safe(say(each), 600)}\n" for each in answer.reasons if each not in supposed]
    return Content.assemble(*parts)


class Why(Dialog[None]):
    """Ask about one person; the answer follows what is chosen."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "leave", show=False)]
    keys = (("↑↓", "Move"), ("enter", "Choose"), ("esc", "Close"))

    def __init__(
        self, desk: Desk, row: UserRow, roles: tuple[str, ...], places: tuple[str, ...]
    ) -> None:
        """Ask about this account; `roles` and `places` are what can be chosen from."""
        super().__init__()
        self.heading = "Why can they, why can't they"
        self._desk, self._row = desk, row
        self._roles = (Item("", f"{row.role}, as it is"), *(Item(r, r) for r in roles))
        self._places = (ANYWHERE, *(Item(place, place) for place in places))
        self.answered: Answer | None = None

    def fill(self) -> ComposeResult:
        """Yield who it is about, what is asked, and the answer."""
        name = self._row.display_name or self._row.username
        yield Static(Content(f"May {safe(name)} …"), classes="question")
        yield ChoiceField("Do what", id="what")
        yield ChoiceField("Where", id="where")
        yield ChoiceField("With role", id="role")
        with VerticalScroll(id="answer", can_focus=False):
            yield Static("", markup=False)

    def on_mount(self) -> None:
        """Offer what can be chosen."""
        acts = tuple(Item(each.name, each.description, each.name) for each in PERMISSIONS)
        self.query_one("#what", ChoiceField).offer(acts, None)
        self.query_one("#where", ChoiceField).offer(self._places, "")
        self.query_one("#role", ChoiceField).offer(self._roles, "")
        self.query_one("#what", ChoiceField).focus()

    @on(ChoiceField.Changed)
    def _changed(self) -> None:
        fields = [self.query_one(f"#{name}", ChoiceField) for name in ("what", "where", "role")]
        what, where, role = (each.value or "" for each in fields)
        if what:
            background(self, self._ask, what, where, role, group="why")

    async def _ask(self, what: str, where: str, role: str) -> None:
        try:
            self.answered = await self._desk.explaining.why(self._row.id, what, where, role)
        except AdminError as error:
            self.notice.tell(error.reason)
            return
        self.notice.clear()
        self.query_one("#answer Static", Static).update(answer_words(self.answered))
