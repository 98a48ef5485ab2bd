"""Finding the rows that a question means, in about the same time whether they are many or few.

Where many fulfil it, walking the list in its order soon fills a page. Where few do, that walk would
go through the whole list; then the rarest thing asked for leads, by its index, and what it finds is
put in order. Which of the two it is shows after a glance at the first rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Column, and_, func, select, true

from tui_admin.store.pages import counted, plan_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Select

    from tui_admin.domain.listings import Ask
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.dialect import Dialect
    from tui_admin.store.pages import Column as Condition
    from tui_admin.store.pages import PagePlan, Question

GLANCE = 400
"""Rows of a list that are looked at first."""
WALK = 16_000
"""Rows that a walk asks before an index is the better way; it takes some hundredths of a second."""
FEW = 10_000
"""Rows that are put in order for a page without anybody waiting."""
MANY = 100_000
"""Rows that are put in order where nothing better is left."""


class Found(NamedTuple):
    """Where a row stands: its key in the order, and its id."""

    key: Any
    id: int


class Finder:
    """Answers one question about a source's rows, within a transaction."""

    def __init__(self, connection: AsyncConnection, dialect: Dialect, question: Question) -> None:
        """Take the question."""
        self.connection, self.dialect, self.question = connection, dialect, question
        self.source = question.source

    async def page(self, ask: Ask) -> Sequence[Any]:
        """Return the rows of a page as the statement orders them, and one more where there is."""
        plan = plan_page(self.question, ask)
        if not self.question.narrowed:
            return await self._rows(self.dialect.page(plan))
        found = await self._walked(plan)
        if found is None and (leader := await self._leader()) is not None:
            found = await self._led(plan, leader)
        if found is None:
            return await self._rows(self.dialect.page(plan))
        return await self._fetched(plan, found)

    async def count(self, limit: int | None, *more: Condition) -> int:
        """Count the rows, and stop one past the limit."""
        rows = await self.every(self.source.rows.with_only_columns(self.source.id))
        return int(await self.connection.scalar(counted(rows.where(*more), limit)) or 0)

    async def every(self, rows: Select[Any]) -> Select[Any]:
        """Return the statement narrowed to all rows that are meant, without an order."""
        leader = await self._leader()
        led = [self.source.id.in_(leader)] if leader is not None else []
        return rows.where(*led, *self.question.tests)

    async def counts(self, tests: Sequence[Sequence[Condition]]) -> list[int] | None:
        """Count the rows that fulfil each of some tests, at once; None where they may be many."""
        few = await self._rarest(FEW)
        if few is None:
            return None
        flags = [and_(true(), *each).label(f"_{at}") for at, each in enumerate(tests)]
        rows = self.source.rows.with_only_columns(self.source.id, *flags)
        inner = rows.where(self.source.id.in_(few), *self.question.tests).subquery()
        numbers: list[Any] = [func.count().filter(inner.c[each.name]) for each in flags]
        return list((await self._rows(select(*numbers)))[0])

    # Walking

    async def _walked(self, plan: PagePlan) -> list[Found] | None:
        """Return a page found by walking the order; None where that would take long."""
        seen = await self._steps(plan, GLANCE)
        fits = [Found(row._key, row.id) for row in seen if row._fits]
        if len(fits) >= plan.limit or len(seen) < GLANCE:
            return fits[: plan.limit]
        # So many more rows, if they go on as they began, and half of that to spare.
        wanted = plan.limit * GLANCE * 3 // (2 * len(fits)) if fits else WALK + 1
        if wanted > WALK:
            return None
        steps = self._flagged(plan, wanted).subquery()
        rows = await self._rows(select(steps.c._key, steps.c.id).where(steps.c._fits))
        fits = sorted(map(Found._make, rows), reverse=not plan.ascending)
        return fits[: plan.limit] if len(fits) >= plan.limit else None

    async def _steps(self, plan: PagePlan, number: int) -> Sequence[Any]:
        return await self._rows(self._flagged(plan, number))

    def _flagged(self, plan: PagePlan, number: int) -> Select[Any]:
        """Return the statement for so many rows of the list, each with whether it fits."""
        along = [each.test for each in self.question.clauses if each.walked_along(plan.order)]
        columns: list[Condition] = [
            self.source.id.label("id"),
            plan.order.label("_key"),
            and_(*self.question.tests).label("_fits"),
        ]
        rows = self.source.rows.with_only_columns(*columns).where(*along)
        return self.dialect.page(plan._replace(rows=rows, ask=plan.ask._replace(size=number - 1)))

    # Being led

    async def _leader(self) -> Select[Any] | None:
        """Return the ids of what is rarest among what is asked for; None where all is common."""
        few = await self._rarest(FEW)
        return few if few is not None else await self._rarest(MANY)

    async def _rarest(self, most: int) -> Select[Any] | None:
        best: Select[Any] | None = None
        for among in self._leaders():
            number = await self.connection.scalar(counted(among, most))
            if number <= most:
                best, most = among, number
        return best

    def _leaders(self) -> list[Select[Any]]:
        words, search = self.question.words, self.source.search
        named = [each.among for each in self.question.clauses if each.among is not None]
        if words and isinstance(search, Column) and search.table is self.source.id.table:
            return [self.dialect.having(search, words), *named]
        return named

    async def _led(self, plan: PagePlan, leader: Select[Any]) -> list[Found]:
        """Return a page of what a leader finds."""
        rows = self.source.rows.with_only_columns(
            self.source.id.label("id"), plan.order.label("_key")
        ).where(self.source.id.in_(leader), *self.question.tests)
        # The limit keeps the engine from walking the order after all.
        hits = rows.limit(MANY + 1).subquery()
        page = (
            select(hits.c._key, hits.c.id)
            .where(*plan.beyond(hits.c._key, hits.c.id))
            .order_by(*plan.directed(hits.c._key, hits.c.id))
            .limit(plan.limit)
        )
        return [Found(*row) for row in await self._rows(page)]

    async def _fetched(self, plan: PagePlan, found: list[Found]) -> Sequence[Any]:
        """Return whole rows, in the order in which they were found."""
        if not found:
            return ()
        ids = [each.id for each in found]
        rows = self.source.rows.add_columns(plan.order.label("_key"))
        whole = {row.id: row for row in await self._rows(rows.where(self.source.id.in_(ids)))}
        return [whole[each] for each in ids]

    async def _rows(self, statement: Select[Any]) -> Sequence[Any]:
        return (await self.connection.execute(statement)).all()
