"""The two ends of a conversation, one of them played by the test."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiosmtplib
import pytest

from tui_admin.mail.talk import MOST, Talk

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SOON = 20.0


@asynccontextmanager
async def talking() -> AsyncIterator[tuple[Talk, asyncio.StreamReader, asyncio.StreamWriter]]:
    """Give our end, and what the other end reads and writes."""
    other: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
    other = asyncio.get_running_loop().create_future()

    def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        other.set_result((reader, writer))

    async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        transport, _ = await asyncio.get_running_loop().create_connection(
            asyncio.Protocol, "127.0.0.1", port
        )
        reader, writer = await other
        talk = Talk(transport)
        try:
            yield talk, reader, writer
        finally:
            talk.abort()
            writer.transport.abort()


async def test_replies_are_taken_in_their_order_however_they_come() -> None:
    async with talking() as (talk, reader, writer):
        talk.say("MAIL", "RCPT", "DATA")
        assert await reader.readuntil(b"DATA\r\n") == b"MAIL\r\nRCPT\r\nDATA\r\n"
        for each in (b"250-one", b"\r\n25", b"0 two\r\n250 yes\n354 go", b" on\r\n"):
            writer.write(each)
            await asyncio.sleep(0.01)
        assert await talk.reply(SOON) == (250, "one\ntwo")
        assert await talk.reply(SOON) == (250, "yes")
        assert await talk.reply(SOON) == (354, "go on")
        assert not talk.expected


async def test_what_nobody_asked_for_is_no_answer_to_what_is_asked_next() -> None:
    async with talking() as (talk, reader, writer):
        writer.write(b"250 unasked\r\n")
        await asyncio.sleep(0.05)
        talk.say("NOOP")
        await reader.readline()
        writer.write(b"251 asked\r\n252 one too many\r\n")
        assert (await talk.reply(SOON)).code == 251
        talk.say("NOOP")
        writer.write(b"253 asked\r\n")
        assert (await talk.reply(SOON)).code == 253


async def test_what_was_said_before_a_farewell_is_still_heard() -> None:
    async with talking() as (talk, _, writer):
        talk.say("MAIL", "RCPT")
        writer.write(b"421 closing\r\n")
        writer.close()
        assert await talk.reply(SOON) == (421, "closing")
        with pytest.raises(aiosmtplib.SMTPServerDisconnected):
            await talk.reply(SOON)
        assert not talk.is_open
        with pytest.raises(aiosmtplib.SMTPServerDisconnected):
            talk.say("RSET")


@pytest.mark.parametrize("answer", [b"hello?\r\n", b"25\r\n", b"x" * (MOST + 1), b"250-a\n" * MOST])
async def test_what_is_no_reply_is_told(answer: bytes) -> None:
    async with talking() as (talk, _, writer):
        talk.say("MAIL")
        writer.write(answer)
        with pytest.raises(aiosmtplib.SMTPResponseException):
            await talk.reply(SOON)


async def test_silence_is_told_after_the_given_time() -> None:
    async with talking() as (talk, _, _writer):
        talk.say("MAIL")
        with pytest.raises(aiosmtplib.SMTPReadTimeoutError):
            await talk.reply(0.05)


async def test_a_command_is_one_command() -> None:
    async with talking() as (talk, _, _writer):
        with pytest.raises(ValueError, match="control character"):
            talk.say("NOOP\r\nQUIT")


async def test_a_loss_ends_the_wait_of_whoever_writes() -> None:
    async with talking() as (talk, _, writer):
        talk.write(b"x" * 50_000_000)
        waiting = asyncio.create_task(talk.written(SOON))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        writer.transport.abort()
        await waiting
        assert not talk.is_open
