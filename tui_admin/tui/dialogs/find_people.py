"""Finding people who have an account: by typing a part of a name, or by pasting many addresses."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import events, on, work
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tui_admin.domain.errors import AdminError, because
from tui_admin.domain.listings import Ask
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.paste import read_paste
from tui_admin.domain.query import Query
from tui_admin.domain.text import fold, safe
from tui_admin.tui.dialogs.base import MUTED, Dialog
from tui_admin.tui.sheets import sheet
from tui_admin.tui.typing_line import TypingLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tui_admin.domain.lists.users import UserRow
    from tui_admin.services.facade import Desk

SETTLES = 0.12
"""Seconds without a change before the store is asked."""
SHOWN = 12
LONGEST = 20_000
"""Characters: some five hundred addresses."""


class _Field(TypingLine):
    """A line into which a column of addresses can be pasted: its line ends become spaces."""

    class TooLong(Message):
        """A paste has no room, and nothing of it was taken."""

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        pasted = " ".join(event.text.split())
        if len(self.value) + len(pasted) > LONGEST:
            self.post_message(self.TooLong())
        else:
            self.insert_text_at_cursor(pasted)


class FindPeople(Dialog[Picks]):
    """Find somebody, or many at once; gives the picks, or None for nobody."""

    CSS_PATH = sheet("dialogs")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,ctrl+n", "step(1)", show=False),
        Binding("up,ctrl+p", "step(-1)", show=False),
        Binding("ctrl+s,f10", "take", show=False),
    ]

    def __init__(self, desk: Desk, heading: str, yes: str) -> None:
        """Look for people as this operator; `yes` is what Enter does with them."""
        super().__init__(id="find-people")
        self.heading, self._desk = heading, desk
        self.keys = (("enter", yes), ("↑↓", "Move"), ("esc", "Cancel"))
        self._found: tuple[UserRow, ...] = ()
        self._many = False
        self._asked = ""

    def fill(self) -> ComposeResult:
        """Yield the field, who matches, and who of many is not there."""
        yield _Field(
            "", placeholder="a name or address; or paste many", max_length=LONGEST, id="who"
        )
        yield OptionList(id="rows")
        yield Static("", id="missing", markup=False)

    def on_mount(self) -> None:
        """Type at once."""
        self.query_one("#rows", OptionList).can_focus = False
        self.query_one("#who").focus()

    @on(Input.Changed, "#who")
    def _changed(self, event: Input.Changed) -> None:
        self._look(event.value)

    @on(_Field.TooLong)
    def _refuse(self) -> None:
        self.notice.tell(because("find_too_long", limit=f"{LONGEST:,}"))

    @work(group="find", exclusive=True)
    async def _look(self, text: str) -> None:
        await asyncio.sleep(SETTLES)
        addresses = list(dict.fromkeys(each.email for each in read_paste(text).entries if each.key))
        try:
            if len(addresses) > 1:
                found = await self._desk.users.named(tuple(addresses))
                missing = [who for who, row in zip(addresses, found, strict=True) if row is None]
                self._show(text, tuple(row for row in found if row), missing, many=True)
            else:
                words = tuple(fold(each) for each in text.split())
                query = Query(words=words) if words else Query()
                page = await self._desk.users.page(Ask(query, USERS.sort, size=SHOWN))
                self._show(text, page.rows if words else (), [], many=False)
        except AdminError as error:
            self.notice.tell(error.reason)

    def _show(
        self, text: str, found: tuple[UserRow, ...], missing: list[str], *, many: bool
    ) -> None:
        self._found, self._many, self._asked = found, many, text
        rows = self.query_one("#rows", OptionList)
        rows.clear_options()
        rows.add_options([Option(_person(each)) for each in found[:SHOWN]])
        rows.highlighted = 0 if found and not many else None
        said: list[str | tuple[str, str]] = []
        if many:
            said.append((f"{len(found):,} have an account", "bold"))
            if missing:
                said.append((f" · {len(missing):,} have none: ", "bold $waiting"))
                said.append((safe(", ".join(missing[:6]), 300), "$waiting"))
                said.append((" …" if len(missing) > 6 else "", "$waiting"))
        self.query_one("#missing", Static).update(Content.assemble(*said))
        if found or not text.strip():
            self.notice.clear()
        else:
            self.notice.tell(because("nobody_found"), "warning")

    def action_step(self, by: int) -> None:
        """Move over those found."""
        rows = self.query_one("#rows", OptionList)
        if rows.highlighted is not None:
            rows.highlighted = max(0, min(rows.highlighted + by, rows.option_count - 1))

    @on(Input.Submitted, "#who")
    def action_take(self) -> None:
        """Take whom the cursor is on, or all of many; never before the answer is there."""
        text = self.query_one("#who", TypingLine).value
        if text != self._asked or not text.strip():
            self.notice.tell(because("still_at_it" if text.strip() else "nobody_named"), "info")
            return
        at = self.query_one("#rows", OptionList).highlighted
        chosen = self._found if self._many or at is None else (self._found[at],)
        if chosen:
            self.dismiss(Picks.rows((each.id, each.version) for each in chosen))

    @on(OptionList.OptionSelected, "#rows")
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        if not self._many:
            row = self._found[event.option_index]
            self.dismiss(Picks.rows([(row.id, row.version)]))


def _person(row: UserRow) -> Content:
    name = f"  {safe(row.display_name, 40)}" if row.display_name else ""
    return Content.assemble(safe(row.email, 60), (f"{name}  {row.status}", MUTED))
