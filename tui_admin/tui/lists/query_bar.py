"""The query bar: what a list is narrowed to, as it is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.highlighter import Highlighter
from textual.message import Message
from textual.suggester import Suggester

from tui_admin.domain.query import LONGEST, Fault, Query, complete, parse
from tui_admin.tui.commands import Commands, command
from tui_admin.tui.typing_line import TypingLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from tui_admin.domain.listings import Listing


class _Underlined(Highlighter):
    """Underlines what was not understood."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing

    def highlight(self, text: Text) -> None:
        for fault in parse(text.plain, self._listing).faults:
            text.stylize("underline", fault.start, fault.end)


class _Completion(Suggester):
    """Suggests how the last word goes on."""

    def __init__(self, bar: QueryBar) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._bar = bar

    async def get_suggestion(self, value: str) -> str | None:
        found = complete(value, self._bar.listing, self._bar.values)
        return found if found and found.startswith(value) else None


class QueryBar(Commands, TypingLine):
    """An input that says what was understood of it."""

    SECTION = "filter"

    class QueryChanged(Message):
        """The query reads differently."""

        def __init__(self, query: Query, faults: tuple[Fault, ...]) -> None:
            """Carry what was understood, and what was not."""
            super().__init__()
            self.query = query
            self.faults = faults

    class Left(Message):
        """The operator goes back to the rows."""

    def __init__(self, listing: Listing) -> None:
        """Read queries for this listing."""
        self.listing = listing
        self.values: dict[str, Sequence[str]] = {}
        words = " ".join(f"{each.word}:" for each in listing.fields if each.word)
        super().__init__(
            placeholder=f"type a name or address, or {words}".replace("age:", "age<7d"),
            highlighter=_Underlined(listing),
            suggester=_Completion(self),
            max_length=LONGEST,
        )
        self.understood = Query()

    def watch_value(self, value: str) -> None:
        """Say what the text means now, if that is something else."""
        parsed = parse(value, self.listing)
        self.understood = parsed.query
        self.post_message(self.QueryChanged(parsed.query, parsed.faults))

    @command("tab", "Complete", "Complete or mend the last word.", repeats=True, priority=1)
    def complete_word(self) -> None:
        """Mend the first fault, complete the last word, or leave to the rows."""
        faults = [each for each in parse(self.value, self.listing).faults if each.mend]
        mended = complete(self.value, self.listing, self.values)
        if faults:
            at = faults[0]
            mended = self.value[: at.start] + at.mend + self.value[at.end :]
        if mended is None:
            self.post_message(self.Left())
        else:
            self.value = mended
            self.cursor_position = len(mended)

    @command("enter,down", "To the rows", "Keep the filter.", priority=2)
    def leave(self) -> None:
        """Go back to the rows and keep the filter."""
        self.post_message(self.Left())

    @command("escape", "Clear", "Clear the filter and go back to the rows.", priority=3)
    def clear_filter(self) -> None:
        """Clear the filter and go back to the rows."""
        self.value = ""
        self.post_message(self.Left())
