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

MOVING = (
    ("↑ ↓  j k", "one row"),
    ("PgUp PgDn  ctrl+u ctrl+d", "one page, half a page"),
    ("Home End  g G", "first, last row"),
    ("space", "mark the row, and go to the next"),
)
FILTERS = (
    ("anna acme", "rows that contain both, accents and case aside"),
    ("status:invited", "a field and its value; tab completes"),
    ('org:"Acme Nederland BV"', "quotes keep words together"),
    ("age<7d  age>2w", "younger, older: in m h d w y"),
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
        yield Static(Content.assemble((" Keys", "bold"), ("  esc closes", "$text-muted")), id="top")
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
                (each.command.label, f"tui-admin {each.command.cli}")
                for each in mine
                if each.command.cli
            )
            if lines:
                yield Static(_section("On the command line", lines))


def _keys(found: list[Offer]) -> tuple[tuple[str, str], ...]:
    rows = []
    for each in found:
        one = each.command
        keys = ",".join(filter(None, (one.keys, one.always)))
        text = f"{one.label}. {one.help}" + (f"  ({say(each.refusal)})" if each.refusal else "")
        if keys:
            rows.append((" ".join(map(key_name, keys.split(","))), text))
    return tuple(rows)


def _section(title: str, rows: tuple[tuple[str, str], ...]) -> Content:
    parts: list[Content | str | tuple[str, str]] = [(f"{title}\n", "bold $accent")]
    for left, right in rows:
        parts += [(f"  {left:<26}", "bold"), (f"{right}\n", "$text-muted")]
    return Content.assemble(*parts)
