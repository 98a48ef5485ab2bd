"""How many rows each tab of a list has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.listings import Count

if TYPE_CHECKING:
    from tui_admin.domain.query import Query
    from tui_admin.services.facade import Desk
    from tui_admin.tui.lists.spec import ListSpec, Tab
    from tui_admin.tui.lists.window import Lister


async def tab_counts(desk: Desk, spec: ListSpec, base: Query) -> tuple[Count | None, ...]:
    """Count for every tab: with the query where there is one, else from the kept numbers."""
    lister = spec.lister(desk)
    narrowed = bool(base.words or base.terms)
    kept = {} if narrowed else await lister.tabs()
    counts: list[Count | None] = []
    for each in spec.tabs:
        if each.place:
            counts.append(await _elsewhere(desk, spec))
        elif narrowed:
            counts.append(await _matching(lister, base, each))
        else:
            counts.append(Count(kept.get(each.status, 0)))
    return tuple(counts)


async def _matching(lister: Lister, base: Query, tab: Tab) -> Count:
    return await lister.count(base.also(tab.query))


async def _elsewhere(desk: Desk, spec: ListSpec) -> Count | None:
    if spec.elsewhere is None:
        return None
    return Count((await spec.elsewhere(desk).tabs()).get("", 0))
