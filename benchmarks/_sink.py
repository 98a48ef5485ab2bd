"""A mail server that takes everything at once and keeps nothing: what `benchmarks/mail.py` fills.

In a process of its own; each reply can be held back, as over a long line.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

EHLO = b"250-sink.example\r\n250-PIPELINING\r\n250-SMTPUTF8\r\n250 SIZE 33554432\r\n"
REPLIES = {b"EHLO": EHLO, b"HELO": b"250 hello\r\n", b"DATA": b"354 go on\r\n"}
END = b"\r\n.\r\n"


class Conversation(asyncio.Protocol):
    """One connection."""

    def __init__(self, delay: float) -> None:
        """Hold replies back for that many seconds."""
        self._delay, self._loop = delay, asyncio.get_running_loop()
        self._heard, self._in_text = b"", False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say(b"220 sink.example ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        """Answer whatever is whole."""
        self._heard += data
        while self._answered():
            pass

    def _answered(self) -> bool:
        end = END if self._in_text else b"\r\n"
        line, found, rest = self._heard.partition(end)
        if not found:
            return False
        self._heard = rest
        verb = b"" if self._in_text else line[:4].upper()
        self._in_text = verb == b"DATA"
        self._say(REPLIES.get(verb, b"250 yes\r\n"))
        if verb == b"QUIT" and self._transport is not None:
            self._loop.call_later(self._delay, self._transport.close)
        return True

    def _say(self, words: bytes) -> None:
        assert self._transport is not None
        if self._delay:
            self._loop.call_later(self._delay, self._transport.write, words)
        else:
            self._transport.write(words)


def _serve(pipe: Connection, delay: float) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Conversation(delay), "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


class Sink:
    """The server in its process; a context manager that knows its port."""

    def __init__(self, delay: float = 0.0) -> None:
        """Start it."""
        here, there = multiprocessing.Pipe()
        process = multiprocessing.get_context("spawn").Process
        self._process = process(target=_serve, args=(there, delay), daemon=True)
        self._process.start()
        self.port = int(here.recv())

    def __enter__(self) -> Self:
        """Return it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.join()
