"""The pane with everything about one record; follows the cursor a moment later."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui_admin.domain.errors import AdminError
from tui_admin.i18n import say
from tui_admin.tui.details.sections import Block, Section
from tui_admin.tui.working import background

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.timer import Timer

    from tui_admin.services.facade import Desk
    from tui_admin.tui.app import Dashboard

Shown = Content | tuple[Block, ...]
PAUSE = 0.12
"""Seconds the cursor rests on a row before its details are read."""


class DetailsPane(VerticalScroll):
    """Shows what a function makes of the current row; `shown` says whether the screen has it up."""

    shown = False
    _timer: Timer | None = None
    _row: Any = None

    @property
    def waits(self) -> bool:
        """Whether the cursor has to rest a little longer before anything is read."""
        return self._timer is not None

    def compose(self) -> ComposeResult:
        """Lay out the text."""
        yield Static("", id="details", markup=False)

    def follow(
        self,
        row: Any,
        make: Callable[[Desk, Any], Awaitable[Shown]],
        *,
        at_once: bool = False,
        glimpse: Content | None = None,
    ) -> None:
        """Show a row, once the cursor rests on it; until then the `glimpse` of it, if any."""
        if self._timer:
            self._timer.stop()
            self._timer = None
        if row is None:
            self._row = None
            self.fill(Content(""))
            return
        if self._row is None or self._row.id != row.id:
            self.scroll_home(animate=False)
            if glimpse is not None:
                self.fill(glimpse)
        self._row = row

        def read() -> None:
            self._timer = None
            background(self, self._read, row, make, group="details")

        self._timer = None if at_once else self.set_timer(PAUSE, read)
        if at_once:
            read()

    async def _read(self, row: Any, make: Callable[[Desk, Any], Awaitable[Shown]]) -> None:
        desk = cast("Dashboard", self.app).desk
        if desk is None:
            return
        try:
            text: Shown = await make(desk, row)
        except AdminError as error:
            text = Content.styled(say(error.reason), "$bad")
        if row is self._row:
            self.fill(text)

    def fill(self, shown: Shown) -> None:
        """Show a text, or sections, for which the widgets are there already as far as it goes."""
        blocks = shown if isinstance(shown, tuple) else ()
        text = self.query_one("#details", Static)
        text.display = not blocks
        text.update(shown if isinstance(shown, Content) else "")
        sections = list(self.query(Section))
        if len(blocks) > len(sections):
            fresh = [Section() for _ in range(len(blocks) - len(sections))]
            self.mount(*fresh)
            sections += fresh
        for at, each in enumerate(sections):
            each.show(blocks[at] if at < len(blocks) else None)
