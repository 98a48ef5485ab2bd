"""Every kind of widget, filled with text that wants to be more than text.

python -m tests.support.hostile_app INCIDENTS [unguarded]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from tui_admin.tui.terminal.process import prepare_process

prepare_process()

from rich.segment import Segment  # noqa: E402
from rich.style import Style  # noqa: E402
from rich.text import Text  # noqa: E402
from textual.app import App  # noqa: E402
from textual.binding import Binding, BindingType  # noqa: E402
from textual.containers import Grid  # noqa: E402
from textual.content import Content  # noqa: E402
from textual.strip import Strip  # noqa: E402
from textual.widget import Widget  # noqa: E402
from textual.widgets import (  # noqa: E402
    Button,
    Checkbox,
    DataTable,
    Footer,
    Header,
    Input,
    Label,
    OptionList,
    RichLog,
    Select,
    Static,
    TabbedContent,
    TextArea,
    Tree,
)
from textual.widgets.option_list import Option  # noqa: E402

from tui_admin.tui.terminal.app import SturdyApp, run  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.filter import LineFilter

ATTACK = (
    "\x1b[5m\x1b]52;c;QUJD\x07\x9b7m\x9d52;c;QUJD\x9c\x1bc\x7f\u202eevil\u2066\u200b\u200f\ufeff"
    "\u00ad\U000e0041\u2028[/foo][@click=app.quit]x[/][link=\x1bc]y"
)
"""ESC, OSC 52 and CSI (also as C1), reset, DEL, bidi, zero-width, tags, separators, markup."""


class Painted(Widget):
    """A widget that paints its own lines, as our tables do; one segment has no style."""

    def render_line(self, y: int) -> Strip:
        link = Style(link="https://a.example/\x1b\\\x1bc")
        return (
            Strip([Segment(f"Painted{ATTACK}"), Segment("linked", link)]) if y == 0 else Strip([])
        )


class Hostile(SturdyApp):
    """All of them on one screen."""

    CSS = """
    Grid { grid-size: 3; grid-rows: 5; }
    Grid > * { height: 5; max-height: 5; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", f"Quit{ATTACK}"),
        Binding("n", "toast", "Toast"),
    ]

    def compose(self) -> ComposeResult:
        yield Header()
        with Grid():
            yield from self.widgets()
        yield Footer()

    def widgets(self) -> ComposeResult:
        framed = Static("framed")
        framed.styles.border = ("round", "white")
        framed.border_title = Content(f"Title{ATTACK}")
        framed.border_subtitle = Content(f"Subtitle{ATTACK}")
        tipped = Static("hover here", id="tipped")
        tipped.tooltip = Content(f"Tooltip{ATTACK}")
        tree: Tree[None] = Tree(Text(f"Tree{ATTACK}"))
        yield framed
        yield tipped
        yield tree
        yield Static(f"Static{ATTACK}", markup=False)
        yield Label(f"Label{ATTACK}", markup=False)
        yield Button(Content(f"Button{ATTACK}"))
        yield Checkbox(Content(f"Checkbox{ATTACK}"))
        yield OptionList(Option(Content(f"OptionList{ATTACK}")))
        yield Input(f"Input{ATTACK}")
        yield Input(placeholder=f"Placeholder{ATTACK}")
        yield TextArea(f"TextArea{ATTACK}\r\nsecond")
        yield DataTable()
        yield Select([(Content(f"Select{ATTACK}"), 1)], value=1)
        yield Painted()
        yield RichLog()
        with TabbedContent(Content(f"Tab{ATTACK}")):
            yield Static("pane")

    def on_mount(self) -> None:
        self.title = f"Header{ATTACK}"
        table = self.query_one(DataTable)
        table.add_column(Text(f"Column{ATTACK}"))
        table.add_row(Text(f"DataTable{ATTACK}"))
        self.query_one(RichLog).write(Text(f"RichLog{ATTACK}"))
        table.focus()

    def action_toast(self) -> None:
        self.notify(f"Notify{ATTACK}", title=f"Notified{ATTACK}", timeout=600)


class Unguarded(Hostile):
    """The same without the guard, to show that the attack is one."""

    def get_line_filters(self) -> Sequence[LineFilter]:
        return App.get_line_filters(self)


if __name__ == "__main__":
    kind = Unguarded if "unguarded" in sys.argv else Hostile
    sys.exit(run(kind(incidents=Path(sys.argv[1]))))
