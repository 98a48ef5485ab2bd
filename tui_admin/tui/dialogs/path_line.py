"""A field for the path of a file, which tab completes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.suggester import Suggester

from tui_admin.tui.typing_line import TypingLine


class Paths(Suggester):
    """Completes the path of a file."""

    def __init__(self) -> None:
        """Look every time: files come and go."""
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """Return the path of which this is the beginning, a folder with its slash."""
        return await asyncio.to_thread(completed, value) if value else None


def completed(typed: str) -> str | None:
    """Return the first path, by name, that begins as typed; None where there is none."""
    folder, slash, start = typed.rpartition("/")
    place = Path(folder + slash).expanduser() if slash else Path()
    try:
        names = sorted(
            each.name + ("/" if each.is_dir() else "")
            for each in place.iterdir()
            if each.name.startswith(start) and (start or not each.name.startswith("."))
        )
    except OSError:
        return None
    name = next(iter(names), "")
    return f"{folder}{slash}{name}" if name and name.isprintable() else None


class PathLine(TypingLine):
    """A line for a path."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False, priority=True),
    ]

    def __init__(self, value: str = "", **options: Any) -> None:
        """Begin with this path."""
        super().__init__(value, placeholder="path of the file", suggester=Paths(), **options)

    def action_complete(self) -> None:
        """Take the path that is suggested."""
        self.action_end()
        self.action_cursor_right()
