"""The board, painted: a line for each permission below its subject, a column for each role."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from tui_admin.domain.permissions import PERMISSIONS, Permission
from tui_admin.domain.text import safe
from tui_admin.tui.present import cut

if TYPE_CHECKING:
    from textual.events import Click
    from textual.style import Style

    from tui_admin.domain.roles import RoleRow
    from tui_admin.tui.roles.board import Board

HEAD = 2
"""Lines above the permissions: what a role is called, and how many have it."""
COLUMN = 15
LABEL = 42
"""Cells of a role, and at most of what a permission is in words."""
MARKS = {(True, False): ("✓", "$good"), (False, False): ("·", "$off")}
"""How a role stands to a permission: allowed or not, and whether that is about to change."""
CHANGING = {(True, True): ("· → ✓", "bold $waiting"), (False, True): ("✓ → ·", "bold $waiting")}


class Heading(NamedTuple):
    """A line with a subject."""

    subject: str


def _lines() -> tuple[Heading | Permission, ...]:
    found: list[Heading | Permission] = []
    subject = ""
    for each in PERMISSIONS:
        if each.subject != subject:
            subject = each.subject
            found.append(Heading(subject))
        found.append(each)
    return tuple(found)


LINES = _lines()


class RoleGrid(Widget, can_focus=True):
    """The board with a cursor on one permission of one role."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "down(1)", show=False),
        Binding("up,k", "down(-1)", show=False),
        Binding("right,l", "across(1)", show=False),
        Binding("left,h", "across(-1)", show=False),
        Binding("pagedown,ctrl+d", "down(8)", show=False),
        Binding("pageup,ctrl+u", "down(-8)", show=False),
        Binding("home,g", "down(-99)", show=False),
        Binding("end,G,shift+g", "down(99)", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"grid--cursor", "grid--head"}

    class Moved(Message):
        """The cursor stands elsewhere."""

    class Toggled(Message):
        """The operator clicked on the cursor."""

    def __init__(self, board: Board) -> None:
        """Show a board."""
        super().__init__(id="grid")
        self.board = board
        self.line, self.column = 1, 0
        self._top = self._left = 0

    @property
    def role(self) -> RoleRow | None:
        """The role under the cursor; none before there are any."""
        roles = self.board.roles
        return roles[min(self.column, len(roles) - 1)] if roles else None

    @property
    def permission(self) -> Permission:
        """The permission under the cursor."""
        found = LINES[self.line]
        assert isinstance(found, Permission)  # noqa: S101 - the cursor skips headings
        return found

    def again(self, role_id: int | None = None) -> None:
        """Paint the board as it is now, with the cursor on a role where that is said."""
        for at, each in enumerate(self.board.roles):
            if each.id == role_id:
                self.column = at
        self.column = max(0, min(self.column, len(self.board.roles) - 1))
        self._follow()

    # Moving

    def action_down(self, by: int) -> None:
        """Go down over permissions, or up; stop at the ends."""
        at = max(1, min(self.line + by, len(LINES) - 1))
        step = 1 if by > 0 else -1
        if isinstance(LINES[at], Heading):
            at += step
        self.line = at
        self._follow()

    def action_across(self, by: int) -> None:
        """Go to another role."""
        self.column = max(0, min(self.column + by, len(self.board.roles) - 1))
        self._follow()

    def on_click(self, event: Click) -> None:
        """Put the cursor where the mouse is; toggle what is clicked on the cursor."""
        line = event.y - HEAD + self._top
        column = (event.x - self._label) // COLUMN + self._left
        inside = 0 <= line < len(LINES) and 0 <= column < len(self.board.roles)
        if event.y < HEAD or event.x < self._label or not inside:
            return
        if isinstance(LINES[line], Heading):
            return
        if (line, column) == (self.line, self.column):
            self.post_message(self.Toggled())
        self.line, self.column = line, column
        self._follow()

    def on_resize(self) -> None:
        """Keep the cursor in view."""
        self._follow()

    def _follow(self) -> None:
        rows = max(1, self.size.height - HEAD)
        # Above the first of a subject its heading is shown, too.
        upper = self.line - isinstance(LINES[self.line - 1], Heading)
        self._top = min(max(self._top, self.line - rows + 1), upper)
        self._top = max(0, min(self._top, len(LINES) - rows))
        columns = self._columns
        self._left = min(max(self._left, self.column - columns + 1), self.column)
        self._left = max(0, min(self._left, len(self.board.roles) - columns))
        self.refresh()
        self.post_message(self.Moved())

    @property
    def _label(self) -> int:
        """Cells of the permissions' words: what is left beside three roles, at most all."""
        return max(24, min(LABEL, self.size.width - 3 * COLUMN))

    @property
    def _columns(self) -> int:
        """How many roles there is room for."""
        return max(1, (self.size.width - self._label) // COLUMN)

    # Painting

    def render(self) -> Content:
        """Return the part of the board that is in view."""
        shown = self.board.roles[self._left : self._left + self._columns]
        rows = LINES[self._top : self._top + max(1, self.size.height - HEAD)]
        cursor = self.get_visual_style("grid--cursor")
        parts = [self._names(shown), self._people(shown)]
        parts += [
            self._line(at, each, shown, cursor) for at, each in enumerate(rows, start=self._top)
        ]
        return Content("\n").join(parts)

    def _names(self, shown: tuple[RoleRow, ...]) -> Content:
        style = self.get_visual_style("grid--head")
        here = self.role
        before, after = self._left, len(self.board.roles) - self._left - len(shown)
        more = f"‹{before}  " if before else ""
        parts: list[Content | str] = [f"{more:>{self._label}}"]
        for each in shown:
            text = _centred(safe(each.name), COLUMN)
            parts.append(Content.styled(text, "bold $accent underline" if each is here else style))
        if after:
            parts.append(f" {after}›")
        return Content.assemble(*parts)

    def _people(self, shown: tuple[RoleRow, ...]) -> Content:
        texts = [f"{'■ ' if each.builtin else ''}{_people(each.users)}" for each in shown]
        line = " " * self._label + "".join(_centred(each, COLUMN) for each in texts)
        return Content.styled(line, "$off")

    def _line(
        self,
        at: int,
        line: Heading | Permission,
        shown: tuple[RoleRow, ...],
        cursor: Style,
    ) -> Content:
        if isinstance(line, Heading):
            return Content.styled(f" {line.subject}", "bold $accent")
        label = f"   {cut(line.description, self._label - 4)}"
        here = at == self.line
        parts: list[Content] = [
            Content.styled(f"{label:<{self._label}}", "bold" if here else "$foreground")
        ]
        for each in shown:
            state = self.board.allows(each, line.name), self.board.is_toggled(each, line.name)
            mark, style = (MARKS | CHANGING)[state]
            cell = Content.styled(_centred(mark, COLUMN), style)
            if here and each is self.role:
                cell = Content.styled(_centred(mark, COLUMN), cursor)
            parts.append(cell)
        return Content.assemble(*parts)


def _centred(text: str, width: int) -> str:
    text = cut(text, width - 2)
    return f"{text:^{width}}"


def _people(number: int) -> str:
    return "nobody" if not number else f"{number:,} {'person' if number == 1 else 'people'}"
