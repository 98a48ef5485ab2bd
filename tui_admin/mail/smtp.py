"""One connection to a mail server, whose phase is known at every moment.

A message is lost or doubled in the few milliseconds around the final dot, so this drives the
conversation itself instead of calling the library's `sendmail`, once that has opened the session:
the text is handed to the transport first and its final dot apart, and a hook runs right before it.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, NamedTuple

import aiosmtplib

from tui_admin.domain.errors import because
from tui_admin.mail.guard import a_label, wire
from tui_admin.mail.outcome import Delivery, by_loss, by_reply, clean
from tui_admin.mail.talk import Talk
from tui_admin.mail.trouble import NoStartTls, Server

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_admin.domain.errors import Reason
    from tui_admin.mail.outcome import Phase

TIDY_TIMEOUT = 5.0
"""Seconds given to RSET and NOOP: nothing but this connection depends on their answer."""

QUIT_TIMEOUT = 1.0
"""Seconds given to QUIT: somebody may be waiting to leave."""


class SmtpOptions(NamedTuple):
    """How to reach the mail server. Times are in seconds.

    `tls` is a demand: with `starttls` and `implicit` nothing is sent in clear. `final_timeout` is
    the wait after the final dot, where giving up early makes doubles (RFC 5321 4.5.3.2.6).
    `ca_file` is trusted besides the system's authorities. `idle` is after how long an open
    connection is asked whether it still lives.
    """

    host: str
    port: int
    tls: Literal["none", "starttls", "implicit"] = "starttls"
    username: str = ""
    password: str = ""
    timeout: float = 30.0
    connect_timeout: float = 10.0
    final_timeout: float = 300.0
    idle: float = 15.0
    ca_file: str = ""
    local_hostname: str = ""

    def __repr__(self) -> str:
        """Return the options without the password, for logs and crash reports."""
        return f"SmtpOptions({self.host}:{self.port}, tls={self.tls}, username={self.username!r})"


class Parcel(NamedTuple):
    """One message for one recipient, ready for the wire."""

    sender: str
    recipient: str
    data: bytes

    @property
    def needs_smtputf8(self) -> bool:
        """Tell whether only a server with SMTPUTF8 (RFC 6531) can take it."""
        local = self.recipient.rpartition("@")[0] + self.sender.rpartition("@")[0]
        return not (local.isascii() and self.data.isascii())


async def no_hook() -> None:
    """Do nothing before the body."""


def tls_context(options: SmtpOptions) -> ssl.SSLContext | None:
    """Return the one context that all connections share (making one costs 70 ms), None for `none`.

    Raises OSError where `ca_file` cannot be read.
    """
    if options.tls == "none":
        return None
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if options.ca_file:
        context.load_verify_locations(options.ca_file)
    return context


class Connection:
    """A persistent connection: connects when needed, reconnects when the server went away.

    Not for use by two tasks at once; the pool sees to that.
    """

    def __init__(
        self,
        options: SmtpOptions,
        context: ssl.SSLContext | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Prepare a connection; nothing is sent before `connect` or `send`."""
        self.phase: Phase = "connecting"
        self._options = options
        self._clock = clock
        self._last_use = clock()
        self._answered = False  # since the last message began
        self._server = Server(options.host, options.port)
        self._talk: Talk | None = None
        self._smtp = aiosmtplib.SMTP(
            hostname=options.host,
            port=options.port,
            timeout=options.connect_timeout,
            use_tls=options.tls == "implicit",
            start_tls=False,
            tls_context=context,
            local_hostname=options.local_hostname or None,
        )

    @property
    def is_open(self) -> bool:
        """Tell whether the connection is there, as far as is known without asking."""
        return self._talk is not None and self._talk.is_open

    async def connect(self) -> Delivery | None:
        """Connect, secure and sign in; return None, or why it did not work (`unreachable`)."""
        return None if self.is_open else await self._guarded(self._open())

    async def send(
        self, parcel: Parcel, before_body: Callable[[], Awaitable[None]] = no_hook
    ) -> Delivery:
        """Send one message and say what became of it.

        `before_body` is awaited after the server agreed to take the text and before any of it goes
        out. What it raises is raised here, with the connection closed and nothing sent.
        """
        reused = await self._still_there()
        refused = await self._guarded(self._prepare(parcel, reused=reused))
        if refused and reused and not self.is_open and not self._answered:
            # Servers close idle connections without a word: that is nobody's attempt.
            refused = await self._guarded(self._prepare(parcel, reused=False))
        if refused:
            return refused
        try:
            await before_body()
        except BaseException:
            self.abandon()
            raise
        delivery = await self._guarded(self._hand_over(parcel.data))
        assert delivery is not None  # noqa: S101 - _hand_over always gives one
        return delivery

    def abandon(self) -> None:
        """Drop the connection at once: no QUIT, and no half message left to be flushed."""
        transport = self._smtp.transport
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
        self._talk = None
        self._smtp.close()

    async def close(self) -> None:
        """Take leave of the server politely, within a second."""
        if self.is_open:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._ask("QUIT", QUIT_TIMEOUT)
        self.abandon()
        await asyncio.sleep(0)  # lets the transport say goodbye before a loop closes

    async def _guarded(self, work: Awaitable[Delivery | None]) -> Delivery | None:
        """Run a piece of the conversation; whatever is not a clean reply closes the connection."""
        try:
            delivery = await work
        except (aiosmtplib.SMTPException, OSError) as error:
            self.abandon()
            return self._server.explain(error, self.phase)
        except BaseException:  # also cancellation: the next reply would be taken for another's
            self.abandon()
            raise
        self._last_use = self._clock()
        return delivery

    # Connecting

    async def _still_there(self) -> bool:
        if not self.is_open:
            return False
        if self._clock() - self._last_use > self._options.idle:
            self.phase = "envelope"
            await self._guarded(self._in_step("NOOP"))
        return self.is_open

    async def _in_step(self, command: str) -> None:
        """Say what every server answers with yes; any other answer ends the session."""
        if await self._ask(command, TIDY_TIMEOUT) // 100 != 2:
            self.abandon()

    async def _ask(self, command: str, seconds: float) -> int:
        talk = self._standing
        talk.say(command)
        return (await talk.reply(seconds)).code

    @property
    def _standing(self) -> Talk:
        if self._talk is None:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        return self._talk

    async def _open(self) -> None:
        options, smtp = self._options, self._smtp
        self.phase = "connecting"
        # A farewell over TLS may take half a minute, and the library would wait for it.
        self.abandon()
        await smtp.connect()
        self.phase = "greeting"
        await self._hello()
        if options.tls == "starttls":
            self.phase = "tls"
            if not smtp.supports_extension("starttls"):
                raise NoStartTls
            await smtp.starttls()
            await self._hello()
        if options.username:
            self.phase = "auth"
            await smtp.login(options.username, options.password)
        if not isinstance(smtp.transport, asyncio.Transport):
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        self._talk = Talk(smtp.transport)

    async def _hello(self) -> None:
        try:
            await self._smtp.ehlo()
        except aiosmtplib.SMTPHeloError:
            if not self._smtp.is_connected:
                raise
            await self._smtp.helo()

    # Sending

    async def _prepare(self, parcel: Parcel, *, reused: bool) -> Delivery | None:
        """Bring the server to take the text; return None when it waits for it."""
        if not reused:
            await self._open()
        self.phase = "envelope"
        self._answered = False
        sender, recipient = a_label(parcel.sender), a_label(parcel.recipient)
        refusal = self._cannot(parcel, sender, recipient)
        if refusal or sender is None or recipient is None:
            return Delivery("permanent", None, "", "envelope", refusal)
        options = [f"SIZE={len(parcel.data)}"] if self._offers("size") else []
        if parcel.needs_smtputf8:
            options.append("SMTPUTF8")
        mail = " ".join([f"MAIL FROM:<{sender}>", *options])
        return await self._agreed({mail: 2, f"RCPT TO:<{recipient}>": 2, "DATA": 3})

    async def _agreed(self, wanted: dict[str, int]) -> Delivery | None:
        """Say commands, in one go where that is offered; return what an unwanted answer means."""
        talk, together = self._standing, self._offers("pipelining")
        if together:
            talk.say(*wanted)
        for command, kind in wanted.items():
            if not together:
                talk.say(command)
            reply = await talk.reply(self._options.timeout)
            if reply.code // 100 != kind:
                return await self._refused(reply.code, reply.message)
            self._answered = True
        return None

    def _cannot(self, parcel: Parcel, sender: str | None, recipient: str | None) -> Reason | None:
        """Return why this server can never take this message, before it hears of it."""
        if sender is None or recipient is None:
            return because("mail_address_unusable", address=parcel.recipient)
        if parcel.needs_smtputf8 and not self._offers("smtputf8"):
            return because("mail_needs_smtputf8", address=parcel.recipient)
        limit = self._smtp.esmtp_extensions.get("size", "")
        if limit.isdecimal() and 0 < int(limit) < len(parcel.data):
            return because("mail_too_large", size=len(parcel.data), limit=int(limit))
        return None

    def _offers(self, extension: str) -> bool:
        return self._smtp.supports_extension(extension)

    async def _refused(self, code: int, words: str) -> Delivery:
        delivery = by_reply(self.phase, code, words, self._server.reason(self.phase, code))
        try:
            if clean(code) and await self._waits_for_no_text():
                await self._in_step("RSET")
            else:
                self.abandon()
        except (aiosmtplib.SMTPException, OSError):
            self.abandon()
        return delivery

    async def _waits_for_no_text(self) -> bool:
        """Hear the answers to what was said along with what was refused."""
        talk = self._standing
        codes = [(await talk.reply(TIDY_TIMEOUT)).code for _ in range(talk.expected)]
        # Ending a text without recipients would leave it to the server what becomes of it.
        return all(code // 100 in (2, 4, 5) and code != 421 for code in codes)

    async def _hand_over(self, data: bytes) -> Delivery:
        talk = self._standing
        self.phase = "body"
        talk.write(wire(data))
        await talk.written(self._options.timeout)
        await asyncio.sleep(0)  # a server that went away by now is known before the dot
        if not talk.is_open:
            raise aiosmtplib.SMTPServerDisconnected("Connection lost")
        self.phase = "reply"
        talk.expect(1)
        talk.write(b".\r\n")
        reply = await talk.reply(self._options.final_timeout)
        delivery = by_reply("reply", reply.code, reply.message)
        if not clean(reply.code):
            self.abandon()
        elif delivery.outcome == "sent":
            self.phase = "done"
            delivery = delivery._replace(phase="done")
        return delivery


async def probe(options: SmtpOptions) -> Delivery:
    """Connect, secure, sign in and leave: what `doctor` asks. `sent` means all of it worked."""
    try:
        context = await asyncio.to_thread(tls_context, options)
    except OSError as error:
        return by_loss("tls", str(error), because("mail_ca_file", file=options.ca_file))
    connection = Connection(options, context)
    trouble = await connection.connect()
    await connection.close()
    return trouble or Delivery("sent", 220, "", "done")
