"""The feed that says when to look again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_admin.store.store import Store


class Feed:
    """Says that something changed, without saying what: whoever shows a list reads it again."""

    def __init__(self, store: Store) -> None:
        """Watch a store."""
        self._store = store

    async def number(self) -> int:
        """Return a number that differs once anybody changed anything."""
        return await self._store.change_number()
