"""The outbox: claims, outcomes, leases, and what operators can do about a mail."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tests.support.post import claim, hand_over, next_claim, settle
from tui_admin.domain.errors import Denied
from tui_admin.domain.lifecycle import CODE_MAIL, LEASE, RESEND_AFTER, URGENT
from tui_admin.domain.outcomes import Picks
from tui_admin.mail.outcome import Delivery
from tui_admin.services import dispatch
from tui_admin.services.dispatch import NOT_KNOWN, Note
from tui_admin.services.roster import Pulse
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.services.outgoing import Claimed


async def invited(company: Company, *names: str) -> None:
    """Invite people and let the undo window pass."""
    await company.invite(" ".join(f"{name}@x.example" for name in names or ("piet",)))
    company.clock.move(seconds=10)


async def test_many_workers_never_claim_the_same_mail(company: Company) -> None:
    await invited(company, *(f"p{number}" for number in range(30)))

    async def work(owner: str) -> list[int]:
        mine = []
        while claimed := await next_claim(company, owner):
            mine.append(claimed.id)
        return mine

    claimed = await asyncio.gather(*(work(f"w{number}") for number in range(4)))
    every = [each for some in claimed for each in some]
    assert sorted(every) == list(range(1, 31))


async def test_once_sent_the_link_and_the_bytes_are_gone(company: Company) -> None:
    await invited(company)
    claimed = await claim(company)
    assert await hand_over(company, claimed)
    await settle(company, claimed, "sent")
    row = (await company.execute(select(schema.outbox_message)))[0]
    assert (row.status, row.facts, row.body, row.last_error) == ("sent", "{}", None, "")
    assert (await company.desk.outbox.show(1)).text == "as sent"


async def test_a_temporary_refusal_is_tried_again_later(company: Company) -> None:
    await invited(company)
    await settle(company, await claim(company), "transient", "451 come back")
    (mail,) = await company.mails()
    assert (mail.status, mail.attempts, mail.last_error) == ("queued", 1, "451 come back")
    assert mail.next_attempt_at is not None
    assert mail.next_attempt_at > company.clock()
    assert await next_claim(company) is None
    company.clock.move(minutes=2)
    assert (await claim(company)).row.attempts == 2


async def test_it_is_not_tried_again_past_the_invitations_expiry(company: Company) -> None:
    await invited(company)
    company.clock.move(days=13, hours=23, minutes=59, seconds=30)
    await settle(company, await claim(company), "transient")
    assert [mail.status for mail in await company.mails()] == ["expired"]


async def test_a_refusal_fails_the_invitation_with_the_servers_words(company: Company) -> None:
    await invited(company)
    await settle(company, await claim(company), "permanent", "550 no such user")
    (invitation,) = await company.invitations()
    assert (invitation.status, invitation.error) == ("failed", "550 no such user")
    assert (await company.desk.outbox.health()).failed.number == 1


async def test_a_server_out_of_reach_uses_no_attempt(company: Company) -> None:
    await invited(company)
    for _ in range(3):
        await settle(company, await claim(company), "unreachable")
    (mail,) = await company.mails()
    assert (mail.status, mail.attempts) == ("queued", 0)


async def test_a_mail_that_may_have_arrived_is_parked_and_shown(company: Company) -> None:
    await invited(company)
    await settle(company, await claim(company), "unknown", "no answer")
    assert [(m.status, m.last_error) for m in await company.mails()] == [("unknown", "no answer")]
    assert await next_claim(company) is None


async def test_what_a_dead_worker_had_claimed_is_taken_over(company: Company) -> None:
    await invited(company)
    await claim(company, "dead")
    assert await company.hub.outgoing.tidy() == 0
    company.clock.move(seconds=LEASE.total_seconds() + 1)
    assert await company.hub.outgoing.tidy() == 1
    assert (await claim(company, "heir")).row.attempts == 1


async def dies_handing_over(company: Company) -> Claimed:
    """Let a worker die while a mail's text is going out, and its lease end."""
    claimed = await claim(company, "dead")
    assert await hand_over(company, claimed, "dead")
    company.clock.move(seconds=LEASE.total_seconds() + 1)
    assert await company.hub.outgoing.tidy() == 1
    return claimed


async def test_what_may_have_arrived_is_shown_as_that_and_goes_once_more(company: Company) -> None:
    await invited(company)
    before = (await dies_handing_over(company)).row
    (mail,) = await company.mails()
    assert (mail.status, mail.last_error) == ("unknown", NOT_KNOWN)
    assert await company.hub.outgoing.tidy() == 0
    company.clock.move(seconds=RESEND_AFTER.total_seconds())
    assert await company.hub.outgoing.tidy() == 1
    again = (await claim(company)).row
    assert again.message_id == before.message_id
    assert bytes(again.body) == b"body"
    assert again.doubts == 1


