"""The pool: few connections, one breaker, one rate limit, and a clock that tests move."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.smtp import SmtpServer
from tui_admin.mail.pool import PAUSES, Pool
from tui_admin.mail.smtp import Parcel, SmtpOptions

if TYPE_CHECKING:
    from collections.abc import Iterator


class Clock:
    """Time that passes only when somebody sleeps or says so."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


def pool(server: SmtpServer, clock: Clock, **more: Any) -> Pool:
    options = SmtpOptions(server.host, server.port, tls="none", local_hostname="client.example")
    return Pool(options, clock=clock, sleep=clock.sleep, **more)


def parcel(name: str = "ann") -> Parcel:
    return Parcel("invitations@demo.example", f"{name}@north.example", b"Subject: x\r\n\r\nx\r\n")


async def test_many_deliveries_share_few_connections(server: SmtpServer, clock: Clock) -> None:
    async with pool(server, clock, connections=2) as two:
        deliveries = await asyncio.gather(*(two.deliver(parcel(f"p{n}")) for n in range(40)))
    assert {each.outcome for each in deliveries} == {"sent"}
    assert sorted(mail.recipients[0] for mail in server.mails) == sorted(
        f"p{n}@north.example" for n in range(40)
    )
    assert server.connections <= 2


async def test_each_delivery_gets_its_own_answer(server: SmtpServer, clock: Clock) -> None:
    for number in range(0, 20, 3):
        server.fail("RCPT", "550 5.1.1 no such user", to=f"p{number}@north.example")
    async with pool(server, clock, connections=3) as three:
        deliveries = await asyncio.gather(*(three.deliver(parcel(f"p{n}")) for n in range(20)))
    for number, each in enumerate(deliveries):
        assert each.outcome == ("permanent" if number % 3 == 0 else "sent")


async def test_the_breaker_opens_waits_longer_each_time_and_closes(
    server: SmtpServer, clock: Clock
) -> None:
    server.fail("greeting", "421 4.3.2 maintenance")
    async with pool(server, clock) as one:
        for pause in (*PAUSES, PAUSES[-1]):
            assert one.ready()
            assert (await one.deliver(parcel())).outcome == "unreachable"
            assert one.state.open
            assert not one.ready()
            assert one.state.retry_at == clock.now + pause
            assert one.wait() == pause
            assert "maintenance" in one.state.words
            clock.now += pause
        assert one.state.since == 1000.0
        server.behave()
        assert one.ready()
        assert (await one.deliver(parcel())).outcome == "sent"
        assert not one.state.open
        server.fail("greeting", "421 4.3.2 again")
        await asyncio.to_thread(server.hang_up)
        await one.deliver(parcel())
        assert one.state.retry_at == clock.now + PAUSES[0]


async def test_an_open_breaker_leaves_the_server_alone(server: SmtpServer, clock: Clock) -> None:
    server.fail("greeting", "421 4.3.2 maintenance")
    async with pool(server, clock) as one:
        await one.deliver(parcel())
        before = server.connections
        late = await one.deliver(parcel())
        assert late.outcome == "unreachable"
        assert "maintenance" in late.words
        assert server.connections == before


async def test_failures_at_the_same_time_count_once(server: SmtpServer, clock: Clock) -> None:
    server.fail("greeting", "421 4.3.2 maintenance")
    async with pool(server, clock, connections=3) as three:
        await asyncio.gather(*(three.deliver(parcel()) for _ in range(3)))
        assert three.state.retry_at == clock.now + PAUSES[0]


async def test_only_one_delivery_tries_whether_the_server_is_back(
    server: SmtpServer, clock: Clock
) -> None:
    server.fail("greeting", "421 4.3.2 maintenance")
    async with pool(server, clock, connections=3) as three:
        await three.deliver(parcel())
        clock.now += PAUSES[0]
        server.behave()
        before = server.connections
        tried = await asyncio.gather(*(three.deliver(parcel(f"p{n}")) for n in range(3)))
        assert sorted(each.outcome for each in tried) == ["sent", "unreachable", "unreachable"]
        assert server.connections == before + 1
        assert three.ready()


async def test_a_refused_recipient_is_no_reason_to_stop(server: SmtpServer, clock: Clock) -> None:
    server.fail("RCPT", "550 no such user")
    async with pool(server, clock) as one:
        await one.deliver(parcel())
        assert one.ready()
        assert not one.state.open


async def test_the_rate_limit_holds_over_any_minute(server: SmtpServer, clock: Clock) -> None:
    started = clock.now
    async with pool(server, clock, rate_per_minute=30) as slow:
        for _ in range(10):
            assert (await slow.deliver(parcel())).outcome == "sent"
        assert not slow.ready()
        assert slow.wait() == pytest.approx(2.0)
    assert clock.now - started == pytest.approx(9 * 2.0)


async def test_the_rate_limit_holds_for_deliveries_at_the_same_time(
    server: SmtpServer, clock: Clock
) -> None:
    started = clock.now
    async with pool(server, clock, rate_per_minute=60, connections=4) as slow:
        await asyncio.gather(*(slow.deliver(parcel()) for _ in range(12)))
    assert clock.now - started >= 11.0 - 1e-6


async def test_workers_share_the_rate_limit(server: SmtpServer, clock: Clock) -> None:
    async with pool(server, clock, rate_per_minute=60) as one:
        one.share(2)
        assert (await one.deliver(parcel())).outcome == "sent"
        assert one.wait() == pytest.approx(2.0)
        assert one.allowance() == 1
        one.share(1)
        assert one.wait() == pytest.approx(1.0)


async def test_closing_waits_for_what_is_in_flight(server: SmtpServer, clock: Clock) -> None:
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def hook() -> None:
        reached.set()
        await go_on.wait()

    one = pool(server, clock)
    sending = asyncio.create_task(one.deliver(parcel(), hook))
    await reached.wait()
    closing = asyncio.create_task(one.close())
    await asyncio.sleep(0)
    assert not closing.done()
    with pytest.raises(RuntimeError):
        await one.deliver(parcel())
    assert not one.ready()
    go_on.set()
    await closing
    assert (await sending).outcome == "sent"


async def test_a_failing_hook_costs_neither_a_connection_nor_the_trial(
    server: SmtpServer, clock: Clock
) -> None:
    async def hook() -> None:
        raise ValueError("lost the lease")

    server.fail("greeting", "421 no", times=1)
    async with pool(server, clock, connections=1) as one:
        await one.deliver(parcel())
        clock.now += PAUSES[0]
        with pytest.raises(ValueError, match="lost the lease"):
            await one.deliver(parcel(), hook)
        assert one.ready()
        assert (await one.deliver(parcel())).outcome == "sent"


async def test_a_missing_authority_file_opens_the_breaker(server: SmtpServer, clock: Clock) -> None:
    options = SmtpOptions(server.host, server.port, tls="starttls", ca_file="/none/ca.pem")
    async with Pool(options, clock=clock, sleep=clock.sleep) as one:
        delivery = await one.deliver(parcel())
        assert (delivery.outcome, delivery.phase) == ("unreachable", "tls")
        assert delivery.reason is not None
        assert delivery.reason.id == "mail_ca_file"
        assert one.state.open
