"""Acts on many: what they would do is known before, and every row is reported after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from tests.support.applicants import applicant
from tests.support.company import ACME
from tests.support.faults import dump
from tui_admin.domain.outcomes import Outcome, Pick, Picks
from tui_admin.domain.people_roster import read_pairs
from tui_admin.domain.query import Query, Term
from tui_admin.store.schema.audit import audit_event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tests.support.company import Company
    from tui_admin.services.facade import Desk

ACTIVE = Query(terms=(Term("status", ":", "active"),))
ACTS: dict[str, Callable[[Desk, Picks], Awaitable[Outcome]]] = {
    "user.block": lambda desk, picks: desk.users.block(picks, "gone"),
    "user.unblock": lambda desk, picks: desk.users.unblock(picks),
    "user.role": lambda desk, picks: desk.users.set_role(picks, "Advanced user"),
    "user.remove": lambda desk, picks: desk.users.remove(picks),
    "membership.add": lambda desk, picks: desk.memberships.add(picks, ACME),
    "membership.change": lambda desk, picks: desk.memberships.change(picks, ACME, "member"),
    "membership.remove": lambda desk, picks: desk.memberships.remove(picks, ACME),
    "user.password_link": lambda desk, picks: desk.users.password_link(picks),
    "invitation.resend": lambda desk, picks: desk.invitations.resend(picks),
    "invitation.revoke": lambda desk, picks: desk.invitations.revoke(picks),
    "invitation.retry": lambda desk, picks: desk.invitations.retry(picks),
    "registration.approve": lambda desk, picks: desk.approvals.approve(picks),
    "registration.reject": lambda desk, picks: desk.approvals.reject(picks, "no"),
    "mail.retry": lambda desk, picks: desk.outbox.retry(picks),
    "mail.cancel": lambda desk, picks: desk.outbox.drop(picks),
}


def reasons(outcome: Outcome) -> dict[str, str]:
    return {row.label: row.reason.id for row in outcome.skipped if row.reason}


async def a_hundred(company: Company) -> Picks:
    """Add 98 people, one of them blocked, and return the picks of them, oneself and a ghost."""
    people = read_pairs("\n".join(f"p{number}@acme.example" for number in range(98)))
    await company.desk.importing.carry_out(people, mail=False)
    await company.desk.users.block(await company.pick("p0"))
    everybody = await company.desk.users.pin(Picks.matching(Query()))
    return Picks((*everybody.named, Pick(999_999)))


async def events(company: Company, action: str) -> int:
    event = audit_event
    counted = select(func.count().label("number")).where(event.c.action == action)
    return int((await company.execute(counted))[0].number)


async def test_of_a_hundred_with_three_refused_97_are_done_and_3_named_with_reasons(
    company: Company,
) -> None:
    picks = await a_hundred(company)
    assert len(picks.named) == 100
    before = await events(company, "user.block")
    foreseen = await company.desk.rehearsing().users.block(picks)
    outcome = await company.desk.users.block(picks, "closing down")
    assert len(outcome.done) == 97
    assert reasons(outcome) == {
        "founder@acme.example": "not_yourself",
        "p0@acme.example": "blocked_already",
        "#999999": "not_there",
    }
    assert await events(company, "user.block") - before == 97
    assert (foreseen.done, reasons(foreseen)) == (outcome.done, reasons(outcome))
    assert foreseen.undo is None


@pytest.mark.parametrize("action", ACTS)
async def test_a_rehearsal_says_what_would_be_done_and_does_nothing(
    company: Company, action: str
) -> None:
    await company.add("marie")
    await company.add("piet")
    await company.desk.users.block(await company.pick("piet"))
    await company.invite("new@x.example")
    await applicant(company, "nora")
    picks = Picks.of(*range(1, 8))
    before = await dump(company.hub._store)
    foreseen = await ACTS[action](company.desk.rehearsing(), picks)
    assert await dump(company.hub._store) == before
    done = await ACTS[action](company.desk, picks)
    assert (foreseen.action, foreseen.done) == (action, done.done)
    assert reasons(foreseen) == reasons(done)


async def test_a_rehearsal_in_parts_knows_who_would_be_the_last_administrator(
    company: Company,
) -> None:
    await company.add("ada", "Administrator")
    await company.add("bob", "Administrator")
    everybody = await company.desk.users.pin(Picks.matching(ACTIVE))
    helper = await company.add("helper")
    await company.add_role("Blocker", "can_view", "can_block")
    await company.desk.users.set_role(await company.pick("helper"), "Blocker")
    desk = helper.rehearsing()
    found = [await desk.users.block(part, even_last=True) for part in everybody.parts(size=1)]
    whole = Outcome.of(found)
    assert len(whole.done) == 2
    assert list(reasons(whole).values()) == ["last_administrator"]


async def test_an_act_in_parts_is_taken_back_as_one(company: Company) -> None:
    for name in ("ada", "bob", "cas"):
        await company.add(name)
    picks = await company.pick("ada", "bob", "cas")
    parts = [await company.desk.users.block(part) for part in picks.parts(size=1)]
    whole = Outcome.of(parts)
    assert len(whole.done) == 3
    assert whole.undo is not None
    assert len((await company.desk.undo(whole.undo)).done) == 3
    assert (await company.user("bob")).status == "active"


async def test_all_that_match_are_pinned_as_they_were_counted(company: Company) -> None:
    await company.add("ada")
    seen = await company.desk.users.preview(ACTIVE)
    pinned = await company.desk.users.pin(Picks.matching(ACTIVE, seen))
    assert len(pinned.named) == 2
    await company.desk.users.set_role(await company.pick("ada"), "Advanced user")
    outcome = await company.desk.users.block(pinned)
    assert set(reasons(outcome).values()) == {"not_yourself", "changed_by"}
