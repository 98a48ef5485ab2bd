"""Filters and free words: they show what they say, and nothing that is typed can hurt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.support.crowd import NAMES, Crowd
from tests.support.listers import MANY, lister
from tui_admin.domain.errors import AdminError, NotFound
from tui_admin.domain.listings import Ask, Kind, Listing, Seek, Sort
from tui_admin.domain.lists.approvals import APPROVALS
from tui_admin.domain.lists.audit import AUDIT
from tui_admin.domain.lists.batches import BATCHES
from tui_admin.domain.lists.everything import LISTINGS
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.lists.organisations import ORGANISATIONS
from tui_admin.domain.lists.outbox import MESSAGES
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.query import EVERYTHING, Query, Term, parse
from tui_admin.domain.text import fold
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.support.company import Company
    from tui_admin.services.lister import Lister


async def found(here: Lister[Any], query: Query) -> set[int]:
    page = await here.page(Ask(query, here.source.listing.sort, size=1000))
    assert (await here.count(query)).number == len(page.rows)
    assert (await here.preview(query)).number == len(page.rows)
    assert (await here.numbers(query, (EVERYTHING,)))[0].number == len(page.rows)
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
    (INVITATIONS, "by:FOUND", lambda row, _: True),
    (INVITATIONS, "invited-by:FOUND", lambda row, _: True),
    (INVITATIONS, "by:me", lambda row, _: row.invited_by == "founder"),
    (INVITATIONS, "product:x", lambda row, _: False),
    (MESSAGES, "status:queued", lambda row, _: row.status == "queued"),
    (MESSAGES, "kind:REVO", lambda row, _: row.kind == "revocation"),
    (ORGANISATIONS, "status:draft", lambda row, _: row.status == "draft"),
    (AUDIT, "by:admin", lambda row, _: row.operator == "admin"),
    (AUDIT, "action:block", lambda row, _: row.action == "user.block"),
    (APPROVALS, "age<2d", lambda row, here: (here.clock() - row.submitted_at).days <= 2),
    (APPROVALS, "org:nederland", lambda row, _: "Nederland" in row.organisation),
    (APPROVALS, "org:slash", lambda row, _: "slash" in row.organisation),
    (APPROVALS, "product:x", lambda row, _: False),
    (APPROVALS, "p5 x.example", lambda row, _: "P5" in row.email),
]  # fmt: skip


async def test_a_filter_shows_what_it_says(company: Company) -> None:
    await Crowd(company).everything(MANY)
    for listing, words, matches in FILTERS:
        here = lister(company.desk, listing)
        parsed = parse(words, listing)
        assert parsed.faults == (), words
        rows = (await here.page(Ask(EVERYTHING, listing.sort, size=1000))).rows
        expected = {row.id for row in rows if matches(row, company)}
        assert await found(here, parsed.query) == expected, words


@pytest.mark.parametrize("listing", LISTINGS, ids=lambda listing: listing.name)
async def test_counts_of_tabs_add_up_and_agree_with_the_filters(
    company: Company, listing: Listing
) -> None:
    await Crowd(company).everything(MANY)
    here = lister(company.desk, listing)
    tabs = await here.tabs()
    assert tabs[""] == (await here.count(EVERYTHING)).number >= MANY
    # The log and the batches have no tabs of their own.
    named = sum(number for name, number in tabs.items() if name)
    assert named == (0 if listing in (AUDIT, BATCHES) else tabs[""])
    if "status" in (field.name for field in listing.fields):
        alone = [Query(terms=(Term("status", ":", name),)) for name in tabs if name]
        few = Query(words=("p1",))
        for base in (EVERYTHING, few):
            numbers = await here.numbers(base, alone)
            assert numbers == tuple([await here.count(base.also(each)) for each in alone])
        for name, number in tabs.items():
            query = Query(terms=(Term("status", ":", name),)) if name else EVERYTHING
            assert len(await found(here, query)) == number, name


async def test_names_are_found_whatever_their_case_and_accents(company: Company) -> None:
    await company.add_organisation("École Überlingen ß")
    await company.invite("piet@x.example", organisation="École Überlingen ß")
    await company.add_role("Geschäftsführer", "can_view")
    await company.add("greta", "Geschäftsführer")
    for word in ("École", "ecole", "ÜBERLINGEN", "uberl"):
        for before, here in (("org:", company.desk.invitations), ("", company.desk.organisations)):
            query = parse(f"{before}{word}", here.source.listing).query
            assert len(await found(here, query)) == 1, (before, word)
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
        desk.users.available(f"{who}@x.example", who),
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