async def test_it_goes_once_more_and_not_twice(company: Company) -> None:
    await invited(company)
    await dies_handing_over(company)
    company.clock.move(seconds=RESEND_AFTER.total_seconds())
    await company.hub.outgoing.tidy()
    await dies_handing_over(company)
    company.clock.move(days=1)
    assert await company.hub.outgoing.tidy() == 0
    assert [mail.status for mail in await company.mails()] == ["unknown"]


async def test_a_code_in_doubt_is_left_alone(company: Company) -> None:
    await invited(company)
    await company.execute(update(schema.outbox_message).values(kind=CODE_MAIL, priority=URGENT))
    await dies_handing_over(company)
    company.clock.move(days=1)
    assert await company.hub.outgoing.tidy() == 0


async def test_an_invitation_made_anew_does_not_go_twice_for_the_doubt_about_the_first(
    company: Company,
) -> None:
    await invited(company)
    await dies_handing_over(company)
    assert (await company.desk.invitations.resend(Picks.of(1))).done
    company.clock.move(minutes=10)
    assert await company.hub.outgoing.tidy() == 0
    assert (await claim(company)).id == 2
    assert await next_claim(company) is None


async def test_an_answer_that_comes_late_ends_the_doubt(company: Company) -> None:
    await invited(company)
    claimed = await dies_handing_over(company)
    await settle(company, claimed, "sent", owner="dead")
    assert [mail.status for mail in await company.mails()] == ["sent"]
    company.clock.move(minutes=10)
    assert await next_claim(company) is None


