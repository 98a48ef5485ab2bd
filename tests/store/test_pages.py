"""Pages by key: every row once and in order, whatever the order, the size, and who writes beside.

Read through the services, on both engines: that is how everybody reads them.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, func, insert, select, update

from tests.support.crowd import NAMES, Crowd
from tui_admin.domain.errors import AdminError, NotFound
from tui_admin.domain.listings import (
    AUDIT,
    INVITATIONS,
    LISTINGS,
    MESSAGES,
    ORGANISATIONS,
    USERS,
    Ask,
    Kind,
    Listing,
    Seek,
    Sort,
)
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.query import EVERYTHING, Query, Term, parse
from tui_admin.domain.text import fold
from tui_admin.store import schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.support.company import Company
    from tui_admin.services.facade import Desk
    from tui_admin.services.lister import Lister

MANY = 13


def lister(desk: Desk, listing: Listing) -> Lister[Any]:
    places = {
        USERS.name: desk.users,
        INVITATIONS.name: desk.invitations,
        MESSAGES.name: desk.outbox,
        ORGANISATIONS.name: desk.organisations,
        AUDIT.name: desk.audit,
    }
    return places[listing.name]  # type: ignore[return-value]


def orders(listing: Listing) -> list[Sort]:
    fields = [field.name for field in listing.fields if field.sorts]
    return [Sort(field, descending) for field in fields for descending in (False, True)]


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


# Filters


async def found(here: Lister[Any], query: Query) -> set[int]:
    page = await here.page(Ask(query, here.source.listing.sort, size=1000))
    assert (await here.count(query)).number == len(page.rows)
    assert (await here.preview(query)).number == len(page.rows)
    return {row.id for row in page.rows}


FILTERS: list[tuple[Listing, str, Callable[[Any, Company], bool]]] = [
    (USERS, "status:active", lambda row, _: row.status == "active"),
    (USERS, "status:active,blocked", lambda row, _: row.status in ("active", "blocked")),
    (USERS, "role:BASIC", lambda row, _: row.role == "Basic user"),
    (USERS, "role:user status:invited", lambda row, _: row.status == "invited"),
    (USERS, "age<2d", lambda row, here: (here.clock() - row.created_at).days <= 2),
    (USERS, "age>2d", lambda row, here: (here.clock() - row.created_at).days > 2),
    (USERS, "age<999999y", lambda row, _: True),
    (USERS, "age>999999y", lambda row, _: False),
    (USERS, "seen<1d", lambda row, _: False),
    (USERS, "org:nederland", lambda row, _: row.username == "founder"),
    (USERS, "p1 x.example", lambda row, _: "p1" in row.username),
    (INVITATIONS, "batch:1", lambda row, _: row.batch == 1),
    (INVITATIONS, "batch:0", lambda row, _: False),
    (INVITATIONS, "batch:2147483648", lambda row, _: False),
    (INVITATIONS, "batch:9223372036854775807", lambda row, _: False),
    (INVITATIONS, "batch:9223372036854775808", lambda row, _: False),
    (INVITATIONS, f"batch:{'9' * 480}", lambda row, _: False),
    (INVITATIONS, "status:expired,failed", lambda row, _: row.status in ("expired", "failed")),
    (INVITATIONS, "status:sent", lambda row, _: row.status == "sent"),
    (INVITATIONS, 'org:"acme ned"', lambda row, _: row.organisation != ""),
    (INVITATIONS, "invited-by:FOUND", lambda row, _: True),
    (INVITATIONS, "product:x", lambda row, _: False),
    (MESSAGES, "status:queued", lambda row, _: row.status == "queued"),
    (MESSAGES, "kind:REVO", lambda row, _: row.kind == "revocation"),
    (ORGANISATIONS, "status:draft", lambda row, _: row.status == "draft"),
    (AUDIT, "by:admin", lambda row, _: row.operator == "admin"),
    (AUDIT, "action:block", lambda row, _: row.action == "user.block"),
]  # fmt: skip


async def test_a_filter_shows_what_it_says(company: Company) -> None:
    await Crowd(company).everything(MANY)
    for listing, text, matches in FILTERS:
        here = lister(company.desk, listing)
        parsed = parse(text, listing)
        assert parsed.faults == (), text
        rows = (await here.page(Ask(EVERYTHING, listing.sort, size=1000))).rows
        expected = {row.id for row in rows if matches(row, company)}
        assert await found(here, parsed.query) == expected, text


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


async def test_names_are_found_whatever_their_case_and_accents(company: Company) -> None:
    await company.add_organisation("École Überlingen ß")
    await company.invite("piet@x.example", organisation="École Überlingen ß")
    await company.add_role("Geschäftsführer", "can_view")
    await company.add("greta", "Geschäftsführer")
    for word in ("École", "ecole", "ÜBERLINGEN", "uberl"):
        for text, here in (("org:", company.desk.invitations), ("", company.desk.organisations)):
            query = parse(f"{text}{word}", here.source.listing).query
            assert len(await found(here, query)) == 1, (text, word)
    for word in ("GESCHÄFT", "geschäftsf", "Führer"):
        assert len(await found(company.desk.users, parse(f"role:{word}", USERS).query)) == 1


HOSTILE = (
    *("%", "_", "\\", "'", '"', "%%", "_%", "\\%", "/", "/%", "100%", "k%n", "under_", "k\\s"),
    *("[a-z]", "*", "?", ";", "--", "drop table", "👩‍🌾", "👩", "łukasz", "strasse", ":1"),
    *("\0", "a\0b", "\ud800", "\x1b[2J", "\u202e", "x" * 10_000, "%" * 10_000, "👩" * 30_000),
)  # fmt: skip


async def test_a_hostile_word_is_only_a_word(company: Company) -> None:
    await Crowd(company).people(2 * len(NAMES))
    rows = await company.execute(select(schema.user.c.id, schema.user.c.search))
    for word in HOSTILE:
        expected = {row.id for row in rows if fold(word) in row.search}
        assert await found(company.desk.users, Query((word,))) == expected, ascii(word)[:20]


async def test_a_hostile_word_fits_every_filter_and_matches_nothing_by_it(
    company: Company,
) -> None:
    await company.invite("piet@x.example")
    nothing = [word for word in HOSTILE if not word.isascii() or len(word) > 9]
    for listing in LISTINGS:
        here = lister(company.desk, listing)
        for word in nothing:
            parsed = parse(word, listing)
            assert await found(here, parsed.query) == set() or not parsed.query.words
            for field in listing.fields:
                if field.word and field.kind is Kind.TEXT:
                    query = Query(terms=(Term(field.name, ":", word),))
                    assert await found(here, query) == set(), (field.name, ascii(word)[:20])


NOBODY = ("\0", "a\0b", "\ud800", "9" * 30, "9" * 5000, "-1", "²", "٣", "'", "", "x" * 9999)


@pytest.mark.parametrize("who", NOBODY, ids=[ascii(who)[:12] for who in NOBODY])
async def test_a_hostile_name_is_nobody(company: Company, who: str) -> None:
    desk = company.desk
    everybody: Sequence[Any] = await company.execute(select(func.count(schema.user.c.id)))
    asked = (
        desk.users.show(who),
        desk.organisations.show(who),
        desk.users.set_role(Picks.of(1), who),
        company.hub.operators.named(who),
        company.hub.operators.sign_in(who, "x"),
        desk.users.taken(f"{who}@x.example", who),
        desk.users.add(who, username=who, role=who),
        company.invite("a@x.example", organisation=f"{who}!", product=f"{who}!", coupon=f"{who}!"),
        desk.drafts.save("paste", {"text": who}),
    )
    for each in asked:
        try:
            await each
        except AdminError:
            continue
    assert await company.execute(select(func.count(schema.user.c.id))) == everybody
    assert await desk.drafts.load("paste") == {"text": who}


@pytest.mark.parametrize("number", [2**31, 2**63 - 1, 2**63, 10**30, 0, -1, -(10**30)])
async def test_a_number_too_large_for_any_row_is_no_row(company: Company, number: int) -> None:
    desk = company.desk
    for show in (desk.users.show, desk.invitations.show, desk.outbox.show):
        with pytest.raises(NotFound):
            await show(number)
    for act in (desk.users.block, desk.invitations.revoke, desk.outbox.drop):
        outcome = await act(Picks.of(number))
        assert [row.reason.id for row in outcome.skipped if row.reason] == ["not_there"]
    page = await desk.users.page(Ask(EVERYTHING, Sort("username"), Seek.AFTER, ("aaa", number)))
    assert [row.username for row in page.rows] == ["founder"]
