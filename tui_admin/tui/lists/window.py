"""One contiguous run of rows around what is seen; knows no Textual.

Rows are read by key, never by offset, so that the middle of a million costs what the top does, and
rows that come or go elsewhere shift nothing here. A run has no pages inside it, hence no borders at
which a row could be lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar

from tui_admin.domain.listings import Ask, Count, Key, Page, Seek, Sort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.outcomes import Seen
    from tui_admin.domain.query import Query

R = TypeVar("R")
STEP = 100
"""Rows read at once."""
MOST = 400
"""Rows kept: what lies further off is read again when somebody goes there."""


class Lister(Protocol):
    """The part of a list service that a window reads from."""

    async def page(self, ask: Ask) -> Page[Any]:
        """Return one page."""

    async def count(self, query: Query) -> Count:
        """Return how many match."""

    async def numbers(self, base: Query, also: Sequence[Query]) -> tuple[Count, ...]:
        """Return how many match a query and each of some others, too."""

    async def rank(self, query: Query, sort: Sort, key: Key) -> Count:
        """Return how many stand before a key."""

    async def tabs(self) -> dict[str, int]:
        """Return how many there are in each status."""

    async def preview(self, query: Query) -> Seen:
        """Return how many match, and which."""


class Run(NamedTuple, Generic[R]):
    """Rows in order with their keys; `before` and `after` say that there are others beyond.

    `offset` is how many rows stand before the first one, None where it is not known; with `about`
    at least so many.
    """

    rows: tuple[R, ...] = ()
    keys: tuple[Key, ...] = ()
    before: bool = False
    after: bool = False
    offset: int | None = None
    about: bool = False

    @property
    def ids(self) -> frozenset[int]:
        """The ids of the rows."""
        return frozenset(map(_id, self.rows))

    def id_at(self, index: int) -> int:
        """Return the id of a row."""
        return _id(self.rows[index])

    def came_since(self, old: Run[R]) -> frozenset[int]:
        """Return rows that came since an older run of the same stretch.

        What follows on its last row may have stood there before, beyond its end.
        """
        known = old.ids
        fresh = [_id(each) for each in self.rows]
        last = max((at for at, each in enumerate(fresh) if each in known), default=-1)
        within = fresh[: last + 1] if old.after else fresh
        return frozenset(within) - known

    def extended(self, page: Page[R], down: bool) -> Run[R]:
        """Return the run with a page joined at one end, and the far end let go beyond `MOST`."""
        if down:
            rows, keys = self.rows + page.rows, self.keys + page.keys
            drop = max(0, len(rows) - MOST)
            offset = None if self.offset is None else self.offset + drop
            before = self.before or drop > 0
            return Run(rows[drop:], keys[drop:], before, page.after, offset, self.about)
        rows, keys = page.rows + self.rows, page.keys + self.keys
        offset = None if self.offset is None else max(0, self.offset - len(page.rows))
        if not page.before:
            offset = 0
        after = self.after or len(rows) > MOST
        return Run(rows[:MOST], keys[:MOST], page.before, after, offset, self.about)


def _id(row: Any) -> int:
    return int(row.id)


class Window(Generic[R]):
    """Reads runs of one list in one order; a new query or order is a new window."""

    def __init__(self, lister: Lister, query: Query, sort: Sort) -> None:
        """Read from this service."""
        self.lister = lister
        self.query = query
        self.sort = sort

    async def start(self, size: int = STEP) -> Run[R]:
        """Return the first rows, at most so many."""
        page = await self._page(Seek.START, size=size)
        return Run(page.rows, page.keys, page.before, page.after, 0)

    async def end(self) -> Run[R]:
        """Return the last rows."""
        page = await self._page(Seek.END)
        if page.before:
            # What stands before is the rest: cheaper than counting it, and exact at any size.
            total = await self.lister.count(self.query)
            if total.exact:
                offset = max(0, total.number - len(page.rows))
                return Run(page.rows, page.keys, page.before, page.after, offset)
        return await self._ranked(page)

    async def at(self, key: Key) -> Run[R]:
        """Return rows around a key, most of them behind it."""
        behind = await self._page(Seek.FROM, key)
        run = Run(behind.rows, behind.keys, behind.before, behind.after)
        if behind.before:
            run = run.extended(await self._page(Seek.BEFORE, key), down=False)
        return await self._ranked(Page(run.rows, run.keys, run.before, run.after))

    async def same(self, run: Run[R]) -> Run[R]:
        """Return the same stretch as it is now.

        At the top of the list it begins at the top again, so that what is new is seen.
        """
        size = max(STEP, len(run.rows))
        if not run.before or not run.keys:
            page = await self._page(Seek.START, size=size)
            return Run(page.rows, page.keys, page.before, page.after, 0)
        page = await self._page(Seek.FROM, run.keys[0], size)
        if not page.rows:
            return await self.end()
        fresh = await self._ranked(page)
        if fresh.about and run.offset is not None:
            # What was known before is nearer than what is known at least.
            return fresh._replace(offset=max(run.offset, fresh.offset or 0))
        return fresh

    async def same_with(self, run: Run[R], at: int) -> Run[R]:
        """Return the same stretch as it is now, or where the row at an index has moved to."""
        fresh = await self.same(run)
        if at >= len(run.rows) or run.id_at(at) in fresh.ids:
            return fresh
        there = await self.at(run.keys[at])
        return there if run.id_at(at) in there.ids else fresh

    async def grow(self, run: Run[R], down: bool) -> Run[R]:
        """Return the run with more rows at one end; as it is where there are none."""
        if not run.keys or not (run.after if down else run.before):
            return run
        key = run.keys[-1] if down else run.keys[0]
        page = await self._page(Seek.AFTER if down else Seek.BEFORE, key)
        return run.extended(page, down)

    async def _page(self, seek: Seek, key: Key | None = None, size: int = STEP) -> Page[R]:
        return await self.lister.page(Ask(self.query, self.sort, seek, key, size))

    async def _ranked(self, page: Page[R]) -> Run[R]:
        if not page.before or not page.keys:
            return Run(page.rows, page.keys, page.before, page.after, 0)
        rank = await self.lister.rank(self.query, self.sort, page.keys[0])
        return Run(page.rows, page.keys, page.before, page.after, rank.number, not rank.exact)