async def test_an_answer_that_comes_while_a_doubt_is_written_down_stands(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    await invited(company)
    claimed = await claim(company, "dead")
    await hand_over(company, claimed, "dead")
    company.clock.move(seconds=LEASE.total_seconds() + 1)
    jot = company.hub._store.jot

    async def answered_meanwhile(act: Any) -> Any:
        def both(connection: Any) -> Any:
            chosen = connection.execute

            def execute(statement: Any, *more: Any) -> Any:
                found = chosen(statement, *more)
                if statement.is_select:
                    note = Note(claimed.row, Delivery("sent", 250, "", "done"))
                    monkeypatch.setattr(connection, "execute", chosen)
                    assert dispatch.settle(connection, "dead", [note], company.clock())
                return found

            monkeypatch.setattr(connection, "execute", execute)
            return act(connection)

        return await jot(both)

    monkeypatch.setattr(company.hub._store, "jot", answered_meanwhile)
    await company.hub.outgoing.tidy()
    assert [mail.status for mail in await company.mails()] == ["sent"]


async def test_a_pause_holds_all_but_what_somebody_waits_for(company: Company) -> None:
    await invited(company, "piet", "kees", "jan")
    only = schema.outbox_message.c.id == 3
    await company.execute(
        update(schema.outbox_message).where(only).values(kind=CODE_MAIL, priority=URGENT)
    )
    (_, second) = await company.hub.outgoing.claim("w", 2)
    await company.desk.outbox.pause()
    assert not await hand_over(company, second)
    assert not await company.hub.outgoing.is_due()
    assert await next_claim(company) is None
    await company.desk.outbox.resume()
    assert (await claim(company)).id == 2


async def test_codes_are_claimed_first_and_are_tried_again_within_seconds(
    company: Company,
) -> None:
    await invited(company, "piet", "kees")
    last = schema.outbox_message.c.id == 2
    await company.execute(
        update(schema.outbox_message).where(last).values(kind=CODE_MAIL, priority=URGENT)
    )
    claimed = await company.hub.outgoing.claim("w", 2)
    assert [each.id for each in claimed] == [2, 1]
    await settle(company, claimed[0], "transient")
    company.clock.move(seconds=6)
    assert (await claim(company)).id == 2


async def test_who_signs_off_gives_back_what_was_not_tried_and_owns_up_to_the_rest(
    company: Company,
) -> None:
    await invited(company, "piet", "kees")
    going, _ = await company.hub.outgoing.claim("w", 2)
    await hand_over(company, going)
    await company.hub.outgoing.roster.sign_off("w")
    assert [(mail.status, mail.attempts) for mail in await company.mails()] == [
        ("queued", 0),
        ("unknown", 1),
    ]


async def test_a_heartbeat_keeps_what_was_claimed(company: Company) -> None:
    await invited(company)
    await claim(company)
    company.clock.move(seconds=100)
    await company.hub.outgoing.roster.beat("w")
    company.clock.move(seconds=100)
    assert await company.hub.outgoing.tidy() == 0


async def test_whoever_lost_a_claim_changes_nothing_any_more(company: Company) -> None:
    await invited(company)
    late = await claim(company, "late")
    company.clock.move(seconds=LEASE.total_seconds() + 1)
    await company.hub.outgoing.tidy()
    await claim(company, "heir")
    assert not await hand_over(company, late, "late")
    await settle(company, late, "permanent", owner="late")
    assert [mail.status for mail in await company.mails()] == ["sending"]


async def test_a_failed_mail_is_queued_again_as_it_was(company: Company) -> None:
    await invited(company)
    await settle(company, await claim(company), "permanent")
    before = (await company.mails())[0].message_id
    outcome = await company.desk.outbox.retry_failed()
    assert len(outcome.done) == 1
    (mail,) = await company.mails()
    assert (mail.status, mail.attempts, mail.message_id) == ("queued", 0, before)
    assert [i.status for i in await company.invitations()] == ["queued"]


async def test_invitations_whose_mail_failed_are_retried_from_their_own_list(
    company: Company,
) -> None:
    await invited(company)
    await settle(company, await claim(company), "permanent")
    assert (await company.desk.invitations.retry(Picks.of(1))).done
    assert [(m.status, m.attempts) for m in await company.mails()] == [("queued", 0)]


async def test_a_failed_mail_is_not_queued_again_once_the_invitation_was_made_anew(
    company: Company,
) -> None:
    await invited(company)
    await settle(company, await claim(company), "permanent")
    await company.invite("piet@x.example")
    outcome = await company.desk.outbox.retry(Picks.of(1))
    assert [row.reason.id for row in outcome.skipped if row.reason] == ["invited_again"]


async def test_a_failed_mail_is_not_queued_again_once_its_link_is_dead(company: Company) -> None:
    await invited(company)
    await settle(company, await claim(company), "permanent")
    assert (await company.desk.invitations.resend(Picks.of(1))).done
    outcome = await company.desk.outbox.retry(Picks.of(1))
    assert [row.reason.id for row in outcome.skipped if row.reason] == ["mail_outdated"]


async def test_a_cancelled_mail_fails_its_invitation_and_never_goes(company: Company) -> None:
    await company.invite("piet@x.example")
    assert (await company.desk.outbox.drop(Picks.of(1))).done
    company.clock.move(seconds=60)
    assert await next_claim(company) is None
    assert [i.status for i in await company.invitations()] == ["failed"]


async def test_a_sent_mail_is_neither_cancelled_nor_sent_again(company: Company) -> None:
    await invited(company)
    await company.mails_have_gone()
    assert (await company.desk.outbox.drop(Picks.of(1))).skipped
    assert (await company.desk.outbox.retry(Picks.of(1))).skipped


async def test_a_waiting_mail_is_shown_without_its_link_and_says_why_it_waits(
    company: Company,
) -> None:
    await company.invite("piet@x.example")
    view = await company.desk.outbox.show(1)
    assert "/invitation/…" in view.text
    assert view.waiting_for is not None
    assert view.waiting_for.id == "waits_for_undo"
    company.clock.move(seconds=10)
    view = await company.desk.outbox.show(1)
    assert view.waiting_for is not None
    assert view.waiting_for.id == "waits_for_worker"
    await company.hub.outgoing.roster.beat("w", Pulse("the server sulks", company.clock()))
    view = await company.desk.outbox.show(1)
    assert view.waiting_for is not None
    assert view.waiting_for.id == "waits_for_server"
    health = await company.desk.outbox.health()
    assert (health.queued.number, health.workers, health.trouble) == (1, 1, "the server sulks")


async def test_a_dashboard_stands_back_for_a_worker_and_for_an_earlier_dashboard(
    company: Company,
) -> None:
    roster = company.hub.outgoing.roster
    await roster.beat("2-dashboard:a")
    assert not await roster.stands_back_for("2-dashboard:a")
    assert await roster.stands_back_for("2-dashboard:b")
    await roster.beat("1-worker:z")
    assert await roster.stands_back_for("2-dashboard:a")
    company.clock.move(seconds=20)
    assert not await roster.stands_back_for("2-dashboard:b")
    await roster.beat("1-worker:z")
    await roster.sign_off("1-worker:z")
    assert not await roster.stands_back_for("2-dashboard:a")


async def test_the_outbox_needs_its_own_right(company: Company) -> None:
    desk = await company.company_administrator("carla")
    await company.invite("piet@x.example")
    with pytest.raises(Denied, match="can_manage_mail"):
        await desk.outbox.show(1)
    with pytest.raises(Denied, match="can_manage_mail"):
        await desk.outbox.drop(Picks.of(1))
    assert (await desk.outbox.health()).queued.number == 0
