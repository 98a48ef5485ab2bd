"""A quick mail server that meets every recipient with their fate, and goes away now and then."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import re
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from tests.chaos.fates import REFUSE, TAKE, fate

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.sharedctypes import Synchronized

EVERY = 1500
"""After how many mails the server goes away."""

AWAY = 0.3
"""Seconds that it is away."""

ADDRESS = re.compile(rb"<([^>]*)>")
MESSAGE_ID = re.compile(rb"(?im)^Message-ID: *(\S+)")


class Taken(NamedTuple):
    """A mail that the server has, whatever it answered."""

    recipient: str
    message_id: str
    digest: str


class Gone(Exception):
    """The conversation is over."""


class Server:
    """The server; it runs in a process of its own, which no chaos reaches."""

    def __init__(self, seed: int, number: Synchronized[int]) -> None:
        """Begin with nothing taken."""
        self.taken: list[Taken] = []
        self._seed, self._number = seed, number
        self._tries: Counter[str] = Counter()
        self._open: set[asyncio.StreamWriter] = set()
        self._away = False

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        self._open.add(writer)
        try:
            if self._away:
                raise Gone
            await Conversation(self, reader, writer).run()
        except (Gone, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    def what_happens(self, recipient: str) -> str:
        """Return what becomes of the next try for a recipient."""
        turn = self._tries[recipient]
        self._tries[recipient] += 1
        return fate(self._seed, recipient).at(turn)

    def take(self, recipient: str, data: bytes) -> None:
        """Keep a mail."""
        found = MESSAGE_ID.search(data)
        message_id = found[1].decode() if found else ""
        self.taken.append(Taken(recipient, message_id, hashlib.sha256(data).hexdigest()))
        self._number.value = len(self.taken)
        if len(self.taken) % EVERY == 0:
            self._go_away()

    def _go_away(self) -> None:
        self._away = True
        for writer in list(self._open):
            writer.transport.abort()
        asyncio.get_running_loop().call_later(AWAY, self._come_back)

    def _come_back(self) -> None:
        self._away = False


class Conversation:
    """One connection."""

    def __init__(
        self, server: Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Take the two ends."""
        self._server, self._reader, self._writer = server, reader, writer
        self._recipient, self._happens = "", TAKE

    async def run(self) -> None:
        """Answer until somebody leaves."""
        self._say("220 chaos.example ESMTP")
        while True:
            line = await self._reader.readline()
            if not line:
                raise Gone
            await self._answer(line)

    async def _answer(self, line: bytes) -> None:
        match line[:4].upper():
            case b"EHLO":
                self._say("250-chaos.example\r\n250-PIPELINING\r\n250-SMTPUTF8\r\n250 SIZE 1000000")
            case b"MAIL" | b"RSET" | b"NOOP":
                self._say("250 yes")
            case b"RCPT":
                await self._rcpt(line)
            case b"DATA":
                await self._data()
            case b"QUIT":
                self._say("221 bye")
                raise Gone
            case _:
                self._say("502 what?")

    async def _rcpt(self, line: bytes) -> None:
        found = ADDRESS.search(line)
        self._recipient = found[1].decode() if found else ""
        self._happens = self._server.what_happens(self._recipient)
        match self._happens:
            case "refuse":
                self._say("550 5.1.1 no such user")
            case "greylist":
                self._say("451 4.7.1 greylisted, come back later")
            case "busy at MAIL":
                self._leave("421 4.3.2 busy")
            case "cut at RCPT":
                raise Gone
            case "stall at RCPT":
                await self._stall()
            case _:
                self._say("250 yes")

    async def _data(self) -> None:
        if self._happens in ("refuse", "greylist"):
            self._say("554 5.5.1 no valid recipients")
            return
        if self._happens == "busy at DATA":
            self._leave("421 4.3.2 busy")
        self._say("354 go on")
        if self._happens == "cut before the dot":
            raise Gone
        data = await self._reader.readuntil(b"\r\n.\r\n")
        match self._happens:
            case "busy after the dot":
                self._leave("421 4.3.2 busy")
            case "drop after the dot":
                raise Gone
            case "stall after the dot":
                await self._stall()
        self._server.take(self._recipient, data)
        match self._happens:
            case "take and drop":
                raise Gone
            case "take and stall":
                await self._stall()
        self._say("250 2.0.0 taken")

    def _say(self, words: str) -> None:
        self._writer.write(words.encode() + b"\r\n")

    def _leave(self, words: str) -> None:
        self._say(words)
        raise Gone

    async def _stall(self) -> None:
        await self._reader.read(1 << 20)  # until the other end gives up
        raise Gone


def refused(seed: int, recipient: str) -> bool:
    """Say whether the server never takes mail for a recipient."""
    return fate(seed, recipient).always == REFUSE


def serve(seed: int, number: Synchronized[int], pipe: Connection) -> None:
    """Run the server: tell the port, and at the end, when asked, all that was taken."""

    async def run() -> None:
        server = Server(seed, number)
        listening = await asyncio.start_server(
            server.converse, "127.0.0.1", 0, backlog=64, limit=1 << 20
        )
        pipe.send(listening.sockets[0].getsockname()[1])
        await asyncio.to_thread(pipe.recv)
        pipe.send(server.taken)

    asyncio.run(run())


class Running:
    """The server in its process; a context manager."""

    def __init__(self, seed: int) -> None:
        """Start it."""
        context = multiprocessing.get_context("fork")
        self._number: Synchronized[int] = context.Value("q", 0, lock=False)
        self._pipe, there = context.Pipe()
        arguments = (seed, self._number, there)
        self._process = context.Process(target=serve, args=arguments, daemon=True)
        self._process.start()
        self.port = int(self._pipe.recv())

    @property
    def number(self) -> int:
        """Return how many mails were taken so far."""
        return self._number.value

    def end(self) -> list[Taken]:
        """Stop it; returns what was taken."""
        self._pipe.send("end")
        taken: list[Taken] = self._pipe.recv()
        self._process.join(20)
        return taken
