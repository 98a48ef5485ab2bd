"""The language of the query bar: free words and `field:value` filters.

Free words match anywhere in a row's searchable text, accents and case aside. A filter is
`word:value`, or `word<value` and `word>value` for times, where the value is an age such as `7d`.
Quotes keep words together: `org:"Acme Nederland BV"`. Values of a choice may be several:
`status:active,blocked`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from tui_admin.domain.durations import duration
from tui_admin.domain.errors import Reason, Refused, because
from tui_admin.domain.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from tui_admin.domain.listings import Field, Listing


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


class Fault(NamedTuple):
    """A part of the text, `start` to `end`, that was not understood, and the nearest that is."""

    start: int
    end: int
    reason: Reason
    mend: str = ""


class Parsed(NamedTuple):
    """What was understood, and what was not and is left out of the query."""

    query: Query
    faults: tuple[Fault, ...] = ()


class _Token(NamedTuple):
    start: int
    end: int
    word: str
    op: str
    value: str


_TOKEN = re.compile(r'(?:([\w-]+)([:<>]))?("[^"]*"?|[^\s"]+)?')
LONGEST = 500
"""Characters of a query that are read; nobody types more."""


def parse(text: str, listing: Listing) -> Parsed:
    """Read what was typed for a list; never raises, whatever the text."""
    words: list[str] = []
    terms: list[Term] = []
    faults: list[Fault] = []
    for token in _tokens(text[:LONGEST]):
        found = _understood(token, listing)
        if isinstance(found, Fault):
            faults.append(found)
        elif isinstance(found, Term):
            terms.append(found)
        elif found:
            words.append(found)
    return Parsed(Query(tuple(words), tuple(terms)), tuple(faults))


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None or match.end() == at:
            at += 1
            continue
        value = (match[3] or "").strip('"')
        yield _Token(at, match.end(), match[1] or "", match[2] or "", value)
        at = match.end()


def _understood(token: _Token, listing: Listing) -> Term | Fault | str:
    """Return the term, or the folded word, or what is wrong; an unfinished filter is nothing."""
    if not token.op:
        return fold(token.value)
    field = _field(token.word, listing)
    if field is None:
        mend = nearest(token.word, _words(listing))
        rest = f"{token.op}{_quoted(token.value)}"
        reason = because("query_field_unknown", word=token.word)
        return Fault(token.start, token.end, reason, mend and mend + rest)
    if not token.value:
        return ""
    return _compared(token, field)


def _compared(token: _Token, field: Field) -> Term | Fault:
    def fault(message: str, mend: str, **facts: str) -> Fault:
        return Fault(token.start, token.end, because(message, word=token.word, **facts), mend)

    if field.kind == "time":
        if token.op == ":":
            return fault("query_age_compared", f"{token.word}<{token.value}")
        try:
            duration(token.value)
        except Refused:
            return fault("query_age_form", f"{token.word}{token.op}7d", value=token.value)
        return Term(field.name, token.op, token.value)
    if token.op != ":":
        return fault("query_not_compared", f"{token.word}:{_quoted(token.value)}")
    if field.kind == "number" and not (token.value.isascii() and token.value.isdigit()):
        return fault("query_number_form", "", value=token.value)
    if field.choices:
        for value in token.value.casefold().split(","):
            if value not in field.choices:
                near = nearest(value, field.choices)
                return fault("query_value_unknown", near and f"{token.word}:{near}", value=value)
        return Term(field.name, ":", token.value.casefold())
    return Term(field.name, ":", token.value)


def complete(
    text: str, listing: Listing, values: Mapping[str, Sequence[str]] | None = None
) -> str | None:
    """Return the text with its last word completed, or None where nothing fits.

    `values` are known values by the filter's word, such as the names of the roles.
    """
    tokens = list(_tokens(text))
    if not tokens or tokens[-1].end != len(text):
        return None
    last = tokens[-1]
    if not last.op:
        found = _starting(last.value, _words(listing))
        field = _field(found, listing) if found else None
        op = "<" if field and field.kind == "time" else ":"
        return text[: last.start] + found + op if found else None
    field = _field(last.word, listing)
    if field is None or last.op != ":":
        return None
    known = field.choices or tuple((values or {}).get(field.word, ()))
    kept, comma, typed = last.value.rpartition(",") if field.choices else ("", "", last.value)
    found = _starting(typed, known)
    return found and f"{text[: last.start]}{last.word}:{_quoted(kept + comma + found)}"


def nearest(typed: str, known: Iterable[str]) -> str:
    """Return the known word most like what was typed, or an empty string."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(typed.casefold(), list(known), 1, 0.5)), "")


def _field(word: str, listing: Listing) -> Field | None:
    folded = word.casefold()
    known = listing.filtered
    return next((each for each in known if folded in (each.word, *each.also)), None)


def _words(listing: Listing) -> list[str]:
    return [each.word for each in listing.filtered]


def _starting(typed: str, known: Iterable[str]) -> str | None:
    start = fold(typed)
    return next((each for each in known if fold(each).startswith(start) and each != typed), None)


def _quoted(value: str) -> str:
    return f'"{value}"' if any(char.isspace() for char in value) else value
