"""Commands and replies once a session stands, several commands in one go.

The library waits for each reply before it sends the next command, and throws away what comes
meanwhile. A server with PIPELINING (RFC 2920) takes the whole envelope at once: one way there and
back instead of three. Trouble is told by the library's own exceptions.
"""

from __future__ import annotations

import asyncio
import re

from aiosmtplib import (
    SMTPReadTimeoutError,
    SMTPResponse,
    SMTPResponseException,
    SMTPServerDisconnected,
)

MOST = 32_768
"""Bytes of one reply; more is no answer to a command."""

_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")


class Talk(asyncio.Protocol):
    """One end of the conversation, on the transport of whoever opened the session."""

    def __init__(self, transport: asyncio.Transport) -> None:
        """Take the transport over; who had it before still hears when it is lost."""
        self._transport, self._before = transport, transport.get_protocol()
        self._heard = bytearray()
        self._expected = 0
        self._lost = False
        self._news: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        transport.set_protocol(self)

    @property
    def is_open(self) -> bool:
        """Tell whether the connection is there, as far as is known without asking."""
        return not self._lost and not self._transport.is_closing()

    def abort(self) -> None:
        """Drop the connection at once; nothing that is still buffered goes out."""
        self._transport.abort()

    # Speaking

    def say(self, *commands: str) -> None:
        """Send commands in one go; each of them has a reply to be taken.

        Raises SMTPServerDisconnected, and ValueError for what would be more than one command.
        """
        lines = [each.encode() for each in commands]
        if any(map(_CONTROL.search, lines)):
            raise ValueError("a control character in an SMTP command")
        self.expect(len(lines))
        self.write(b"".join([line + b"\r\n" for line in lines]))

    def expect(self, replies: int) -> None:
        """Wait for so many more replies to what goes out next."""
        if not self._expected:
            self._heard.clear()
        self._expected += replies

    def write(self, data: bytes) -> None:
        """Send bytes as they are; raises SMTPServerDisconnected."""
        if not self.is_open:
            raise SMTPServerDisconnected("Connection lost")
        self._transport.write(data)

    async def written(self, seconds: float) -> None:
        """Return once the other end has taken most of it; raises TimeoutError."""
        if not self._writable.is_set():
            async with asyncio.timeout(seconds):
                await self._writable.wait()

    # Listening

    @property
    def expected(self) -> int:
        """How many replies are still to come."""
        return self._expected

    async def reply(self, seconds: float) -> SMTPResponse:
        """Return the next reply.

        Raises SMTPReadTimeoutError, SMTPServerDisconnected, and SMTPResponseException for what is
        no reply.
        """
        found = self._taken()
        if found is None:
            try:
                async with asyncio.timeout(seconds):
                    found = await self._coming()
            except TimeoutError as error:
                raise SMTPReadTimeoutError("Timed out waiting for server response") from error
        self._expected -= 1
        return found

    async def _coming(self) -> SMTPResponse:
        while not self._lost:
            self._news = asyncio.get_running_loop().create_future()
            await self._news
            if (found := self._taken()) is not None:
                return found
        raise SMTPServerDisconnected("Connection lost")

    def _taken(self) -> SMTPResponse | None:
        """Take a whole reply off what was heard; None while there is none."""
        if not self._heard:
            return None
        words: list[bytes] = []
        at = 0
        while (end := self._heard.find(b"\n", at)) >= 0:
            line = bytes(self._heard[at:end])
            code, more = line[:3], line[3:4] == b"-"
            if not (len(code) == 3 and code.isdigit()):
                raise SMTPResponseException(-1, f"Malformed reply: {line.decode(errors='replace')}")
            words.append(line[4:].strip())
            at = end + 1
            if not more:
                del self._heard[:at]
                text = b"\n".join(words).decode("utf-8", "surrogateescape")
                return SMTPResponse(int(code), text)
        if len(self._heard) > MOST:
            raise SMTPResponseException(-1, "The reply is too long")
        return None

    # What the transport tells

    def data_received(self, data: bytes) -> None:
        """Keep what answers a command; what nobody asked for must not pass for an answer."""
        if self._expected and len(self._heard) <= MOST:
            self._heard += data
            self._wake()

    def eof_received(self) -> bool:
        """Take it as the end, at once."""
        self._lost = True
        self._wake()
        return False

    def connection_lost(self, error: Exception | None) -> None:
        """Have everybody know who waits."""
        self._lost = True
        self._writable.set()
        self._wake()
        self._before.connection_lost(error)

    def pause_writing(self) -> None:
        """Have writers wait."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """Let them go on."""
        self._writable.set()

    def _wake(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)
