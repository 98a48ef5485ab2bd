"""Lists as questions: a source says where a listing's rows come from, a plan which page of it.

Pages are read by key, never by offset, so that the last one of a million costs what the first does.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, and_, asc, desc, false, func, or_, select, true, union

from tui_admin.domain.durations import duration
from tui_admin.domain.listings import Ask, Kind, Listing, Seek
from tui_admin.domain.text import fold
from tui_admin.store.schema.columns import lower

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Select, Table

    from tui_admin.domain.listings import Key, Sort
    from tui_admin.domain.query import Query, Term
    from tui_admin.store.connection import AsyncConnection

Column = ColumnElement[Any]
COUNTED = 10_000
"""How far a narrowed list is counted; beyond, "10,000+" says enough."""
LONGEST_WORD = 1000


class Clause(NamedTuple):
    """One thing that a row has to fulfil, said in two ways.

    `test` asks a row that is at hand. `among` selects the ids of all rows that fulfil it, where an
    index answers that; None where only asking each row would. `fixed` is the column that has one
    value in all of them, if so; `words` are in the searched text of all of them.
    """

    test: Column
    among: Select[Any] | None = None
    fixed: Column | None = None
    words: tuple[str, ...] = ()

    def walked_along(self, order: Column) -> bool:
        """Say whether an index has the rows of this clause together, in that order."""
        table = getattr(order, "table", None)
        return self.fixed is not None and any(
            list(index.columns)[:2] == [self.fixed, order]
            for index in getattr(table, "indexes", ())
            if len(index.columns) > 1
        )


class Source(NamedTuple):
    """Where a listing's rows come from.

    `rows` selects them, with joins; `columns` are the expressions behind sortable and filterable
    fields by name (those sorted by are never null); `search` is the folded text that free words
    match; `special` answers for fields whose filter is more than a comparison.
    """

    listing: Listing
    rows: Select[Any]
    id: Column
    version: Column
    columns: Mapping[str, Column]
    search: Column | None = None
    special: Mapping[str, Callable[[Term, datetime], Clause]] = {}

    def clause(self, term: Term, now: datetime) -> Clause:
        """Return what one filter asks of a row."""
        if term.field in self.special:
            return self.special[term.field](term, now)
        column, kind = self.columns[term.field], self.listing.field(term.field).kind
        test = _compared(column, kind, term, now)
        if kind not in _BY_INDEX or not _leads_an_index(column):
            return Clause(test)
        single = kind is not Kind.TIME and "," not in term.value
        return Clause(test, select(self.id).where(test), column if single else None)

    def question(
        self, query: Query, now: datetime, visible: Sequence[Column], scope: Select[Any] | None
    ) -> Question:
        """Return which rows match a query at that time, within what is visible.

        `scope` selects the ids of all that is visible, where that is little.
        """
        clauses = [self.clause(term, now) for term in query.terms]
        if scope is not None:
            clauses.append(Clause(true(), scope))
        words = [fold(word) for word in query.words] if self.search is not None else []
        words += [word for each in clauses for word in each.words]
        return Question(self, tuple(visible), tuple(clauses), tuple(filter(None, words)))


_BY_INDEX = (Kind.TIME, Kind.NUMBER, Kind.CHOICE)
"""Fields whose filter compares a value: an index finds it. Texts are looked through for a word."""


def _compared(column: Column, kind: Kind, term: Term, now: datetime) -> Column:
    if kind is Kind.TIME:
        then = ago(term.value, now)
        return column < then if term.op == ">" else column >= then
    if kind is Kind.NUMBER:
        return column == int(term.value)
    if kind is Kind.CHOICE:
        return one_of(column, term.value.split(","))
    return has_word(column, term.value)


def _leads_an_index(column: Column) -> bool:
    table = getattr(column, "table", None)
    return any(each.columns[0] is column for each in getattr(table, "indexes", ()))


def union_of(*several: Select[Any]) -> Select[Any]:
    """Return the ids that any of these selects, each once."""
    both = union(*several).subquery()
    return select(both.c[0])


def one_of(column: Column, values: Sequence[str]) -> Column:
    """Return the condition of these values; of one alone, an index goes on to the next column."""
    return column == values[0] if len(values) == 1 else column.in_(values)


class Question(NamedTuple):
    """Which rows of a source are meant: visible ones that fulfil all clauses and have all words."""

    source: Source
    visible: tuple[Column, ...]
    clauses: tuple[Clause, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Say whether it may be that few rows are meant."""
        return bool(self.clauses or self.words)

    @property
    def tests(self) -> list[Column]:
        """Return what to ask of each row."""
        search = self.source.search
        said = [] if search is None else [contains(search, word) for word in self.words]
        return [*self.visible, *(each.test for each in self.clauses), *said]


