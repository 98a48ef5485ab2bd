"""How the sending goes, a pause of it, and sending again what may have arrived."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from tui_admin.domain.errors import Refused, Stale
from tui_admin.domain.lifecycle import AGAIN, CODE_MAIL, PRIORITY
from tui_admin.domain.listings import Ask
from tui_admin.domain.lists.audit import AUDIT
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.query import EVERYTHING
from tui_admin.services.roster import Pulse
from tui_admin.services.sending import Heap, Pause
from tui_admin.store.schema.environment import setting
from tui_admin.store.schema.outbox import outbox_message

if TYPE_CHECKING:
    from tests.support.company import Company


async def change(company: Company, number: int, **values: Any) -> None:
    mail = update(outbox_message).where(outbox_message.c.id == number)
    await company.execute(mail.values(**values))


async def why(company: Company, number: int = 1) -> str:
    waiting = (await company.desk.outbox.show(number)).waiting_for
    return waiting.id if waiting else ""


async def test_health_tells_each_state_with_its_oldest_and_the_pace(company: Company) -> None:
    begun = company.clock()
    await company.invite("a@x.example b@x.example c@x.example d@x.example")
    company.clock.move(minutes=30)
    await company.invite("e@x.example")
    now = company.clock()
    await change(company, 1, status="failed")
    await change(company, 2, status="unknown")
    await change(company, 3, status="sent")
    await change(company, 4, status="sending")
    for name in ("1-worker", "2-worker"):
        await company.hub.outgoing.roster.beat(name, Pulse(rate=20))
    health = await company.desk.outbox.health()
    assert (health.failed, health.unknown) == (Heap(1, begun), Heap(1, begun))
    assert (health.queued, health.sending) == (Heap(1, now), Heap(1, begun))
    assert (health.per_minute, health.next_at) == (40, now + timedelta(seconds=10))


async def test_a_pause_says_by_whom_since_when_and_is_audited(company: Company) -> None:
    at = company.clock()
    outcome = await company.desk.outbox.pause()
    assert (outcome.action, outcome.exit_code) == ("mail.pause", 0)
    assert (await company.desk.outbox.health()).pause == Pause("founder", at)
    (row,) = await company.execute(select(setting).where(setting.c.name == "mail.paused"))
    assert row.value == f'{{"by": "founder", "at": "{at.isoformat()}"}}'
    with pytest.raises(Refused, match="mail_paused_already"):
        await company.desk.outbox.pause()
    await company.desk.outbox.resume()
    assert (await company.desk.outbox.health()).pause is None
    with pytest.raises(Refused, match="mail_not_paused"):
        await company.desk.outbox.resume()
    events = (await company.desk.audit.page(Ask(EVERYTHING, AUDIT.sort))).rows
    assert [event.action for event in events][:2] == ["mail.resume", "mail.pause"]


async def test_a_pause_and_its_end_can_be_taken_back_as_long_as_nobody_went_further(
    company: Company,
) -> None:
    first = Pause("founder", company.clock())
    paused = await company.desk.outbox.pause()
    company.clock.move(minutes=1)
    resumed = await company.desk.outbox.resume()
    assert paused.undo
    assert resumed.undo
    await company.desk.undo(resumed.undo)
    assert (await company.desk.outbox.health()).pause == first
    with pytest.raises(Stale):
        await company.desk.undo(resumed.undo)
    await company.desk.undo(paused.undo)
    assert (await company.desk.outbox.health()).pause is None


async def test_a_waiting_mail_names_the_pause_unless_somebody_waits_for_it(
    company: Company,
) -> None:
    await company.invite("a@x.example b@x.example")
    await change(company, 2, kind=CODE_MAIL, priority=PRIORITY[CODE_MAIL], facts="{}")
    company.clock.move(seconds=10)
    await company.desk.outbox.pause()
    assert [await why(company, 1), await why(company, 2)] == ["waits_for_pause", "waits_for_worker"]


async def test_a_mail_says_how_many_go_first(company: Company) -> None:
    await company.invite("a@x.example b@x.example c@x.example")
    company.clock.move(seconds=10)
    await company.hub.outgoing.roster.beat("1-worker")
    waiting = (await company.desk.outbox.show(3)).waiting_for
    assert waiting is not None
    assert (waiting.id, waiting.values) == ("waits_for_turn", {"ahead": 2})


async def test_a_mail_in_doubt_says_when_it_goes_once_more(company: Company) -> None:
    await company.invite("a@x.example b@x.example")
    await change(company, 1, status="unknown", phase=AGAIN)
    await change(company, 2, status="unknown")
    assert [await why(company, 1), await why(company, 2)] == ["waits_in_doubt", ""]


async def test_what_may_have_arrived_goes_again_only_knowingly(company: Company) -> None:
    await company.invite("a@x.example b@x.example")
    await change(company, 1, status="unknown")
    await change(company, 2, status="failed")
    outcome = await company.desk.outbox.retry(Picks.of(1, 2))
    assert [row.label for row in outcome.done] == ["b@x.example"]
    assert [row.reason.id for row in outcome.skipped if row.reason] == ["mail_in_doubt"]
    assert not (await company.desk.outbox.retry(Picks.of(1), again=True)).skipped
    assert {mail.status for mail in await company.mails()} == {"queued"}
