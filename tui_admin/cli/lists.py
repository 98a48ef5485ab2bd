"""Lists on the command line: the same options, cursors and documents for each of them."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tui_admin.cli import cursor as cursors
from tui_admin.cli.table import Table, columns
from tui_admin.domain.listings import Ask, Page, Seek, Sort
from tui_admin.domain.query import LONGEST, Query, Term, parse
from tui_admin.domain.text import fold, safe
from tui_admin.i18n.documents import dumps, item

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from tui_admin.cli.context import Call
    from tui_admin.domain.listings import Key, Listing
    from tui_admin.domain.query import Fault
    from tui_admin.services.lister import Lister

PAGE = 500
"""Rows read at a time: what is held in memory, however long the list."""


class Wanted(NamedTuple):
    """What one call asks of a list: which rows, in which order, from which key on, how many."""

    query: Query
    sort: Sort
    key: Key | None = None
    limit: int | None = None


def listing_options(listing: Listing) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command `--status` … as its listing has them, `--limit`, `--cursor` and `--sort`.

    The command is called with one `wanted`.
    """
    names = {field.name for field in listing.fields}

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(body)
        def command(
            limit: int | None, cursor: str | None, sort: Sort | None, where: Query, **filters: Any
        ) -> Any:
            given = {name: filters.pop(name) for name in names & filters.keys()}
            terms = tuple(
                Term(field.name, ":", str(given[field.name]))
                for field in listing.fields
                if given.get(field.name) is not None
            )
            words = tuple(fold(each) for each in (filters.pop("search", None) or "").split())
            query = where.also(Query(words, terms))
            wanted = Wanted(query, *_start(listing, sort, cursor), limit)
            return body(wanted=wanted, **filters)

        return functools.reduce(lambda made, option: option(made), _options(listing), command)

    return decorate


def _options(listing: Listing) -> list[Callable[[Any], Any]]:
    sorts = [each.name for each in listing.fields if each.sorts]
    return [
        click.option("--cursor", metavar="C", help="Begin where a former page ended."),
        click.option("--limit", metavar="N", type=click.IntRange(min=1), help="At most so many."),
        click.option(
            "--sort",
            metavar="FIELD",
            callback=functools.partial(_sort, listing),
            help=f"Order by {', '.join(sorts)}; with a - before it the other way round.",
        ),
        click.option(
            "--where",
            metavar="QUERY",
            callback=functools.partial(_parsed, listing),
            help="Only what matches, in the words of the dashboard's search.",
        ),
    ]


def _parsed(
    listing: Listing, _ctx: click.Context, _param: click.Parameter, text: str | None
) -> Query:
    return Query() if text is None else parse_query(listing, text)


def parse_query(listing: Listing, text: str) -> Query:
    """Return the query that a text means; a usage error that says what is wrong with it."""
    parsed = parse(text, listing)
    wrong = [_fault(each) for each in parsed.faults]
    # While somebody types, an unfinished filter is nothing; here it would mean more than was meant.
    wrong += [f"{each} says nothing" for each in text.split() if _UNFINISHED.fullmatch(each)]
    if len(text) > LONGEST:
        wrong.append(f"a query has at most {LONGEST} characters")
    if wrong:
        raise click.BadParameter(safe("; ".join(wrong)), param_hint="--where")
    return parsed.query


_UNFINISHED = re.compile(r'[\w-]+[:<>](?:"")?')


def _fault(fault: Fault) -> str:
    from tui_admin.i18n import say

    return f"{say(fault.reason)} Did you mean {fault.mend}?" if fault.mend else say(fault.reason)


def parse_sort(listing: Listing, text: str) -> Sort:
    """Return the order that a text means; a usage error that names the fields there are."""
    known = [each.name for each in listing.fields if each.sorts]
    field = text.removeprefix("-")
    if field not in known:
        raise click.BadParameter(f"choose from {', '.join(known)}", param_hint="--sort")
    return Sort(field, descending=text.startswith("-"))


def _sort(
    listing: Listing, _ctx: click.Context, _param: click.Parameter, text: str | None
) -> Sort | None:
    return None if text is None else parse_sort(listing, text)


async def batches(
    lister: Lister[Any], listing: Listing, wanted: Wanted
) -> AsyncIterator[tuple[Page[Any], str | None]]:
    """Yield the rows a page at a time, each with the cursor behind it; None behind the last row."""
    key, left = wanted.key, wanted.limit
    while True:
        size = PAGE if left is None else min(PAGE, left)
        seek = Seek.START if key is None else Seek.AFTER
        page = await lister.page(Ask(wanted.query, wanted.sort, seek, key, size))
        if not page.rows:
            yield page, None
            return
        key = page.keys[-1]
        left = None if left is None else left - len(page.rows)
        yield page, cursors.encode(listing, wanted.sort, key) if page.after else None
        if not page.after or left == 0:
            return


def _start(listing: Listing, sort: Sort | None, cursor: str | None) -> tuple[Sort, Key | None]:
    if cursor is None:
        return sort or listing.sort, None
    continued, key = cursors.decode(listing, cursor)
    if sort not in (None, continued):
        raise click.UsageError("--cursor continues a page in its own order: leave --sort out.")
    return continued, key


async def show(call: Call, lister: Lister[Any], listing: Listing, wanted: Wanted) -> int:
    """Print a list and return the exit code."""
    await (_document if call.as_json else _table)(lister, listing, wanted)
    return 0


async def _document(lister: Lister[Any], listing: Listing, wanted: Wanted) -> None:
    """Print `{"items": [...], "next": …, "total": …}` while the rows are still being read."""
    count = None
    following: str | None = None
    comma = ""
    async for page, behind in batches(lister, listing, wanted):
        if count is None:
            count = await lister.count(wanted.query)
            click.echo('{"items": [', nl=False)
        following = behind
        for row in page.rows:
            click.echo(f"{comma}\n{dumps(item(row))}", nl=False)
            comma = ","
    total = count.number if count and count.exact else None
    click.echo(f'\n], "next": {dumps(following)}, "total": {dumps(total)}}}')


async def _table(lister: Lister[Any], listing: Listing, wanted: Wanted) -> None:
    table = Table(columns(listing.fields))
    following: str | None = None
    shown = 0
    async for page, behind in batches(lister, listing, wanted):
        table.add(page.rows)
        shown += len(page.rows)
        following = behind
    if not shown:
        click.echo(f"No {listing.many}.", err=True)
    elif following:
        click.echo(f"There are more: --cursor {following}", err=True)