def has_word(column: Column, word: str) -> Column:
    """Return the condition of texts with the word in them, in small or capital letters."""
    small = lower(column)
    return or_(contains(small, word.casefold()), contains(small, fold(word)))


def contains(column: Column, word: str, *, behind: str = "") -> Column:
    """Return the condition of texts with the word in them, whatever signs it is made of.

    With `behind` it has to stand somewhere behind that sign.
    """
    # Engines have limits for a pattern's length; nothing that is searched is nearly as long.
    if len(word) > LONGEST_WORD:
        return false()
    if not behind:
        return column.contains(word, autoescape=True)
    for sign in "/%_":
        word = word.replace(sign, f"/{sign}")
    return column.like(f"%{behind}%{word}%", escape="/")


def ago(age: str, now: datetime) -> datetime:
    """Return the time so long ago; the beginning of time where that is further off."""
    try:
        return now - duration(age)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


class PagePlan(NamedTuple):
    """One page: the rows it is cut from, the order, and from where."""

    rows: Select[Any]
    order: Column
    id: Column
    ask: Ask

    @property
    def backwards(self) -> bool:
        """Say whether the page is read against the list's order, and turned round afterwards."""
        return self.ask.seek in (Seek.END, Seek.BEFORE)

    @property
    def ascending(self) -> bool:
        """Say whether the statement reads upwards."""
        return self.ask.sort.descending == self.backwards

    @property
    def limit(self) -> int:
        """Return how many rows are read: one more than shown, which says that there are others."""
        return self.ask.size + 1

    def directed(self, *columns: Column) -> list[Column]:
        """Return the columns as the statement orders by them."""
        return [asc(each) if self.ascending else desc(each) for each in columns]

    def beyond(self, order: Column, row_id: Column) -> list[Column]:
        """Return the condition of being where the page begins, or further on."""
        if self.ask.key is None or self.ask.seek in (Seek.START, Seek.END):
            return []
        value, number = self.ask.key
        further = order > value if self.ascending else order < value
        tied = row_id > number if self.ascending else row_id < number
        if self.ask.seek is Seek.FROM:
            tied = row_id >= number if self.ascending else row_id <= number
        return [or_(further, and_(order == value, tied))]


def plan_page(question: Question, ask: Ask) -> PagePlan:
    """Return the plan for a page that asks every row in order until it is full."""
    source = question.source
    order = source.columns[ask.sort.field]
    rows = source.rows.add_columns(order.label("_key")).where(*question.tests)
    return PagePlan(rows, order, source.id, ask)


def before(source: Source, sort: Sort, key: Key) -> Column:
    """Return the condition of the rows that stand before a key in an order."""
    order, value, row_id = source.columns[sort.field], key[0], key[1]
    if sort.descending:
        return or_(order > value, and_(order == value, source.id > row_id))
    return or_(order < value, and_(order == value, source.id < row_id))


def counted(rows: Select[Any], limit: int | None = COUNTED) -> Select[Any]:
    """Return the statement that counts rows; it stops one past the limit."""
    inner = rows if limit is None else rows.limit(limit + 1)
    return select(func.count()).select_from(inner.order_by(None).subquery())


async def counted_by_status(
    connection: AsyncConnection, table: Table, *conditions: Column
) -> dict[str, int]:
    """Count the rows of a table by their status."""
    status = table.c.status
    found = select(status, func.count()).where(*conditions).group_by(status)
    return {str(name): int(number) for name, number in await connection.execute(found)}
