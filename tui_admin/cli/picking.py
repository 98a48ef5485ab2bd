"""Which records an action is for: named on the line, or all that match a query."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tui_admin.cli.lists import parse_query
from tui_admin.domain.errors import NotFound
from tui_admin.domain.outcomes import Pick, Picks, Row
from tui_admin.domain.query import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_admin.domain.listings import Listing
    from tui_admin.domain.query import Query
    from tui_admin.services.facade import Desk
    from tui_admin.services.users import Users


LARGEST = 2**63 - 1
"""The largest number a record can have, on either engine."""
NUMBER = click.IntRange(1, LARGEST)
"""The number of a record, as lists show it."""


class Chosen(NamedTuple):
    """What was named on the line, each once; or the query that says which."""

    named: tuple[Any, ...] = ()
    where: Query | None = None
    dry_run: bool = False

    def at(self, desk: Desk) -> Desk:
        """Return the services to act with: those of a rehearsal where that was asked for."""
        return desk.rehearsing() if self.dry_run else desk

    @property
    def picks(self) -> Picks:
        """The picks, where records are named by their numbers."""
        return Picks.of(*self.named) if self.where is None else Picks.matching(self.where)


def choosing(
    listing: Listing, metavar: str, kind: Any = str, *, final: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command an argument for any number of records, `--where QUERY` and `--yes`.

    The command is called with `chosen`. It is a usage error to give neither or both, and to leave
    `--yes` out. With `--dry-run` nothing is done, and `--yes` is not needed; what is `final`
    needs it for named records, too.
    """

    def decorate(body: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(body)
        def command(
            named: tuple[Any, ...], where: str | None, yes: bool, dry_run: bool, **others: Any
        ) -> Any:
            if final and named and not (yes or dry_run):
                raise click.UsageError("This cannot be taken back: add --yes to do it.")
            found = chosen(listing, named, where, yes or dry_run)
            return body(chosen=found._replace(dry_run=dry_run), **others)

        yes = click.option("--yes", is_flag=True, help="Do it: there is no question.")
        where = click.option("--where", metavar="QUERY", help="All that match, with --yes.")
        named = click.argument("named", nargs=-1, type=kind, metavar=f"{metavar}...")
        dry_run = click.option("--dry-run", is_flag=True, help="Only say what would be done.")
        return named(where(yes(dry_run(command))))

    return decorate


def chosen(listing: Listing, named: tuple[Any, ...], where: str | None, yes: bool) -> Chosen:
    """Return what was named or asked for; a usage error for neither, both, or without `--yes`."""
    if where is None:
        if not named:
            raise click.UsageError(f"Name at least one {listing.one}, or use --where QUERY --yes.")
        return Chosen(tuple(dict.fromkeys(named)))
    if named:
        raise click.UsageError(f"Name {listing.many} or use --where, not both.")
    if not yes:
        raise click.UsageError(
            f"--where acts on all {listing.many} that match: see which with "
            "`list --where QUERY`, then add --yes."
        )
    query = parse_query(listing, where)
    if query == EVERYTHING:
        raise click.UsageError(f"--where names no {listing.one}: say which.")
    return Chosen(where=query)


async def people(users: Users, chosen: Chosen) -> tuple[Picks, tuple[Row, ...]]:
    """Return the picks for people named by username, e-mail or number, and those nobody knows."""
    if chosen.where is not None:
        return chosen.picks, ()
    found: dict[int, None] = {}
    unknown = []
    for who in chosen.named:
        try:
            found[(await users.show(who_is(who))).row.id] = None
        except NotFound as error:
            unknown.append(Row(0, who, error.reason))
    return Picks(tuple(Pick(each) for each in found)), tuple(unknown)


def who_is(text: str) -> int | str:
    """Return a number for digits: no username or e-mail consists of them alone.

    NotFound for a number that is larger than any can be.
    """
    if not text.isdecimal():
        return text
    if len(text) > len(str(LARGEST)) or int(text) > LARGEST:
        raise NotFound("user_unknown", who=text)
    return int(text)
