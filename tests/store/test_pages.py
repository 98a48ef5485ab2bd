"""Pages by key: every row once and in order, whatever the order, the size, and who writes beside.

Read through the services, on both engines: that is how everybody reads them.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.functions import coalesce

from tests.support.crowd import NAMES, Crowd
from tests.support.listers import MANY, lister, orders
from tui_admin.domain.listings import Ask, Kind, Listing, Seek, Sort
from tui_admin.domain.lists.approvals import APPROVALS, ApprovalRow
from tui_admin.domain.lists.audit import AUDIT, AuditRow
from tui_admin.domain.lists.batches import BATCHES, BatchRow
from tui_admin.domain.lists.everything import LISTINGS
from tui_admin.domain.lists.invitations import INVITATIONS, InvitationRow
from tui_admin.domain.lists.organisations import ORGANISATIONS, OrganisationRow
from tui_admin.domain.lists.outbox import MESSAGES, MessageRow
from tui_admin.domain.lists.users import USERS, UserRow
from tui_admin.domain.query import EVERYTHING, Query, parse
from tui_admin.store.pages import Question, plan_page
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.services.lister import Lister


async def walk(
    here: Lister[Any], query: Query, sort: Sort, size: int, *, backwards: bool = False
) -> list[int]:
    """Return the ids of all pages in the list's order, however it was walked."""
    start, onwards = (Seek.END, Seek.BEFORE) if backwards else (Seek.START, Seek.AFTER)
    ids: list[int] = []
    page = await here.page(Ask(query, sort, start, None, size))
    while True:
        found = [row.id for row in page.rows]
        assert len(found) <= size
        assert [key[1] for key in page.keys] == found
        ids = [*found, *ids] if backwards else [*ids, *found]
        more = page.before if backwards else page.after
        if not more:
            return ids
        assert found, "an empty page cannot say that there is more"
        key = page.keys[0] if backwards else page.keys[-1]
        page = await here.page(Ask(query, sort, onwards, key, size))
        assert page.rows, "there was to be more"


def sorted_by(values: dict[int, Any], *, descending: bool) -> list[int]:
    def place(row_id: int) -> tuple[Any, int]:
        value = values[row_id]
        return (value.encode() if isinstance(value, str) else value, row_id)

    return sorted(values, key=place, reverse=descending)


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
async def test_every_order_shows_every_row_once_both_ways(
    company: Company, listing: Listing
) -> None:
    await Crowd(company).everything(MANY)
    here = lister(company.desk, listing)
    for sort in orders(listing):
        column = here.source.columns[sort.field]
        wanted = select(here.source.id, column.label("value"))
        values = {
            row[0]: row[1]
            for row in await company.execute(
                here.source.rows.with_only_columns(*wanted.selected_columns)
            )
        }
        expected = sorted_by(values, descending=sort.descending)
        assert len(expected) >= MANY
        for size in (1, 4, len(expected), 1000):
            assert await walk(here, EVERYTHING, sort, size) == expected, (sort, size)
            assert await walk(here, EVERYTHING, sort, size, backwards=True) == expected


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
async def test_a_page_can_begin_anywhere(company: Company, listing: Listing) -> None:
    await Crowd(company).everything(MANY)
    here = lister(company.desk, listing)
    for sort in orders(listing):
        everything = await here.page(Ask(EVERYTHING, sort, size=1000))
        ids, keys = [row.id for row in everything.rows], everything.keys
        assert (everything.before, everything.after) == (False, False)
        for at in range(0, len(ids), 3):
            ask = Ask(EVERYTHING, sort, key=keys[at], size=3)
            found = await here.page(ask._replace(seek=Seek.FROM))
            assert [row.id for row in found.rows] == ids[at : at + 3]
            assert found.after == (at + 3 < len(ids))
            found = await here.page(ask._replace(seek=Seek.AFTER))
            assert [row.id for row in found.rows] == ids[at + 1 : at + 4]
            assert (found.before, found.after) == (True, at + 4 < len(ids))
            found = await here.page(ask._replace(seek=Seek.BEFORE))
            assert [row.id for row in found.rows] == ids[max(at - 3, 0) : at]
            assert (found.before, found.after) == (at > 3, True)
            assert (await here.rank(EVERYTHING, sort, keys[at])).number == at


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("field", ["display_name", "status", "created_at"])
async def test_what_others_write_between_pages_loses_and_doubles_nobody(
    company: Company, field: str, descending: bool
) -> None:
    crowd, here, sort = Crowd(company), company.desk.users, Sort(field, descending)
    await crowd.people(20)
    dice = random.Random(f"{field} {descending}")
    touched: set[int] = set()
    seen: list[int] = []
    everybody = {row.id for row in await company.users()}
    page = await here.page(Ask(EVERYTHING, sort, size=2))
    while page.rows:
        seen += [row.id for row in page.rows]
        victim = dice.choice(sorted(everybody - {1}))
        touched.add(victim)
        change = dice.choice(("remove", "move", "add"))
        if change == "remove":
            await company.execute(delete(schema.user).where(schema.user.c.id == victim))
        elif change == "move":
            values = {"name_key": dice.choice(NAMES), "created_at": crowd.person()["created_at"]}
            await company.execute(
                update(schema.user).where(schema.user.c.id == victim).values(values)
            )
        else:
            await company.execute(insert(schema.user).values(crowd.person()))
        page = await here.page(Ask(EVERYTHING, sort, Seek.AFTER, page.keys[-1], 2))
    still = [each for each in seen if each in everybody - touched]
    assert set(still) == everybody - touched
    assert len(still) == len(set(still))


