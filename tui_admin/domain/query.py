"""The language of the query bar: free words and `field:value` filters.

Free words match anywhere in a row's searchable text, accents and case aside. A filter is
`word:value`, or `word<value` and `word>value` for times, where the value is an age such as `7d`.
"""

from __future__ import annotations

from typing import NamedTuple


class Term(NamedTuple):
    """One filter: the field's name in its listing, how it compares, and with what."""

    field: str
    op: str
    value: str


class Query(NamedTuple):
    """What a list is narrowed to: all of these words and all of these terms."""

    words: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()

    def also(self, other: Query) -> Query:
        """Return what matches both."""
        return Query(self.words + other.words, self.terms + other.terms)


EVERYTHING = Query()
