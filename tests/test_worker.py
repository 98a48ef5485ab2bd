"""The worker against a real SMTP server: what was decided arrives, once."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from tests.support.company import ACME, Company
from tests.support.smtp import CUT, STALL, SmtpServer, unused_port
from tui_admin import bootstrap
from tui_admin.domain.errors import OutOfReach
from tui_admin.domain.outcomes import Picks
from tui_admin.mail.compose import Sender
from tui_admin.mail.pool import Pool
from tui_admin.mail.smtp import SmtpOptions
from tui_admin.settings import load
from tui_admin.worker import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tui_admin.services.sending import MailHealth


def worker(company: Company, port: int, kind: str = "worker") -> Worker:
    """Return a worker for the company's outbox."""
    pool = Pool(SmtpOptions("127.0.0.1", port, tls="none", timeout=5.0), connections=2)
    return Worker(company.hub.outgoing, pool, Sender("noreply@acme.example", "Test"), kind)


async def send_all(company: Company, port: int) -> None:
    """Run a worker until nothing is due."""
    await worker(company, port).run(asyncio.Event(), once=True)


@asynccontextmanager
async def running(company: Company, port: int, kind: str = "worker") -> AsyncIterator[Worker]:
    """Run a worker in the background."""
    stop = asyncio.Event()
    one = worker(company, port, kind)
    task = asyncio.create_task(one.run(stop))
    try:
        yield one
    finally:
        stop.set()
        await task


async def troubled(company: Company, one: Worker) -> MailHealth:
    """Return how the sending goes once the worker has told of its trouble."""
    async with asyncio.timeout(20):
        while True:
            health = await company.desk.outbox.health()
            if one.pool.state.open and health.trouble:
                return health
            await asyncio.sleep(0.01)


async def test_every_invitation_of_a_batch_arrives_once(company: Company) -> None:
    with SmtpServer() as server:
        names = [f"p{number}" for number in range(25)]
        await company.invite(" ".join(f"{name}@x.example" for name in names), organisation=ACME)
        await send_all(company, server.port)
        assert server.mails == []
        company.clock.move(seconds=10)
        await send_all(company, server.port)
        arrived = sorted(message.recipients[0] for message in server.mails)
    assert arrived == sorted(f"{name}@x.example" for name in names)
    assert await company.desk.invitations.tabs() == {"": 25, "sent": 25}


async def test_a_batch_that_was_taken_back_sends_nothing(company: Company) -> None:
    with SmtpServer() as server:
        sent = await company.invite("piet@x.example kees@x.example")
        assert sent.undo is not None
        await company.desk.undo(sent.undo)
        company.clock.move(seconds=60)
        await send_all(company, server.port)
        assert server.mails == []


async def test_one_refused_address_does_not_hold_up_the_others(small: Company) -> None:
    with SmtpServer() as server:
        server.fail("RCPT", "550 5.1.1 no such user", to="piet@x.example")
        await small.invite("piet@x.example kees@x.example")
        small.clock.move(seconds=10)
        await send_all(small, server.port)
        assert [message.recipients for message in server.mails] == [("kees@x.example",)]
    assert {i.email: i.status for i in await small.invitations()} == {
        "piet@x.example": "failed",
        "kees@x.example": "sent",
    }
    failed = next(mail for mail in await small.mails() if mail.status == "failed")
    assert "550" in failed.last_error
    assert "no such user" in failed.last_error


async def test_while_the_server_is_away_mails_wait_and_the_trouble_is_told(
    small: Company,
) -> None:
    await small.invite("piet@x.example")
    small.clock.move(seconds=10)
    port = unused_port()
    async with running(small, port) as one:
        health = await troubled(small, one)
    assert str(port) in health.trouble
    assert [(mail.status, mail.attempts) for mail in await small.mails()] == [("queued", 0)]
    with SmtpServer(port=port) as server:
        await send_all(small, port)
        assert len(server.mails) == 1


async def test_once_with_the_server_away_says_so(small: Company) -> None:
    await small.invite("piet@x.example")
    small.clock.move(seconds=10)
    with pytest.raises(OutOfReach, match="mail_unreachable"):
        await send_all(small, unused_port())


async def test_a_mail_that_was_cut_off_after_its_last_dot_is_parked(small: Company) -> None:
    with SmtpServer() as server:
        server.fail("end", CUT)
        await small.invite("piet@x.example")
        small.clock.move(seconds=10)
        await send_all(small, server.port)
        await send_all(small, server.port)
    assert [mail.status for mail in await small.mails()] == ["unknown"]


async def test_a_revocation_is_mailed_to_whoever_had_the_invitation(small: Company) -> None:
    with SmtpServer() as server:
        await small.invite("piet@x.example", organisation=ACME)
        small.clock.move(seconds=10)
        await send_all(small, server.port)
        await small.desk.invitations.revoke(Picks.of(1))
        small.clock.move(seconds=10)
        await send_all(small, server.port)
        assert [message.recipients for message in server.mails] == [("piet@x.example",)] * 2
    assert [(mail.kind, mail.status) for mail in await small.mails()] == [
        ("revocation", "sent"),
        ("invitation", "sent"),
    ]


async def test_a_dashboard_sends_only_while_no_worker_does(small: Company) -> None:
    with SmtpServer() as server:
        await small.invite("piet@x.example")
        small.clock.move(seconds=10)
        await small.hub.outgoing.roster.beat("1-worker:elsewhere")
        async with running(small, server.port, "dashboard") as dashboard:
            assert not await dashboard._fetch()
            await small.hub.outgoing.roster.sign_off("1-worker:elsewhere")
            await asyncio.to_thread(server.wait_for, 1)


async def test_a_server_that_says_nothing_does_not_keep_the_program_from_ending(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_admin.worker.lane.GRACE", 0.05)
    with SmtpServer() as server:
        server.fail("RCPT", STALL)
        await small.invite("piet@x.example")
        small.clock.move(seconds=10)
        task = asyncio.create_task(worker(small, server.port).run(asyncio.Event()))
        await asyncio.to_thread(server.stalled.wait, 20)
        task.cancel()
        async with asyncio.timeout(4):
            await asyncio.gather(task, return_exceptions=True)
        assert [mail.status for mail in await small.mails()] == ["queued"]
        server.behave()
        await send_all(small, server.port)
        assert len(server.mails) == 1


async def test_doctor_is_told_what_is_wrong_with_the_mail_server() -> None:
    settings = load(
        environ={"TUI_ADMIN_MAIL__HOST": "127.0.0.1", "TUI_ADMIN_MAIL__PORT": str(unused_port())}
    )
    with pytest.raises(OutOfReach, match="mail_server_trouble"):
        await bootstrap.probe_mail(settings)
