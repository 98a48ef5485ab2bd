"""What a list is: its fields, its order, and how a page of it is asked for.

The lists themselves stand in `domain/lists`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from tui_admin.domain.query import Query

R = TypeVar("R")
Key = tuple[Any, int]
"""Where a row stands in an order: the value it is sorted by, and its id to break ties."""


class Kind(StrEnum):
    """What a field holds, and so how it is aligned, written and compared."""

    TEXT = "text"
    EMAIL = "email"
    CHOICE = "choice"
    NUMBER = "number"
    TIME = "time"
    JOURNEY = "journey"


class Field(NamedTuple):
    """One field of a list.

    `name` is the attribute of the row. `width` is how many cells it likes and `priority` how early
    it goes when the terminal narrows (0 stays for ever). `sorts` says that a list can be ordered by
    it; `word` is its name in the query bar (empty: it cannot be filtered by), `also` are other
    names that are understood there, and `choices` the values it can have.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    width: int = 12
    priority: int = 5
    sorts: bool = False
    word: str = ""
    choices: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class Sort(NamedTuple):
    """An order: by which field, and which end first."""

    field: str
    descending: bool = False


class Listing(NamedTuple):
    """One list: its fields, the order it opens in, and its words for one and for many.

    `filters` are fields that a list is narrowed by and does not show.
    """

    name: str
    one: str
    many: str
    fields: tuple[Field, ...]
    sort: Sort
    filters: tuple[Field, ...] = ()

    def field(self, name: str) -> Field:
        """Return the field of that name; KeyError where there is none."""
        for each in (*self.fields, *self.filters):
            if each.name == name:
                return each
        raise KeyError(name)

    @property
    def filtered(self) -> tuple[Field, ...]:
        """The fields that have a word in the query bar."""
        return tuple(each for each in (*self.fields, *self.filters) if each.word)


class Seek(StrEnum):
    """From where a page is read."""

    START = "start"
    END = "end"
    AFTER = "after"
    BEFORE = "before"
    FROM = "from"


class Ask(NamedTuple):
    """A question for one page: what, in which order, from where, how many.

    `AFTER` and `BEFORE` leave the row of `key` out, `FROM` begins with it, or with the first row
    behind where it stood. A page's rows are in the list's order whichever way it was sought.
    """

    query: Query
    sort: Sort
    seek: Seek = Seek.START
    key: Key | None = None
    size: int = 100


class Page(NamedTuple, Generic[R]):
    """Some rows in order with their keys, and whether there are others on either side."""

    rows: tuple[R, ...]
    keys: tuple[Key, ...]
    before: bool = False
    after: bool = False


class Count(NamedTuple):
    """How many; where not `exact`, at least so many."""

    number: int
    exact: bool = True
