"""What every dialog shares: an opaque page, one line for what went wrong, one for the keys.

Opaque, because a see-through modal paints the whole screen below once more in other colours: over
a slow line that is 82 kB instead of 40.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_admin.domain.text import safe
from tui_admin.i18n import say

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.errors import Reason

T = TypeVar("T")
MUTED = "$off"
"""The style of what only explains."""
Hint = tuple[str, str]
"""A key as it is printed on the keyboard, and what it does in a word or two."""


def hints(pairs: tuple[Hint, ...]) -> Content:
    """Return one line of keys, the way the footer writes them."""
    parts: list[Content | tuple[str, str]] = []
    for key, label in pairs:
        parts += [(key, "bold $accent"), (f" {label}   ", MUTED)]
    return Content.assemble(*parts)


class Hints(Static):
    """The line of keys at the foot of a dialog."""

    def __init__(self, pairs: tuple[Hint, ...] = ()) -> None:
        """Show these keys."""
        super().__init__(hints(pairs), classes="hints")
        self._pairs = pairs

    def show(self, pairs: tuple[Hint, ...]) -> None:
        """Show other keys; nothing is painted where they are the same."""
        if pairs != self._pairs:
            self._pairs = pairs
            self.update(hints(pairs), layout=False)


class Notice(Static):
    """One line that says what is wrong or going on; empty while there is nothing to say."""

    GLYPHS: ClassVar[dict[str, str]] = {"error": "✗ ", "warning": "! ", "info": ""}

    def __init__(self) -> None:
        """Begin with nothing to say."""
        super().__init__("", markup=False, classes="notice")
        self.text, self.kind = "", "info"

    def tell(self, what: Reason | str, kind: str = "error") -> None:
        """Say it; `kind` is `error`, `warning` or `info`, told apart by a glyph and a colour."""
        text = safe(what if isinstance(what, str) else say(what))
        if (text, kind) == (self.text, self.kind):
            return
        self.text, self.kind = text, kind
        for each in self.GLYPHS:
            self.set_class(each == kind and bool(self.text), f"-{each}")
        shown = Content(self.GLYPHS[kind] + self.text if self.text else "")
        height = self.styles.height
        self.update(shown, layout=height is None or height.is_auto)

    def clear(self) -> None:
        """Fall silent."""
        self.tell("", "info")


class Dialog(ModalScreen[T]):
    """A modal page with a heading, a body, a notice and a line of keys.

    `heading` names it, `keys` are its hints; `fill` makes the body. `escape` closes it with
    None unless a dialog says otherwise.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Close", show=False, id="dialog.leave"),
    ]
    heading = ""
    keys: tuple[Hint, ...] = (("esc", "Close"),)

    def compose(self) -> ComposeResult:
        """Lay the panel out: heading, body, notice, keys."""
        from textual.containers import Vertical

        with Vertical(classes="panel") as panel:
            panel.border_title = Content(safe(self.heading))
            yield from self.fill()
            yield Notice()
            yield Hints(self.keys)

    def fill(self) -> ComposeResult:
        """Yield the body."""
        yield from ()

    @property
    def notice(self) -> Notice:
        """The line that says what is wrong."""
        return self.query_one(Notice)

    def action_leave(self) -> None:
        """Close without a decision."""
        self.dismiss(None)
