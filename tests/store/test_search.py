"""Searching: an index leads to what looking at every row would find, whichever way is taken.

How few and how many are told apart by numbers in `finding`; they are made small here, so that a
crowd of some dozens takes every way there is.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select, text, update

from tests.support.crowd import Crowd
from tests.support.listers import lister, orders
from tui_admin.domain.listings import Ask, Seek
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.lists.outbox import MESSAGES
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.query import EVERYTHING, Query, Term, parse
from tui_admin.domain.text import fold
from tui_admin.store import finding
from tui_admin.store.schema import everything as schema
from tui_admin.store.upkeep import check, upgrade

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.listings import Listing
    from tui_admin.services.lister import Lister

ALIKE = [(400, 16_000, 10_000, 100_000), (3, 8, 4, 9), (2, 4, 0, 0)]
"""How far a glance and a walk go, and what is few and many: as they are, and so small that pages
are found by walking, by being led, and by neither."""


@pytest.fixture(params=ALIKE, ids=str)
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have every way of finding rows taken by few of them."""
    for name, number in zip(("GLANCE", "WALK", "FEW", "MANY"), request.param, strict=True):
        monkeypatch.setattr(finding, name, number)


async def plainly(company: Company, listing: Listing, words: list[str]) -> set[int]:
    """Return the ids of rows that have the words, as looking at each of them tells."""
    table = {
        USERS.name: schema.user, INVITATIONS.name: schema.invitation,
        MESSAGES.name: schema.outbox_message,
    }[listing.name]  # fmt: skip
    rows = await company.execute(select(table.c.id, table.c.search))
    return {row.id for row in rows if all(fold(word) in row.search for word in words)}


def pieces(dice: random.Random, texts: list[str]) -> list[str]:
    """Return words: pieces of what is there, and some that are nowhere."""
    found = []
    for _ in range(dice.choice((1, 1, 2))):
        whole = dice.choice(texts)
        at = dice.randrange(len(whole))
        found.append(whole[at : at + dice.choice((1, 1, 2, 2, 3, 4, 7))])
    if dice.random() < 0.2:
        found.append(dice.choice(("zq", "§", "nowhere", "x.exampleq")))
    return found


FILTERS = (
    Term("status", ":", "active"), Term("status", ":", "blocked,invited"),
    Term("role", ":", "basic"), Term("organisations", ":", "acme"),
    Term("domain", ":", "x.ex"), Term("created_at", "<", "2d"),
    Term("seen_at", "<", "9d"), Term("invited_by", ":", "found"), Term("stuck", ":", "failed"),
)  # fmt: skip


async def matching(here: Lister[Any], term: Term | None) -> set[int]:
    """Return the ids that one filter alone leaves, read in one page with no words."""
    query = Query(terms=(term,)) if term else EVERYTHING
    page = await here.page(Ask(query, here.source.listing.sort, size=1000))
    return {row.id for row in page.rows}


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize("listing", [USERS, INVITATIONS, MESSAGES], ids=lambda each: each.name)
async def test_answers_equal_a_plain_scan_in_every_order_from_wherever(
    company: Company, listing: Listing
) -> None:
    crowd, dice = Crowd(company), random.Random(listing.name)
    await crowd.everything(25)
    here = lister(company.desk, listing)
    search = here.source.search
    assert search is not None
    texts = [row[0] for row in await company.execute(select(search))]
    ranks = {}
    for sort in orders(listing):
        rows = (await here.page(Ask(EVERYTHING, sort, size=1000))).rows
        ranks[sort] = [row.id for row in rows]
    for _ in range(8):
        words, sort = pieces(dice, [each for each in texts if each]), dice.choice(list(ranks))
        term = dice.choice((None, *FILTERS)) if listing is USERS else None
        query = Query(tuple(words), (term,) if term else ())
        wanted = await plainly(company, listing, words) & await matching(here, term)
        ids = [each for each in ranks[sort] if each in wanted]
        assert (await here.count(query)).number == len(ids), query
        assert (await here.preview(query)).number == len(ids), query
        for size in (2, 100):
            page = await here.page(Ask(query, sort, size=size))
            assert [row.id for row in page.rows] == ids[:size], (query, sort)
            assert page.after == (len(ids) > size)
            page = await here.page(Ask(query, sort, Seek.END, size=size))
            assert [row.id for row in page.rows] == ids[-size:], (query, sort)
        if ids:
            every = await here.page(Ask(query, sort, size=100))
            at = dice.randrange(len(ids))
            key = every.keys[at]
            for seek, rest in (
                (Seek.FROM, ids[at:]), (Seek.AFTER, ids[at + 1 :]), (Seek.BEFORE, ids[:at]),
            ):  # fmt: skip
                page = await here.page(Ask(query, sort, seek, key, 100))
                assert [row.id for row in page.rows] == rest, (query, sort, seek)
            assert (await here.rank(query, sort, key)).number == at


async def test_what_is_written_is_found_at_once_and_what_is_gone_is_not(company: Company) -> None:
    await Crowd(company).people(3)
    here, person = company.desk.users, schema.user

    async def found(word: str) -> set[int]:
        page = await here.page(Ask(Query((word,)), USERS.sort, size=99))
        return {row.id for row in page.rows}

    third = person.c.id == 3
    before = await found("p2")
    assert before == {3}
    await company.execute(update(person).where(third).values(search="quagga@zoo.example"))
    assert (await found("quagga"), await found("qu"), await found("p2")) == ({3}, {3}, set())
    await company.execute(update(person).where(third).values(version=9))
    assert await found("agga@") == {3}
    await company.execute(delete(person).where(third))
    assert await found("quagga") == set()


async def test_kept_counts_follow_every_change(company: Company) -> None:
    await Crowd(company).everything(9)
    person = schema.user
    for change in (
        update(person).where(person.c.id == 4).values(status="blocked", blocked_from="active"),
        update(person).where(person.c.id.in_((5, 6))).values(status="active", blocked_from=""),
        delete(person).where(person.c.id == 7),
        update(schema.invitation).values(status="revoked"),
        delete(schema.outbox_message).where(schema.outbox_message.c.id == 2),
    ):
        await company.execute(change)
    for here in (company.desk.users, company.desk.invitations, company.desk.outbox):
        status = here.source.columns["status"]
        rows = await company.execute(select(status))
        told = await here.tabs()
        assert told.pop("") == len(rows)
        assert told == {each: sum(row[0] == each for row in rows) for each in {r[0] for r in rows}}


async def test_an_invited_person_who_left_the_lists_is_not_counted(company: Company) -> None:
    await Crowd(company).people(9)
    gone = {"status": "invited", "blocked_from": "", "leaves_at": company.clock()}
    await company.execute(update(schema.user).where(schema.user.c.id == 5).values(**gone))
    rows = (await company.desk.users.page(Ask(EVERYTHING, USERS.sort, size=99))).rows
    assert 5 not in {row.id for row in rows}
    assert (await company.desk.users.tabs())[""] == len(rows)


async def test_an_index_that_is_missing_is_told_and_made_anew(small: Company) -> None:
    await Crowd(small).people(5)
    await small.execute(text("DROP TRIGGER user_search_changed"))
    await small.execute(update(schema.user).where(schema.user.c.id == 3).values(search="quagga"))
    assert any("user_search_changed" in line for line in await check(small.url))
    await upgrade(small.url)
    assert await check(small.url) == ()
    page = await small.desk.users.page(Ask(parse("quagga", USERS).query, USERS.sort))
    assert [row.id for row in page.rows] == [3]
