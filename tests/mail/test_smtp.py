"""One connection against a real server that misbehaves at every stage."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.smtp import CUT, STALL, SmtpServer, unused_port
from tui_admin.mail.guard import wire
from tui_admin.mail.smtp import Connection, Parcel, SmtpOptions, probe, tls_context
from tui_admin.mail.talk import Talk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from tests.support.smtp import Stage
    from tui_admin.mail.outcome import Delivery

PARCEL = Parcel(
    "invitations@demo.example",
    "ann@north.example",
    b"Subject: hello\r\n\r\n.a line that starts with a dot\r\n",
)


def options(server: SmtpServer, **more: Any) -> SmtpOptions:
    given: dict[str, Any] = {"tls": server.tls, "local_hostname": "client.example", **more}
    return SmtpOptions(server.host, server.port, **given)


def open_connection(server: SmtpServer, **more: Any) -> AbstractAsyncContextManager[Connection]:
    from contextlib import asynccontextmanager

    @asynccontextmanager
    async def opened() -> AsyncIterator[Connection]:
        wanted = options(server, **more)
        connection = Connection(wanted, tls_context(wanted))
        try:
            yield connection
        finally:
            await connection.close()

    return opened()


async def send_one(server: SmtpServer, parcel: Parcel = PARCEL, **more: Any) -> Delivery:
    async with open_connection(server, **more) as connection:
        return await connection.send(parcel)


@pytest.fixture(params=[True, False], ids=["pipelining", "in-turn"])
def server(request: pytest.FixtureRequest) -> Iterator[SmtpServer]:
    with SmtpServer(pipelining=request.param) as running:
        yield running


async def test_a_message_arrives_byte_for_byte(server: SmtpServer) -> None:
    delivery = await send_one(server)
    assert (delivery.outcome, delivery.code, delivery.phase) == ("sent", 250, "done")
    (mail,) = server.wait_for(1)
    assert mail.data == PARCEL.data
    assert mail.recipients == ("ann@north.example",)
    assert mail.sender == "invitations@demo.example"


async def test_one_connection_carries_many_messages(server: SmtpServer) -> None:
    async with open_connection(server) as connection:
        for _ in range(5):
            assert (await connection.send(PARCEL)).outcome == "sent"
    assert server.connections == 1


async def test_a_dead_port_is_unreachable() -> None:
    wanted = SmtpOptions("127.0.0.1", unused_port(), tls="none", local_hostname="client.example")
    connection = Connection(wanted, None)
    delivery = await connection.send(PARCEL)
    await connection.close()
    assert (delivery.outcome, delivery.phase) == ("unreachable", "connecting")
    assert delivery.reason is not None
    assert delivery.reason.id == "mail_not_answering"


REPLIES: list[tuple[Stage, str, str, str]] = [
    ("greeting", "421 4.3.2 too busy", "unreachable", "greeting"),
    ("greeting", "554 5.7.1 go away", "unreachable", "greeting"),
    ("EHLO", "421 4.3.2 no", "unreachable", "greeting"),
    ("MAIL", "421 4.3.2 closing", "transient", "envelope"),
    ("MAIL", "451 4.7.1 later", "transient", "envelope"),
    ("MAIL", "550 5.7.1 sender refused", "permanent", "envelope"),
    ("MAIL", "503 5.5.1 out of step", "transient", "envelope"),
    ("MAIL", "530 5.7.0 sign in first", "unreachable", "envelope"),
    ("RCPT", "450 4.2.0 greylisted", "transient", "envelope"),
    ("RCPT", "452 4.2.2 full for now", "transient", "envelope"),
    ("RCPT", "550 5.1.1 no such user", "permanent", "envelope"),
    ("DATA", "421 4.3.2 closing", "transient", "envelope"),
    ("DATA", "451 4.3.0 later", "transient", "envelope"),
    ("DATA", "554 5.7.1 no", "permanent", "envelope"),
    ("end", "421 4.3.2 closing", "transient", "reply"),
    ("end", "451 4.3.0 later", "transient", "reply"),
    ("end", "552 5.3.4 too large", "permanent", "reply"),
    ("end", "554 5.7.1 spam", "permanent", "reply"),
    ("end", "hello?", "unknown", "reply"),
    ("MAIL", "hello?", "transient", "envelope"),
]


@pytest.mark.parametrize(("stage", "reply", "outcome", "phase"), REPLIES)
async def test_what_a_reply_means_depends_on_its_stage(
    server: SmtpServer, stage: Stage, reply: str, outcome: str, phase: str
) -> None:
    server.fail(stage, reply)
    delivery = await send_one(server)
    assert (delivery.outcome, delivery.phase) == (outcome, phase)
    if reply[0].isdigit():
        assert delivery.code == int(reply[:3])
        assert reply[4:] in delivery.words
    else:
        assert delivery.code is None
    assert server.mails == []


CUTS: list[tuple[Stage, str, str, str]] = [
    ("greeting", "unreachable", "greeting", "connect_timeout"),
    ("EHLO", "unreachable", "greeting", "connect_timeout"),
    ("MAIL", "transient", "envelope", "timeout"),
    ("RCPT", "transient", "envelope", "timeout"),
    ("DATA", "transient", "envelope", "timeout"),
    ("end", "unknown", "reply", "final_timeout"),
]


@pytest.mark.parametrize("does", [CUT, STALL])
@pytest.mark.parametrize(("stage", "outcome", "phase", "wait"), CUTS)
async def test_a_cut_and_a_time_out_mean_the_same(
    server: SmtpServer, stage: Stage, outcome: str, phase: str, wait: str, does: str
) -> None:
    server.fail(stage, does)
    # Only the wait under test is short, so that a busy machine cannot fail an earlier one.
    waits: dict[str, Any] = {"timeout": 20.0, "connect_timeout": 20.0, "final_timeout": 20.0}
    waits[wait] = 0.5
    delivery = await send_one(server, **waits)
    assert (delivery.outcome, delivery.code, delivery.phase) == (outcome, None, phase)
    assert len(server.mails) == (1 if stage == "end" else 0)


@pytest.mark.parametrize("does", [CUT, STALL])
async def test_trouble_before_the_final_dot_is_never_a_hand_over(
    server: SmtpServer, does: str
) -> None:
    server.fail("body", does)
    large = PARCEL._replace(data=b"Subject: x\r\n\r\n" + b"0123456789" * 7 + b"\r\n" * 12_000_000)
    delivery = await send_one(server, large, timeout=1.0, final_timeout=20.0)
    assert (delivery.outcome, delivery.phase) == ("transient", "body")


async def test_a_server_seen_to_go_before_the_final_dot_got_no_message(server: SmtpServer) -> None:
    server.fail("body", CUT)
    async with open_connection(server) as connection:

        async def until_it_is_gone() -> None:
            while connection.is_open:  # noqa: ASYNC110 - the loop has no event for it
                await asyncio.sleep(0)

        delivery = await connection.send(PARCEL, until_it_is_gone)
    assert (delivery.outcome, delivery.phase) == ("transient", "body")


async def test_the_hook_runs_between_the_agreement_and_the_text(server: SmtpServer) -> None:
    seen: list[tuple[list[str], int]] = []

    async def hook() -> None:
        seen.append((list(server.commands), len(server.mails)))

    async with open_connection(server) as connection:
        await connection.send(PARCEL, hook)
    commands, mails = seen[0]
    assert [each.split()[0] for each in commands] == ["MAIL", "RCPT"]
    assert mails == 0


async def test_the_hook_is_not_run_for_a_refused_recipient(server: SmtpServer) -> None:
    async def hook() -> None:
        raise AssertionError("nothing is handed over")

    server.fail("RCPT", "550 no")
    async with open_connection(server) as connection:
        assert (await connection.send(PARCEL, hook)).outcome == "permanent"


async def test_a_failing_hook_sends_nothing_and_is_not_swallowed(server: SmtpServer) -> None:
    async def hook() -> None:
        raise OSError("the store is gone")

    async with open_connection(server) as connection:
        with pytest.raises(OSError, match="the store is gone"):
            await connection.send(PARCEL, hook)
        assert not connection.is_open
        assert (await connection.send(PARCEL)).outcome == "sent"
    assert len(server.mails) == 1


async def test_a_refusal_leaves_the_next_recipient_alone(server: SmtpServer) -> None:
    server.fail("RCPT", "550 no such user", to="bob@north.example")
    async with open_connection(server) as connection:
        bob = await connection.send(PARCEL._replace(recipient="bob@north.example"))
        ann = await connection.send(PARCEL)
    assert (bob.outcome, ann.outcome) == ("permanent", "sent")
    assert server.connections == 1
    assert "RSET" in server.commands


async def test_a_server_that_awaits_a_text_for_nobody_is_left_without_one() -> None:
    with SmtpServer() as server:
        server.fail("RCPT", "550 no such user", times=1)
        server.fail("DATA", "354 go on", times=1)
        async with open_connection(server) as connection:
            assert (await connection.send(PARCEL)).code == 550
            assert (await connection.send(PARCEL)).outcome == "sent"
        assert len(server.mails) == 1
        assert server.connections == 2


@pytest.mark.parametrize(("pipelining", "ways"), [(True, 1), (False, 3)])
async def test_the_envelope_goes_in_one_go_where_the_server_offers_that(
    monkeypatch: pytest.MonkeyPatch, pipelining: bool, ways: int
) -> None:
    said: list[tuple[str, ...]] = []
    saying = Talk.say

    def say(talk: Talk, *commands: str) -> None:
        said.append(tuple(each.split()[0] for each in commands))
        saying(talk, *commands)

    monkeypatch.setattr(Talk, "say", say)
    with SmtpServer(pipelining=pipelining) as server:
        async with open_connection(server) as connection:
            await connection.send(PARCEL)
            assert [name for some in said for name in some] == ["MAIL", "RCPT", "DATA"]
            assert len(said) == ways


async def test_a_reset_that_hangs_does_not_spoil_the_next(
    server: SmtpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui_admin.mail.smtp.TIDY_TIMEOUT", 0.1)
    server.fail("RCPT", "550 no such user", times=1)
    server.fail("RSET", STALL)
    async with open_connection(server) as connection:
        assert (await connection.send(PARCEL)).code == 550
        assert (await connection.send(PARCEL)).outcome == "sent"
    assert server.connections == 2


@pytest.mark.parametrize("reply", ["450 not now", "550 no"])
async def test_a_session_that_is_not_reset_carries_no_other_message(
    server: SmtpServer, reply: str
) -> None:
    server.fail("RCPT", "550 no such user", times=1)
    server.fail("RSET", reply)
    async with open_connection(server) as connection:
        assert (await connection.send(PARCEL)).code == 550
        assert (await connection.send(PARCEL)).outcome == "sent"
    assert server.connections == 2
    assert sum(each.startswith("MAIL") for each in server.commands) == 2


async def test_a_cancelled_send_never_lends_its_reply_to_the_next(server: SmtpServer) -> None:
    reached = asyncio.Event()

    async def hook() -> None:
        reached.set()
        await asyncio.Event().wait()

    async with open_connection(server) as connection:
        sending = asyncio.create_task(connection.send(PARCEL, hook))
        await reached.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        server.fail("RCPT", "550 not you", to="bob@north.example")
        assert (await connection.send(PARCEL)).outcome == "sent"
    assert len(server.mails) == 1


async def test_a_server_that_hung_up_in_the_meantime_is_nobodys_attempt(
    server: SmtpServer,
) -> None:
    async with open_connection(server) as connection:
        await connection.send(PARCEL)
        await asyncio.to_thread(server.hang_up)
        assert (await connection.send(PARCEL)).outcome == "sent"
        server.fail("MAIL", "421 4.4.2 idle too long", times=1)
        assert (await connection.send(PARCEL)).outcome == "sent"
    assert server.connections == 3


async def test_a_farewell_over_tls_is_not_waited_for(tmp_path: Path) -> None:
    with SmtpServer(tls="implicit") as server:
        ca = server.write_ca(tmp_path / "ca.pem")
        async with open_connection(server, ca_file=ca) as connection:
            await connection.send(PARCEL)
            talk = connection._talk
            assert talk is not None
            talk.eof_received()
            assert (await connection.send(PARCEL)).outcome == "sent"
        assert server.connections == 2


async def test_a_stall_in_the_middle_is_not_tried_again_at_once(server: SmtpServer) -> None:
    async with open_connection(server, timeout=0.5) as connection:
        await connection.send(PARCEL)
        server.fail("RCPT", STALL)
        assert (await connection.send(PARCEL)).outcome == "transient"
    assert server.connections == 1


async def test_an_idle_connection_is_asked_before_it_is_used(server: SmtpServer) -> None:
    now = 0.0
    wanted = options(server)
    connection = Connection(wanted, None, lambda: now)
    await connection.send(PARCEL)
    await connection.send(PARCEL)
    assert "NOOP" not in server.commands
    now = wanted.idle + 1
    await connection.send(PARCEL)
    assert server.commands.count("NOOP") == 1
    server.fail("NOOP", CUT)
    now += wanted.idle + 1
    assert (await connection.send(PARCEL)).outcome == "sent"
    await connection.close()
    assert server.connections == 2


# TLS and signing in


async def test_starttls_and_a_sign_in(tmp_path: Path) -> None:
    with SmtpServer(tls="starttls", users={"post": "geheim"}) as server:
        ca = server.write_ca(tmp_path / "ca.pem")
        delivery = await send_one(server, username="post", password="geheim", ca_file=ca)
        assert delivery.outcome == "sent"
        assert server.mails[0].tls
        assert server.mails[0].user == "post"


async def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    with SmtpServer(tls="implicit") as server:
        ca = server.write_ca(tmp_path / "ca.pem")
        assert (await send_one(server, ca_file=ca)).outcome == "sent"
        assert server.mails[0].tls


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
async def test_a_certificate_nobody_vouches_for_stops_the_queue(tls: Any) -> None:
    with SmtpServer(tls=tls) as server:
        delivery = await send_one(server)
        assert (delivery.outcome, delivery.phase) == ("unreachable", "tls")
        assert delivery.reason is not None
        assert delivery.reason.id == "mail_certificate"
        assert server.mails == []


async def test_a_certificate_of_another_host_stops_the_queue(tmp_path: Path) -> None:
    with SmtpServer(tls="starttls", certificate_for="mail.elsewhere.example") as server:
        ca = server.write_ca(tmp_path / "ca.pem")
        delivery = await send_one(server, ca_file=ca)
        assert (delivery.outcome, delivery.phase) == ("unreachable", "tls")


async def test_nothing_is_sent_in_clear_where_tls_is_demanded(server: SmtpServer) -> None:
    delivery = await send_one(server, tls="starttls", username="post", password="geheim")
    assert (delivery.outcome, delivery.phase) == ("unreachable", "tls")
    assert delivery.reason is not None
    assert delivery.reason.id == "mail_no_starttls"
    assert server.commands == []


async def test_a_refused_starttls_is_not_passed_over(tmp_path: Path) -> None:
    with SmtpServer(tls="starttls") as server:
        server.fail("STARTTLS", "454 4.7.0 TLS not available")
        delivery = await send_one(server, ca_file=server.write_ca(tmp_path / "ca.pem"))
        assert (delivery.outcome, delivery.code, delivery.phase) == ("unreachable", 454, "tls")


@pytest.mark.parametrize("reply", ["535 5.7.8 wrong", "454 4.7.0 temporary"])
async def test_trouble_at_sign_in_uses_no_attempt(reply: str) -> None:
    with SmtpServer(users={"post": "geheim"}) as server:
        server.fail("AUTH", reply)
        delivery = await send_one(server, username="post", password="geheim")
        assert (delivery.outcome, delivery.phase) == ("unreachable", "auth")
        assert delivery.code == int(reply[:3])


async def test_a_wrong_password_is_told_and_never_shown() -> None:
    with SmtpServer(users={"post": "geheim"}) as server:
        delivery = await send_one(server, username="post", password="hunter2")
        assert (delivery.outcome, delivery.code) == ("unreachable", 535)
        assert "hunter2" not in repr(delivery)
        assert "hunter2" not in repr(options(server, username="post", password="hunter2"))


async def test_the_probe_says_what_doctor_needs(tmp_path: Path) -> None:
    with SmtpServer(tls="starttls", users={"post": "geheim"}) as server:
        wanted = options(server, username="post", password="geheim")
        trusted = wanted._replace(ca_file=server.write_ca(tmp_path / "ca.pem"))
        assert (await probe(trusted)).outcome == "sent"
        assert (await probe(wanted)).outcome == "unreachable"
        missing = await probe(wanted._replace(ca_file=str(tmp_path / "none.pem")))
        assert missing.reason is not None
        assert missing.reason.id == "mail_ca_file"
        assert server.mails == []


# Addresses


async def test_a_domain_in_another_script_goes_as_ascii(server: SmtpServer) -> None:
    await send_one(server, PARCEL._replace(recipient="ann@bücher.example"))
    assert server.mails[0].recipients == ("ann@xn--bcher-kva.example",)
    assert "SMTPUTF8" not in server.mails[0].options


async def test_a_local_part_in_another_script_asks_for_smtputf8(server: SmtpServer) -> None:
    assert (await send_one(server, PARCEL._replace(recipient="jörg@north.example"))).code == 250
    assert server.mails[0].recipients == ("jörg@north.example",)
    assert "SMTPUTF8" in server.mails[0].options


async def test_without_smtputf8_it_fails_before_mail_and_the_next_one_goes() -> None:
    with SmtpServer(smtputf8=False) as server:
        async with open_connection(server) as connection:
            odd = await connection.send(PARCEL._replace(recipient="jörg@north.example"))
            assert odd.outcome == "permanent"
            assert odd.reason is not None
            assert odd.reason.id == "mail_needs_smtputf8"
            assert server.commands == []
            assert (await connection.send(PARCEL)).outcome == "sent"


@pytest.mark.parametrize(
    "address",
    [
        "ann@north.example\r\nDATA",
        "ann@north.example> SIZE=1",
        "ann@north.example\n",
        "a b@north.example",
        "<ann@north.example",
        "ann(to)@north.example",
        "ann@north.example,bob@north.example",
        "\x1b]52;c;eA==\x07@north.example",
        "ann@no\u202erth.example",
        "ann",
        "@north.example",
        "ann@",
    ],
)
async def test_an_address_that_is_more_than_one_never_reaches_the_server(
    server: SmtpServer, address: str
) -> None:
    delivery = await send_one(server, PARCEL._replace(recipient=address))
    assert delivery.outcome == "permanent"
    assert delivery.reason is not None
    assert delivery.reason.id == "mail_address_unusable"
    assert server.commands == []


async def test_a_message_over_the_servers_size_is_not_offered() -> None:
    with SmtpServer(size=1000) as server:
        delivery = await send_one(server, PARCEL._replace(data=b"x" * 2000))
        assert delivery.outcome == "permanent"
        assert delivery.reason is not None
        assert delivery.reason.values == {"size": 2000, "limit": 1000}
        assert server.commands == []


async def test_a_servers_words_cannot_act_on_a_terminal(server: SmtpServer) -> None:
    server.fail("RCPT", "550 \x1b]52;c;eA==\x07 [/foo] " + "x" * 500)
    words = (await send_one(server)).words
    assert "\x1b" not in words
    assert "\x07" not in words
    assert len(words) <= 300


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (b"a\r\n.\r\nb\r\n", b"a\r\n..\r\nb\r\n"),
        (b".a", b"..a\r\n"),
        (b"a\n.\nb\r.\rc", b"a\r\n..\r\nb\r\n..\r\nc\r\n"),
    ],
)
def test_no_line_of_a_message_ends_it_early(given: bytes, sent: bytes) -> None:
    assert wire(given) == sent
