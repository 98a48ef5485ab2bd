"""Lists as questions: a source says where a listing's rows come from, a plan which page of it.

Pages are read by key, never by offset, so that the last one of a million costs what the first does.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import ColumnElement, and_, asc, desc, false, func, or_, select

from tui_admin.domain.durations import duration
from tui_admin.domain.listings import Ask, Kind, Listing, Seek
from tui_admin.domain.text import fold
from tui_admin.store.schema.columns import lower

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Select

    from tui_admin.domain.listings import Key, Sort
    from tui_admin.domain.query import Query, Term

Column = ColumnElement[Any]
COUNTED = 10_000
"""How far a narrowed list is counted; beyond, "10,000+" says enough."""
LONGEST_WORD = 1000


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
    special: Mapping[str, Callable[[Term, datetime], Column]] = {}

    def conditions(self, query: Query, now: datetime) -> list[Column]:
        """Return what a row has to fulfil to match the query at that time."""
        found = [self.term(term, now) for term in query.terms]
        if self.search is not None:
            found += [contains(self.search, fold(word)) for word in query.words]
        return found

    def term(self, term: Term, now: datetime) -> Column:
        """Return the condition of one filter."""
        if term.field in self.special:
            return self.special[term.field](term, now)
        column = self.columns[term.field]
        field = self.listing.field(term.field)
        if field.kind is Kind.TIME:
            then = _ago(term.value, now)
            return column < then if term.op == ">" else column >= then
        if field.kind is Kind.NUMBER:
            return column == int(term.value)
        if field.kind is Kind.CHOICE:
            return column.in_(term.value.split(","))
        return has_word(column, term.value)


def has_word(column: Column, word: str) -> Column:
    """Return the condition of texts with the word in them, in small or capital letters."""
    small = lower(column)
    return or_(contains(small, word.casefold()), contains(small, fold(word)))


def contains(column: Column, word: str) -> Column:
    """Return the condition of texts with the word in them, whatever signs it is made of."""
    # Engines have limits for a pattern's length; nothing that is searched is nearly as long.
    return false() if len(word) > LONGEST_WORD else column.contains(word, autoescape=True)


def _ago(age: str, now: datetime) -> datetime:
    try:
        return now - duration(age)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


class PagePlan(NamedTuple):
    """One page of a source: the filtered rows, the order, and from where."""

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
    def ordered_by_id(self) -> bool:
        """Say whether the order is the id's own, so that no tie is possible."""
        return self.order is self.id

    def directed(self, *columns: Column) -> list[Column]:
        """Return the columns as the statement orders by them."""
        return [asc(each) if self.ascending else desc(each) for each in columns]


def plan_page(source: Source, ask: Ask, conditions: list[Column]) -> PagePlan:
    """Return the plan for a page of the rows that fulfil the conditions."""
    order = source.columns[ask.sort.field]
    rows = source.rows.add_columns(order.label("_key")).where(*conditions)
    return PagePlan(rows, order, source.id, ask)


def before(source: Source, sort: Sort, key: Key) -> Column:
    """Return the condition of the rows that stand before a key in an order."""
    order, value, row_id = source.columns[sort.field], key[0], key[1]
    if sort.descending:
        return or_(order > value, and_(order == value, source.id > row_id))
    return or_(order < value, and_(order == value, source.id < row_id))


def counted(
    source: Source, conditions: list[Column], limit: int | None = COUNTED, *, joined: bool = True
) -> Select[Any]:
    """Return the statement that counts; it stops one past the limit.

    Without `joined` the conditions have to do with the list's own columns only.
    """
    rows = source.rows.with_only_columns(source.id) if joined else select(source.id)
    inner = rows.where(*conditions)
    if limit is not None:
        inner = inner.limit(limit + 1)
    return select(func.count()).select_from(inner.order_by(None).subquery())
