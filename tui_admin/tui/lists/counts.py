"""How many rows each tab of a list has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.listings import Count

if TYPE_CHECKING:
    from tui_admin.domain.query import Query
    from tui_admin.services.facade import Desk
    from tui_admin.tui.lists.spec import ListSpec
    from tui_admin.tui.lists.window import Lister


class TabCounts:
    """Counts for every tab; what was counted once holds until something changes."""

    def __init__(self, spec: ListSpec) -> None:
        """Count for this list."""
        self._spec = spec
        self._changes = 0
        self.forget()

    def forget(self) -> None:
        """Count anew the next time."""
        self._changes += 1
        self._base: Query | None = None
        self._here: tuple[Count, ...] = ()
        self._elsewhere: Count | None = None

    async def within(self, desk: Desk, base: Query) -> tuple[Count | None, ...]:
        """Return the numbers within what a query finds; raises what reading raises."""
        changes, here, elsewhere = self._changes, self._here, self._elsewhere
        if base != self._base:
            here = await self._counted(self._spec.lister(desk), base)
        if elsewhere is None and self._spec.elsewhere is not None:
            elsewhere = Count((await self._spec.elsewhere(desk).tabs()).get("", 0))
        if changes == self._changes:
            self._base, self._here, self._elsewhere = base, here, elsewhere
        left = iter(here)
        return tuple(elsewhere if tab.place else next(left) for tab in self._spec.tabs)

    async def _counted(self, lister: Lister, base: Query) -> tuple[Count, ...]:
        tabs = [tab for tab in self._spec.tabs if not tab.place]
        if base.words or base.terms:
            return await lister.numbers(base, [tab.query for tab in tabs])
        kept = await lister.tabs()
        return tuple(Count(kept.get(tab.status, 0)) for tab in tabs)
