"""What the store says of a mail after each way in which a real server can misbehave."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests.support.smtp import CUT, STALL, SmtpServer
from tui_admin.domain.errors import OutOfReach
from tui_admin.domain.lifecycle import CODE_MAIL, URGENT
from tui_admin.mail.compose import Sender
from tui_admin.mail.pool import Pool
from tui_admin.mail.smtp import SmtpOptions
from tui_admin.services.dispatch import HANDING_OVER
from tui_admin.store.schema.outbox import outbox_message
from tui_admin.worker import Worker
from tui_admin.worker.worker import AHEAD

if TYPE_CHECKING:
    from tests.support.company import Company
    from tests.support.smtp import Stage


def worker(company: Company, server: SmtpServer, **waits: float) -> Worker:
    options = SmtpOptions(server.host, server.port, tls="none", **waits)  # type: ignore[arg-type]
    pool = Pool(options, connections=2)
    return Worker(company.hub.outgoing, pool, Sender("noreply@acme.example", "Test"), "worker")


async def send(company: Company, server: SmtpServer, **waits: float) -> None:
    await worker(company, server, **waits).run(asyncio.Event(), once=True)


async def told(company: Company) -> list[tuple[str, int]]:
    return [(mail.status, mail.attempts) for mail in await company.mails()]


AFTERWARDS: list[tuple[Stage, str, str]] = [
    ("MAIL", "421 4.3.2 closing", "queued"),
    ("MAIL", "hello?", "queued"),
    ("RCPT", "451 4.7.1 later", "queued"),
    ("RCPT", "452 4.2.2 full", "queued"),
    ("RCPT", "550 5.1.1 no such user", "failed"),
    ("RCPT", CUT, "queued"),
    ("DATA", "421 4.3.2 closing", "queued"),
    ("body", CUT, "queued or unknown"),
    ("end", "421 4.3.2 closing", "queued"),
    ("end", "552 5.3.4 too large", "failed"),
    ("end", "hello?", "unknown"),
    ("end", CUT, "unknown"),
]


@pytest.mark.parametrize(("stage", "does", "status"), AFTERWARDS)
async def test_each_fault_is_one_attempt_and_is_told_as_what_it_is(
    small: Company, stage: Stage, does: str, status: str
) -> None:
    await small.invite("piet@x.example")
    small.clock.move(seconds=10)
    with SmtpServer() as server:
        server.fail(stage, does)
        await send(small, server)
    ((found, attempts),) = await told(small)
    assert found in status.split(" or ")
    assert attempts == 1


@pytest.mark.parametrize(("stage", "status"), [("RCPT", "queued"), ("end", "unknown")])
async def test_a_server_that_stalls_is_given_up(small: Company, stage: Stage, status: str) -> None:
    await small.invite("piet@x.example")
    small.clock.move(seconds=10)
    with SmtpServer() as server:
        server.fail(stage, STALL)
        wait = "final_timeout" if stage == "end" else "timeout"
        await send(small, server, **{wait: 0.5})
    assert await told(small) == [(status, 1)]


@pytest.mark.parametrize("reply", ["421 4.3.2 too busy", "554 5.7.1 go away", CUT])
async def test_a_server_that_lets_nobody_in_uses_no_attempt_of_any_mail(
    small: Company, reply: str
) -> None:
    await small.invite("piet@x.example kees@x.example jan@x.example")
    small.clock.move(seconds=10)
    with SmtpServer() as server:
        server.fail("greeting", reply)
        with pytest.raises(OutOfReach):
            await send(small, server)
        assert await told(small) == [("queued", 0)] * 3
        assert all(mail.last_error for mail in await small.mails())
        server.behave()
        await send(small, server)
    assert await told(small) == [("sent", 1)] * 3


async def test_all_recipients_but_one_refused_is_no_reason_to_stop(small: Company) -> None:
    await small.invite(" ".join(f"p{number}@x.example" for number in range(12)))
    small.clock.move(seconds=10)
    with SmtpServer() as server:
        for number in range(11):
            server.fail("RCPT", "550 5.1.1 no such user", to=f"p{number}@x.example")
        await send(small, server)
        assert [mail.recipients for mail in server.mails] == [("p11@x.example",)]
    assert sorted(await told(small)) == [("failed", 1)] * 11 + [("sent", 1)]


async def test_a_code_goes_past_invitations_that_get_stuck(small: Company) -> None:
    await small.invite("slow@x.example quick@x.example")
    small.clock.move(seconds=10)
    quick = outbox_message.c.to == "quick@x.example"
    with SmtpServer() as server:
        server.fail("RCPT", STALL, to="slow@x.example")
        await small.execute(update(outbox_message).where(quick).values(status="cancelled"))
        stop = asyncio.Event()
        task = asyncio.create_task(worker(small, server, timeout=20.0).run(stop))
        await asyncio.to_thread(server.stalled.wait, 20)
        urgent = {"status": "queued", "kind": CODE_MAIL, "priority": URGENT, "body": b"x"}
        await small.execute(update(outbox_message).where(quick).values(urgent))
        await asyncio.to_thread(server.wait_for, 1)
        assert server.mails[0].recipients == ("quick@x.example",)
        server.hang_up()
        stop.set()
        await task


async def test_what_was_handed_over_ahead_of_its_turn_is_few_and_goes_back_untried(
    small: Company,
) -> None:
    await small.invite(" ".join(f"p{number}@x.example" for number in range(12)))
    small.clock.move(seconds=10)
    with SmtpServer() as server:
        server.fail("end", STALL)
        stop = asyncio.Event()
        task = asyncio.create_task(worker(small, server, final_timeout=600.0).run(stop))

        async def handed_over() -> int:
            phase = outbox_message.c.phase
            return len(await small.execute(select(phase).where(phase == HANDING_OVER)))

        async with asyncio.timeout(20):
            while await handed_over() < 1 + AHEAD:  # noqa: ASYNC110 - the store has no event
                await asyncio.sleep(0.01)
        await asyncio.sleep(0.1)
        assert await handed_over() == 1 + AHEAD
        stop.set()
        server.hang_up()
        await task
    assert sorted(await told(small)) == [("queued", 0)] * 11 + [("unknown", 1)]
