"""Managing invitations: what is foreseen is what is done, other expiries, and every way back."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from tests.support.company import ACME, Company
from tests.support.faults import dump
from tests.support.post import claim, hand_over, settle
from tui_admin.domain.errors import Denied, Refused, Stale
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.managing import ACTS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.query import Query, parse
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tui_admin.domain.outcomes import Outcome, Undo
    from tui_admin.services.facade import Desk

MONTH = timedelta(days=30)
OTHER = "Other BV"


def why(outcome: Outcome) -> dict[str, str]:
    """Return why which address was left alone."""
    return {row.label: row.reason.id for row in outcome.skipped if row.reason}


def done(outcome: Outcome) -> set[str]:
    """Return the addresses that something was done for."""
    return {row.label for row in outcome.done}


async def mail_fails(company: Company) -> None:
    """Let the next mail be refused by the server."""
    company.clock.move(seconds=60)
    claimed = await claim(company)
    await hand_over(company, claimed)
    await settle(company, claimed, "permanent", "no such box")


async def in_every_status(company: Company) -> None:
    """Invite people until there is an invitation in every status, each by its name."""
    await company.invite("failed@x.example")
    await mail_fails(company)
    await company.invite("expired@x.example")
    await company.mails_have_gone()
    company.clock.move(days=15)
    await company.invite("refused@x.example")
    await mail_fails(company)
    await company.invite("sent@x.example revoked@x.example")
    await company.mails_have_gone()
    await company.desk.invitations.revoke(await ids(company, "revoked"))
    undone = await company.invite("undone@x.example")
    assert undone.undo is not None
    await company.desk.undo(undone.undo)
    await company.mails_have_gone()
    await company.invite("queued@x.example")


async def ids(company: Company, *names: str) -> Picks:
    """Return picks of invitations as they are now, by their names."""
    rows = [each for each in await company.invitations() if each.email.split("@")[0] in names]
    return Picks.rows((each.id, each.version) for each in rows)


async def act(desk: Desk, name: str, picks: Picks) -> Outcome:
    """Do something by its name."""
    invitations = desk.invitations
    if name == "expiry":
        return await invitations.set_expiry(picks, desk._context.now() + MONTH)
    if name == "link":
        return (await invitations.copy_links(picks)).outcome
    outcome: Outcome = await getattr(invitations, name)(picks)
    return outcome


@pytest.mark.parametrize("name", ACTS)
async def test_what_is_foreseen_is_what_is_done(company: Company, name: str) -> None:
    await in_every_status(company)
    everybody = Picks.of(*(each.id for each in await company.invitations()))
    before = await dump(company.hub._store)
    foreseen = await act(company.desk.rehearsing(), name, everybody)
    assert await dump(company.hub._store) == before
    outcome = await act(company.desk, name, everybody)
    assert (done(outcome), why(outcome)) == (done(foreseen), why(foreseen))
    expected = {
        "resend": {"sent", "expired", "failed", "refused"},
        "revoke": {"sent", "queued"},
        "retry": {"refused"},
        "expiry": {"sent", "queued", "expired"},
        "link": {"sent", "queued", "expired", "failed", "refused"},
    }
    assert {each.split("@")[0] for each in done(outcome)} == expected[name]


@pytest.mark.parametrize("name", ACTS)
async def test_each_act_can_be_taken_back_and_leaves_no_trace_but_the_log(
    company: Company, name: str
) -> None:
    await in_every_status(company)
    everybody = Picks.of(*(each.id for each in await company.invitations()))
    columns = [each for each in schema.invitation.c if each.name != "version"]
    as_it_is = select(*columns).order_by(schema.invitation.c.id)
    before = await company.execute(as_it_is)
    waiting = await company.execute(WAITING)
    outcome = await act(company.desk, name, everybody)
    assert await company.execute(as_it_is) != before
    await company.desk.undo(way_back(outcome))
    assert await company.execute(as_it_is) == before
    assert await company.execute(WAITING) == waiting
    assert (await company.desk.audit.verify()).bad is None


WAITING = (
    select(
        schema.outbox_message.c.invitation_id,
        schema.outbox_message.c.facts,
        schema.outbox_message.c.not_after,
    )
    .where(schema.outbox_message.c.status == "queued")
    .order_by(schema.outbox_message.c.id)
)


def way_back(outcome: Outcome) -> Undo:
    assert outcome.undo is not None
    return outcome.undo


async def test_everything_that_matches_is_done_as_it_was_counted_or_not_at_all(
    company: Company,
) -> None:
    await company.invite("a@x.example b@x.example c@x.example")
    await company.mails_have_gone()
    query = parse("status:sent by:me", INVITATIONS).query
    picks = Picks.matching(query, await company.desk.invitations.preview(query))
    await company.desk.invitations.revoke(Picks.of(1))
    for attempt in (
        company.desk.rehearsing().invitations.resend(picks),
        company.desk.invitations.resend(picks),
    ):
        with pytest.raises(Stale, match="picks_changed"):
            await attempt
    picks = Picks.matching(query, await company.desk.invitations.preview(query))
    assert len((await company.desk.invitations.resend(picks)).done) == 2


async def test_by_me_is_nobody_else_whose_name_has_it_in_it(company: Company) -> None:
    james = await company.add("james", "Administrator")
    await company.invite("a@x.example", james)
    await company.invite("b@x.example")
    mine = parse("by:me", INVITATIONS).query
    for desk, found in ((james, 1), (company.desk, 2)):
        rows = (await desk.invitations.count(mine), await desk.invitations.preview(mine))
        assert [each.number for each in rows] == [1, 1]
        outcome = await desk.rehearsing().invitations.revoke(Picks.matching(mine))
        assert [row.id for row in outcome.done] == [found]


# Other expiries


async def test_another_expiry_keeps_the_link_and_is_told_by_a_mail_that_waits(
    company: Company,
) -> None:
    await company.invite("piet@x.example")
    until = company.clock() + MONTH
    hashed = await company.execute(select(schema.invitation.c.token_hash))
    await company.desk.invitations.set_expiry(Picks.of(1), until)
    assert await company.execute(select(schema.invitation.c.token_hash)) == hashed
    (piet,) = await company.invitations()
    assert (piet.status, piet.expires_at) == ("queued", until)
    (mail,) = await company.execute(select(schema.outbox_message))
    assert json.loads(mail.facts)["expires_at"] == until.isoformat()
    assert mail.not_after == until
    company.clock.move(days=20)
    await company.mails_have_gone()
    assert [each.status for each in await company.invitations()] == ["sent"]
    assert [each.username for each in await company.users()] == ["piet", "founder"]


async def test_an_expired_link_holds_again_but_not_beside_a_newer_one(company: Company) -> None:
    await company.invite("piet@x.example kees@x.example")
    await company.mails_have_gone()
    company.clock.move(days=20)
    await company.invite("kees@x.example")
    until = company.clock() + MONTH
    outcome = await company.desk.invitations.set_expiry(Picks.of(1, 2), until)
    assert done(outcome) == {"piet@x.example"}
    assert why(outcome) == {"kees@x.example": "invited_again"}
    status = {each.id: each.status for each in await company.invitations()}
    assert status == {1: "sent", 2: "expired", 3: "queued"}


@pytest.mark.parametrize(("days", "reason"), [(-1, "expiry_past"), (400, "expiry_too_far")])
async def test_no_invitation_holds_until_then(small: Company, days: int, reason: str) -> None:
    await small.invite("piet@x.example")
    with pytest.raises(Refused, match=reason):
        await small.desk.invitations.set_expiry(Picks.of(1), small.clock() + timedelta(days=days))


# What a retry, a revocation, a resend and links have to mind


async def test_a_mail_that_failed_is_not_tried_again_after_its_time(company: Company) -> None:
    await company.invite("piet@x.example")
    await mail_fails(company)
    company.clock.move(days=20)
    outcome = await company.desk.invitations.retry(Picks.of(1))
    assert why(outcome) == {"piet@x.example": "expired_unsent"}
    assert [each.status for each in await company.invitations()] == ["failed"]


async def test_whoever_had_an_earlier_mail_is_told_though_the_new_one_still_waits(
    company: Company,
) -> None:
    await company.invite("piet@x.example")
    await company.mails_have_gone()
    await company.desk.invitations.resend(Picks.of(1))
    outcome = await company.desk.invitations.revoke(Picks.of(1))
    mails = [(each.kind, each.status) for each in await company.mails()]
    assert mails == [("revocation", "queued"), ("invitation", "cancelled"), ("invitation", "sent")]
    await company.desk.undo(way_back(outcome))
    mails = [(each.kind, each.status) for each in await company.mails()]
    assert mails == [("revocation", "cancelled"), ("invitation", "queued"), ("invitation", "sent")]


async def test_nobody_is_told_of_an_invitation_they_never_had(company: Company) -> None:
    await company.invite("piet@x.example")
    await company.desk.invitations.revoke(Picks.of(1))
    assert [each.kind for each in await company.mails()] == ["invitation"]


async def test_of_an_overdue_and_a_failed_one_for_the_same_place_one_is_resent(
    company: Company,
) -> None:
    await company.invite("piet@x.example")
    await mail_fails(company)
    await company.invite("piet@x.example")
    await company.mails_have_gone()
    company.clock.move(days=20)
    outcome = await company.desk.invitations.resend(Picks.of(1, 2))
    assert [row.id for row in outcome.done] == [2]
    assert [row.id for row in outcome.skipped] == [1]


async def test_links_are_copied_up_to_the_limit_of_one_go(templates: Any, tmp_path: Any) -> None:
    url = templates.founded("sqlite", tmp_path)
    async with Company.at(url, INVITATIONS__BATCH_LIMIT="2") as small:
        await small.invite("a@x.example b@x.example")
        await small.invite("c@x.example")
        everybody = Picks.matching(Query())
        for attempt in (
            small.desk.rehearsing().invitations.copy_links(everybody),
            small.desk.invitations.copy_links(everybody),
        ):
            with pytest.raises(Refused, match="links_too_many"):
                await attempt
        assert len((await small.desk.invitations.copy_links(Picks.of(1, 2))).links) == 2


async def test_the_next_expiry_is_that_of_the_live_ones_alone(company: Company) -> None:
    assert await company.desk.invitations.next_expiry() is None
    await company.invite("piet@x.example")
    company.clock.move(days=1)
    await company.invite("kees@x.example")
    first, second = sorted(each.expires_at for each in await company.invitations())
    assert await company.desk.invitations.next_expiry() == first
    company.clock.at = first
    assert await company.desk.invitations.next_expiry() == second
    await company.desk.invitations.revoke(Picks.of(2))
    assert await company.desk.invitations.next_expiry() is None


# Who may


async def test_who_may_do_what_where(company: Company) -> None:
    """Own organisation, another's, and the environment: for every act, by every kind of person."""
    await company.add_organisation(OTHER)
    await company.add_role("Inviter", "can_view", "can_invite", "can_bulk_invite")
    await company.add_role("Viewer", "can_view")
    desks = {
        "inviter": await company.add("ivy", "Inviter"),
        "viewer": await company.add("vic", "Viewer"),
        "company": await company.company_administrator("carla"),
    }
    reach = {"inviter": {"own", "other", "environment"}, "viewer": set(), "company": {"own"}}
    places = {"own": ACME, "other": OTHER, "environment": ""}
    for name in ACTS:
        for who, desk in desks.items():
            for place, organisation in places.items():
                await company.mails_have_gone()
                sent = await company.invite(
                    f"{name}-{who}-{place}@x.example", organisation=organisation
                )
                assert sent.sent == 1
                await (mail_fails(company) if name == "retry" else company.mails_have_gone())
                picks = Picks.of(await newest(company))
                allowed = place in reach[who]
                foreseen = await succeeds(act(desk.rehearsing(), name, picks))
                done = await succeeds(act(desk, name, picks))
                assert (foreseen, done) == (allowed, allowed), (name, who, place)


async def test_many_at_once_take_more_than_one(company: Company) -> None:
    await company.add_role("One by one", "can_view", "can_invite")
    single = await company.add("sam", "One by one")
    await company.invite("a@x.example b@x.example")
    await company.mails_have_gone()
    for name in ("resend", "link"):
        for attempt in (
            act(single.rehearsing(), name, Picks.of(1, 2)),
            act(single, name, Picks.of(1, 2)),
        ):
            with pytest.raises(Denied, match="can_bulk_invite"):
                await attempt
    for name in ("expiry", "revoke"):
        assert len(done(await act(single, name, Picks.of(1, 2)))) == 2


async def newest(company: Company) -> int:
    latest = select(func.max(schema.invitation.c.id).label("id"))
    return int((await company.execute(latest))[0].id)


async def succeeds(attempt: Any) -> bool:
    """Say whether something was done, or would be; False where it was refused as a whole."""
    try:
        outcome: Outcome = await attempt
    except Denied:
        return False
    assert bool(outcome.done) != bool(outcome.skipped)
    assert not outcome.skipped or set(why(outcome).values()) <= {"not_there", "not_allowed_there"}
    return bool(outcome.done)
