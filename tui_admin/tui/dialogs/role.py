"""A role's name and what it is for; and the question before roles are changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Label, Static

from tui_admin.domain.errors import Refused
from tui_admin.domain.permissions import IN_WORDS, PERMISSIONS
from tui_admin.domain.roles import (
    DESCRIPTION_LENGTH,
    NAME_LENGTH,
    Difference,
    Effect,
    role_description,
    role_name,
)
from tui_admin.domain.text import safe
from tui_admin.tui.dialogs.base import MUTED, Dialog
from tui_admin.tui.sheets import sheet
from tui_admin.tui.typing_line import TypingLine

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

Words = dict[str, str]


class RoleWords(Dialog[Words]):
    """Ask for a role's name and description; gives both, or None.

    `save` is tried with what was typed before the dialog closes: what it refuses is said, and what
    was typed stays.
    """

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s,f10", "save", show=False)]
    keys = (("ctrl+s", "Save"), ("esc", "Cancel"))

    def __init__(
        self,
        heading: str,
        detail: str,
        save: Callable[[str, str], Awaitable[None]],
        *,
        name: str = "",
        description: str = "",
    ) -> None:
        """Begin with these; `detail` says what the role begins with or stays."""
        super().__init__(id="role-words")
        self.heading, self._detail, self._save = heading, detail, save
        self._called, self._described = name, description

    def fill(self) -> ComposeResult:
        """Yield the two fields."""
        yield Static(Content(safe(self._detail)), classes="detail")
        with Horizontal(classes="row"):
            yield Label("Name", classes="label")
            yield TypingLine(self._called, max_length=NAME_LENGTH, id="name")
        with Horizontal(classes="row"):
            yield Label("What it is for", classes="label")
            yield TypingLine(self._described, max_length=DESCRIPTION_LENGTH, id="description")

    @on(Input.Submitted, "#name")
    def _next(self) -> None:
        self.focus_next()

    @on(Input.Submitted, "#description")
    def action_save(self) -> None:
        """Save, and close where that went well."""
        self.run_worker(self._try(), group="save", exclusive=True)

    async def _try(self) -> None:
        name = self.query_one("#name", TypingLine).value
        description = self.query_one("#description", TypingLine).value
        try:
            await self._save(role_name(name), role_description(description))
        except Refused as refused:
            self.notice.tell(refused.reason)
        else:
            self.dismiss({"name": name, "description": description})


class SaveRoles(Dialog[bool]):
    """Show who gains and who loses what before roles are changed; gives True for yes."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,ctrl+s,f10", "answer(True)", show=False, id="roles.yes"),
        Binding("n", "answer(False)", show=False, id="roles.no"),
    ]
    heading = "Who gains and loses what"
    keys = (("y", "Save"), ("n", "Not yet"), ("↑↓", "Scroll"))

    def __init__(
        self, effects: tuple[Effect, ...], meanwhile: dict[str, tuple[Difference, ...]]
    ) -> None:
        """Show these effects, and what others changed of the same roles, by their names."""
        super().__init__()
        self._effects, self._meanwhile = effects, meanwhile

    def fill(self) -> ComposeResult:
        """Yield a part for each role."""
        with VerticalScroll(id="read"):
            yield Static(Content("\n").join(self._part(each) for each in self._effects))

    def _part(self, effect: Effect) -> Content:
        parts: list[Content | str | tuple[str, str]] = [
            (safe(effect.role), "bold"),
            (f"  {who_has_it(effect)}\n", MUTED),
        ]
        for sign, words, names in (
            ("+", "can then", effect.gained),
            ("−", "can no longer", effect.lost),
        ):
            style = "$good" if sign == "+" else "$waiting"
            for each in PERMISSIONS:
                if each.name in names:
                    parts += [
                        (f"  {sign} ", f"bold {style}"),
                        f"{words}: {each.description.lower()}\n",
                    ]
        found = self._meanwhile.get(effect.role, ())
        if found:
            parts.append(("  ! Changed by somebody else meanwhile, and kept:\n", "bold $waiting"))
            parts += [(f"      {difference_words(each)}\n", MUTED) for each in found]
        return Content.assemble(*parts)

    def action_answer(self, yes: bool) -> None:
        """Close with the answer."""
        self.dismiss(yes)

    def action_leave(self) -> None:
        """Take escape for no."""
        self.dismiss(False)


def who_has_it(effect: Effect) -> str:
    """Return how many have the role, and the first of them by name."""
    if not effect.people:
        return "nobody has it"
    more = effect.people - len(effect.names)
    names = [safe(each, 40) for each in effect.names] + ([f"{more:,} more"] if more else [])
    return f"{effect.people:,} {'has' if effect.people == 1 else 'have'} it: {', '.join(names)}"


def difference_words(difference: Difference) -> str:
    """Return what changed of a field, in words."""
    allowed = IN_WORDS.get(difference.field)
    if allowed is not None:
        return f"{allowed}: {difference.before} → {difference.now}"
    before, now = (safe(each, 40) or "nothing" for each in (difference.before, difference.now))
    return f"{difference.field}: {before} → {now}"
