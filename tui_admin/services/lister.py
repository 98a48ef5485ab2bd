"""A list that is read a page at a time, for whoever asks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from sqlalchemy import BigInteger, cast, func, select

from tui_admin.domain.errors import Stale, because
from tui_admin.domain.listings import Ask, Count, Key, Page, Seek, Sort
from tui_admin.domain.outcomes import Picks, Row, Seen
from tui_admin.services.chunks import chunks
from tui_admin.services.work import Service, Work, nothing_picked, reads
from tui_admin.store.finding import Finder
from tui_admin.store.pages import COUNTED, before, counted_by_status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from tui_admin.domain.query import Query
    from tui_admin.store.pages import Column, Question, Source

R = TypeVar("R")


class Lister(Service, ABC, Generic[R]):
    """The list half of a service.

    A subclass names its source, says which rows the operator may see (`visible`), and makes the
    frozen rows of what was selected (`present`). With `kept` the store keeps count of the statuses
    of its table.
    """

    source: ClassVar[Source]
    needs: ClassVar[str | None] = None
    kept: ClassVar[bool] = False

    @abstractmethod
    def visible(self, work: Work) -> list[Column]:
        """Return the conditions of what this operator may see."""

    @abstractmethod
    async def present(self, work: Work, found: Sequence[Any]) -> tuple[R, ...]:
        """Return the rows as the front ends see them."""

    def scope(self, work: Work) -> Select[Any] | None:  # noqa: ARG002
        """Return the ids of what this operator may see, where that is not everything."""
        return None

    def question(self, work: Work, query: Query) -> Question:
        """Return which rows a query means, within what may be seen."""
        return self.source.question(query, work.now, self.visible(work), self.scope(work))

    def finder(self, work: Work, query: Query) -> Finder:
        """Return what finds the rows of a query."""
        return Finder(work.connection, work.context.store.dialect, self.question(work, query))

    @reads()
    async def page(self, work: Work, ask: Ask) -> Page[R]:
        """Return one page."""
        self._check(work)
        found = list(await self.finder(work, ask.query).page(ask))
        backwards, more = ask.seek in (Seek.END, Seek.BEFORE), len(found) > ask.size
        found = found[: ask.size]
        if backwards:
            found.reverse()
        keys = tuple((row._key, row.id) for row in found)
        at_start = ask.seek is Seek.START or ask.key is None
        return Page(
            await self.present(work, found),
            keys,
            before=more if backwards else not at_start,
            after=ask.seek is Seek.BEFORE if backwards else more,
        )

    @reads()
    async def count(self, work: Work, query: Query) -> Count:
        """Return how many rows match; a narrowed list is counted to 10,000 only."""
        self._check(work)
        if not (query.words or query.terms):
            return Count((await self.counts(work))[""])
        return _count(await self.finder(work, query).count(COUNTED))

    @reads()
    async def numbers(self, work: Work, base: Query, also: Sequence[Query]) -> tuple[Count, ...]:
        """Return how many rows match a query and each of some others, too, as `count` does."""
        self._check(work)
        tests = [self.source.question(each, work.now, (), None).tests for each in also]
        found = await self.finder(work, base).counts(tests)
        if found is None:
            each_alone = [self.finder(work, base.also(each)) for each in also]
            found = [await each.count(COUNTED) for each in each_alone]
        return tuple(map(_count, found))

    @reads()
    async def rank(self, work: Work, query: Query, sort: Sort, key: Key) -> Count:
        """Return how many rows stand before a key."""
        self._check(work)
        earlier = before(self.source, sort, key)
        return _count(await self.finder(work, query).count(COUNTED, earlier))

    @reads()
    async def tabs(self, work: Work) -> dict[str, int]:
        """Return how many rows there are in each status as of now; "" counts all."""
        self._check(work)
        return await self.counts(work)

    async def counts(self, work: Work) -> dict[str, int]:
        """Return the counts of `tabs` within a transaction that is already open."""
        counts = await self.corrected(work, await self._by_status(work))
        return {"": sum(counts.values()), **counts}

    async def _by_status(self, work: Work) -> dict[str, int]:
        table = self.source.id.table
        if self.kept and self.scope(work) is None:
            return await work.context.store.dialect.statuses(work.connection, table)
        # Without the joins: what is visible is said by the list's own columns.
        return await counted_by_status(work.connection, table, *self.visible(work))

    async def corrected(self, _work: Work, counts: dict[str, int]) -> dict[str, int]:
        """Return the counts with what only the clock knows, such as expiry, worked in."""
        return counts

    @reads()
    async def preview(self, work: Work, query: Query) -> Seen:
        """Return how many rows match and which, for an act on all of them."""
        self._check(work)
        return await self._seen(work, query)

    @reads()
    async def pin(self, work: Work, picks: Picks) -> Picks:
        """Return the same records by name, in the state they are in now.

        Raises `Stale` where a query matches others than the preview showed.
        """
        self._check(work)
        if picks.where is None:
            return picks
        if picks.seen is not None and await self._seen(work, picks.where) != picks.seen:
            raise Stale("picks_changed")
        columns = self.source.id.label("id"), self.source.version.label("version")
        every = self.source.rows.with_only_columns(*columns)
        found = await self.finder(work, picks.where).every(every)
        return Picks.rows((row.id, row.version) for row in await work.rows(found.order_by("id")))

    async def _seen(self, work: Work, query: Query) -> Seen:
        inner = self.source.rows.with_only_columns(
            self.source.id.label("id"), self.source.version.label("version")
        )
        rows = (await self.finder(work, query).every(inner)).order_by(None).subquery()
        # Squared, or the rows 1 and 4 would be the same as 2 and 3; below what 64 bits can add up.
        mixed = (rows.c.id * 1_000_003 + cast(rows.c.version, BigInteger) * 7_919) % 2_147_483_647
        total = func.coalesce(func.sum(mixed * mixed % 2_147_483_629), 0)
        found = (await work.rows(select(func.count(), total).select_from(rows)))[0]
        return Seen(int(found[0]), int(found[1]))

    async def picked(self, work: Work, picks: Picks) -> Sequence[Any]:
        """Return the picked rows as they are now, within what may be seen.

        Raises `Refused` for no pick, `Stale` where a query matches others than the preview showed.
        """
        if picks.where is not None:
            if picks.seen is not None and await self._seen(work, picks.where) != picks.seen:
                raise Stale("picks_changed")
            every = await self.finder(work, picks.where).every(self.source.rows)
            return await work.rows(every)
        if not picks.named:
            raise nothing_picked()
        seen = self.source.rows.where(*self.visible(work))
        found: list[Any] = []
        for some in chunks([pick.id for pick in picks.named]):
            found += await work.rows(seen.where(self.source.id.in_(some)))
        return found

    async def sift(self, work: Work, picks: Picks) -> tuple[list[Any], list[Row]]:
        """Return the picked rows that are still what was seen, and why the others are not."""
        from tui_admin.services.changed import who_changed

        rows = {row.id: row for row in await self.picked(work, picks)}
        seen = {pick.id: pick.version for pick in picks.named}
        missing = [Row(each, f"#{each}", because("not_there")) for each in seen if each not in rows]
        moved = [
            row
            for row in rows.values()
            if seen.get(row.id) is not None and seen[row.id] != row.version
        ]
        kind = self.source.listing.one
        changed = [
            Row(row.id, self.label(row), await who_changed(work, kind, row.id)) for row in moved
        ]
        stale = {row.id for row in moved}
        return [row for row in rows.values() if row.id not in stale], missing + changed

    def label(self, row: Any) -> str:
        """Return what people call the row."""
        return str(row.email)

    def _check(self, work: Work) -> None:
        if self.needs is not None:
            work.require(self.needs)


def _count(number: int) -> Count:
    return Count(COUNTED, exact=False) if number > COUNTED else Count(number)
