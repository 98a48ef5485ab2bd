"""The help of a screen: every key that does something there, and the command line for the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui_admin.i18n import say
from tui_admin.tui.commands import Offer, offers
from tui_admin.tui.frame import key_name
from tui_admin.tui.sheets import sheet

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.screen import Screen

Row = tuple[str, str, str]
MOVING: tuple[Row, ...] = (
    ("↑ ↓  j k", "", "one row"),
    ("PgUp PgDn", "", "one page; ctrl+u ctrl+d: half a page"),
    ("Home End  g G", "", "the first row, the last row"),
    ("space", "", "mark the row, and go to the next"),
)
FILTERS: tuple[Row, ...] = (
    ("anna acme", "", "rows that contain both, accents and case aside"),
    ("status:invited", "", "a field and its value; tab completes"),
    ('org:"Acme BV"', "", "quotes keep words together"),
    ("age<7d  age>2w", "", "younger, older; units are m h d w y"),
)


class HelpScreen(ModalScreen[None]):
    """Keys, words of the filter, command lines: of the screen below, as they are now."""

    CSS_PATH = sheet("help")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,enter", "dismiss", "Close"),
    ]

    def __init__(self, below: Screen[Any]) -> None:
        """Explain the screen below."""
        super().__init__()
        self._below = below

    def compose(self) -> ComposeResult:
        """Lay out the sections."""
        yield Static(Content.assemble((" Keys", "bold"), ("  esc closes", "$off")), id="top")
        with VerticalScroll(id="page"):
            app: object = self.app
            everything = list(offers(self._below, typed=False))
            mine = [each for each in everything if each.node is not app]
            yield Static(_section(getattr(self._below, "heading", "Here"), _keys(mine)))
            if self._below.query("RecordTable"):
                yield Static(_section("Moving and marking", MOVING))
                yield Static(_section("Filter  /", FILTERS))
            rest = [each for each in everything if each.node is app]
            yield Static(_section("Everywhere", _keys(rest)))
            lines = tuple(
                (each.command.label, "", f"tui-admin {each.command.cli}")
                for each in mine
                if each.command.cli
            )
            if lines:
                yield Static(_section("On the command line", lines))


def _keys(found: list[Offer]) -> tuple[Row, ...]:
    """Return a row a command with a key, in the order of the footer, then the rest."""
    rows = []
    for each in sorted(found, key=lambda offer: offer.command.priority or 100):
        one = each.command
        keys = filter(None, f"{one.keys},{one.always}".split(","))
        shown = " ".join(key_name(key) for key in keys if not key.startswith("shift+"))
        if shown:
            rows.append((shown, one.label, say(each.refusal) if each.refusal else one.help))
    return tuple(rows)


def _section(title: str, rows: tuple[Row, ...]) -> Content:
    parts: list[Content | str | tuple[str, str]] = [(f"{title}\n", "bold $accent")]
    for left, middle, right in rows:
        parts += [
            (f"{left:<15} ", "bold"),
            f"{middle:<14} " if middle else "",
            (f"{right}\n", "$off"),
        ]
    return Content.assemble(*parts)
