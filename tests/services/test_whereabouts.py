"""Where invitations came to: the filter says what the rule says, batches add it up."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, update

from tests.support.company import ACME
from tests.support.faults import fail_at
from tui_admin.domain.journey import STUCK
from tui_admin.domain.listings import Ask
from tui_admin.domain.lists.batches import BATCHES
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.query import EVERYTHING, Query, parse
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company

STATUSES = ("queued", "sent", "accepted", "revoked", "failed", "undone", "expired")
REGISTERED = (
    None,
    "started",
    "account",
    "verified",
    "details",
    "awaiting_approval",
    "approved",
    "completed",
    "rejected",
    "withdrawn",
)
LONG, SHORT = timedelta(days=30), timedelta(minutes=1)
INVITATION = schema.invitation


async def every_way(company: Company) -> None:
    """Write an invitation for every status, registration and age that there can be."""
    now = company.clock()
    await company.invite("first@x.example")
    ways = list(
        itertools.product(STATUSES, REGISTERED, (LONG, SHORT), (LONG, SHORT), (True, False))
    )
    invitations, registrations = [], []
    for number, (status, way, moved, stood, live) in enumerate(ways, 2):
        invitations.append(
            {
                "id": number,
                "batch_id": 1,
                "user_id": 1,
                "email": f"i{number}@x.example",
                "email_key": f"i{number}@x.example",
                "status": status,
                "role_id": 1,
                "invited_by": 1,
                "token_hash": f"hash {number}",
                "created_at": now - LONG,
                "sent_at": None if status in ("queued", "failed", "undone") else now - LONG,
                "moved_at": now - moved if number % 3 else None,
                "expires_at": now + LONG if live else now - SHORT,
            }
        )
        if way:
            registrations.append(
                {
                    "user_id": 1,
                    "invitation_id": number,
                    "status": way,
                    "created_at": now - stood,
                    "moved_at": now - stood if number % 2 else None,
                }
            )
    await company.execute_many(insert(INVITATION), invitations)
    await company.execute_many(insert(schema.registration), registrations)


async def rows(company: Company, query: Query = EVERYTHING) -> list[Any]:
    page = await company.desk.invitations.page(Ask(query, INVITATIONS.sort, size=1000))
    assert (await company.desk.invitations.count(query)).number == len(page.rows)
    return list(page.rows)


async def test_the_filter_finds_what_the_rule_says_is_stuck(company: Company) -> None:
    await every_way(company)
    everything = await rows(company)
    assert {row.stuck for row in everything} == {"", *STUCK[1:]}
    for place in STUCK:
        expected = {row.id for row in everything if row.stuck and place in ("any", row.stuck)}
        found = await rows(company, parse(f"stuck:{place}", INVITATIONS).query)
        assert {row.id for row in found} == expected, place
    both = await rows(company, parse("stuck:sent,details", INVITATIONS).query)
    assert {row.stuck for row in both} == {"sent", "details"}
    (batch,) = (await company.desk.batches.page(Ask(EVERYTHING, BATCHES.sort))).rows
    told = {each.stuck for each in everything if each.stuck}
    counted = {place: sum(row.stuck == place for row in everything) for place in told}
    assert batch.stuck == tuple(f"{counted[each]} {each}" for each in STUCK[1:])
    assert batch.accepted == sum(row.status == "accepted" for row in everything)


async def test_a_journey_is_followed_step_by_step(company: Company) -> None:
    await company.invite("piet@x.example", organisation=ACME)
    at = company.clock()

    async def stands(step: str) -> None:
        (piet,) = await rows(company)
        assert (piet.step, piet.since, piet.ended) == (step, at, "")

    await stands("queued")
    await company.mails_have_gone()
    at = company.clock()
    await stands("sent")
    company.clock.move(days=2)
    at = company.clock()
    await company.desk.invitations.resend(Picks.of(1))
    await stands("queued")


async def test_batches_say_who_sent_what_and_what_became_of_it(company: Company) -> None:
    await company.add_product("documents")
    people = "a@x.example b@x.example c@x.example d@x.example"
    place: dict[str, Any] = {"organisation": ACME, "product": "documents", "no_coupon": True}
    sent = await company.invite(people, **place)
    await company.mails_have_gone()
    await company.execute(update(INVITATION).where(INVITATION.c.id == 1).values(status="accepted"))
    await company.desk.invitations.revoke(Picks.of(2))
    (batch,) = (await company.desk.batches.page(Ask(EVERYTHING, BATCHES.sort))).rows
    assert (batch.id, batch.invited_by, batch.size) == (sent.batch, "founder", 4)
    assert (batch.organisation, batch.product) == (ACME, "documents")
    assert (batch.accepted, batch.waiting, batch.taken_back, batch.stuck) == (1, 2, 1, ())
    company.clock.move(days=4)
    (batch,) = (await company.desk.batches.page(Ask(EVERYTHING, BATCHES.sort))).rows
    assert (batch.waiting, batch.stuck) == (0, ("2 sent", "1 verified"))
    company.clock.move(days=12)
    (batch,) = (await company.desk.batches.page(Ask(EVERYTHING, BATCHES.sort))).rows
    assert batch.stuck == ("1 verified", "2 expired")


async def test_batches_are_seen_by_those_who_see_their_invitations(company: Company) -> None:
    await company.add_organisation("Other BV")
    james = await company.add("james", "Administrator")
    await company.invite("a@x.example b@x.example", organisation=ACME)
    await company.invite("c@x.example", james, organisation="Other BV")
    carla = await company.company_administrator("carla")
    for desk, words, found in (
        (company.desk, "", [2, 1]),
        (carla, "", [1]),
        (await company.add("bas"), "", []),
        (company.desk, "by:me", [1]),
        (james, "by:me", [2]),
        (company.desk, "org:other", [2]),
        (company.desk, "a@x", [1]),
        (company.desk, "age>1d", []),
    ):
        query = parse(words, BATCHES).query
        page = await desk.batches.page(Ask(query, BATCHES.sort))
        assert [row.id for row in page.rows] == found, words
        assert (await desk.batches.count(query)).number == len(found)
        if not words:
            assert (await desk.batches.tabs())[""] == len(found)


async def test_a_page_costs_as_many_questions_whatever_is_on_it(company: Company) -> None:
    asked: list[int] = []
    for number in (1, 30):
        await company.invite(" ".join(f"p{number}n{each}@x.example" for each in range(number)))
        with fail_at(company.hub._store, 0) as said:
            await company.desk.invitations.page(Ask(EVERYTHING, INVITATIONS.sort))
            await company.desk.batches.page(Ask(EVERYTHING, BATCHES.sort))
        asked.append(said.count)
    assert asked[0] == asked[1]