async def test_a_page_begins_behind_where_a_row_that_went_had_stood(company: Company) -> None:
    await Crowd(company).people(9)
    here, sort = company.desk.users, Sort("display_name")
    everything = await here.page(Ask(EVERYTHING, sort, size=100))
    ids = [row.id for row in everything.rows if row.id != 1]
    keys = {key[1]: key for key in everything.keys}
    await company.execute(delete(schema.user).where(schema.user.c.id == ids[4]))
    for seek in (Seek.FROM, Seek.AFTER):
        page = await here.page(Ask(EVERYTHING, sort, seek, keys[ids[4]], 100))
        assert [row.id for row in page.rows if row.id != 1] == ids[5:]
    page = await here.page(Ask(EVERYTHING, sort, Seek.BEFORE, keys[ids[4]], 100))
    assert [row.id for row in page.rows if row.id != 1] == ids[:4]


async def test_a_list_without_rows_has_an_empty_page_from_wherever(company: Company) -> None:
    here, query = company.desk.users, Query(("nobody at all",))
    for seek in Seek:
        key = None if seek in (Seek.START, Seek.END) else ("zz", 5)
        page = await here.page(Ask(query, Sort("email"), seek, key))
        assert page.rows == ()
    assert (await here.count(query)).number == 0
    assert (await here.preview(query)).number == 0


async def test_a_filtered_list_is_walked_like_any_other(company: Company) -> None:
    await Crowd(company).people(MANY)
    query = parse("status:active,invited x.example", USERS).query
    for sort in orders(USERS):
        everything = [
            row.id for row in (await company.desk.users.page(Ask(query, sort, size=99))).rows
        ]
        assert 2 < len(everything) < MANY
        for backwards in (False, True):
            walked = await walk(company.desk.users, query, sort, 2, backwards=backwards)
            assert walked == everything


# Declarations


ROWS: dict[str, Any] = {
    USERS.name: UserRow,
    INVITATIONS.name: InvitationRow,
    MESSAGES.name: MessageRow,
    ORGANISATIONS.name: OrganisationRow,
    AUDIT.name: AuditRow,
    BATCHES.name: BatchRow,
    APPROVALS.name: ApprovalRow,
}
ALWAYS_SET = {(APPROVALS.name, "submitted_at")}
"""What may be missing in the store, but never of a row that is listed."""


def never_null(column: Any) -> bool:
    if isinstance(column, coalesce):
        return any(never_null(each) for each in column.clauses)
    return column.nullable is False


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
async def test_what_a_list_declares_every_part_of_it_knows(
    small: Company, listing: Listing
) -> None:
    source = lister(small.desk, listing).source
    assert source.listing is listing
    assert listing.field(listing.sort.field).sorts
    assert len({field.name for field in listing.fields}) == len(listing.fields)
    words = [field.word for field in listing.fields if field.word]
    assert len(set(words)) == len(words)
    for field in listing.fields:
        assert field.name in ROWS[listing.name]._fields
        assert not field.choices or field.kind in (Kind.CHOICE, Kind.JOURNEY)
        if field.sorts:
            # No order is lost to rows that have no value.
            known = (listing.name, field.name) in ALWAYS_SET
            assert known or never_null(source.columns[field.name])
        if field.word:
            assert field.name in source.columns or field.name in source.special


QUEUED = [Sort("submitted_at"), Sort("submitted_at", descending=True)]


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
async def test_every_order_has_an_index_so_that_no_page_sorts_a_list(
    small: Company, listing: Listing
) -> None:
    here = lister(small.desk, listing)
    dialect = SQLiteDialect_pysqlite()
    # Those who wait are few among all registrations, and found by an index in their first order.
    queue = [schema.registration.c.status == "awaiting_approval"]
    conditions, sorts = ([], orders(listing)) if listing is not APPROVALS else (queue, QUEUED)
    for sort in sorts:
        for seek in (Seek.START, Seek.END):
            ask = Ask(EVERYTHING, sort, seek)
            page = small.hub._store.dialect.page(
                plan_page(Question(here.source, tuple(conditions)), ask)
            )
            sql = page.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
            plan = await small.execute(text(f"EXPLAIN QUERY PLAN {sql}"))
            assert not [row.detail for row in plan if "TEMP B-TREE" in row.detail], sort
