"""A real SMTP server on loopback that records what it gets and misbehaves at a chosen stage.

It runs in a thread of its own, so that synchronous tests, coroutines and other processes can all
speak to it. Nothing here is faked on the client's side: refusals, cuts and stalls happen on a
socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from email import message_from_bytes, policy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, Self

from aiosmtpd.smtp import SMTP, AuthResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage
    from pathlib import Path

Stage = Literal[
    "greeting", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "body", "end", "RSET", "NOOP"
]
"""Where to misbehave. `DATA` answers the command, `body` acts after 354, `end` after the dot."""

CUT: Final = "cut"
"""Reset the connection."""

STALL: Final = "stall"
"""Say nothing more, ever."""


class Caught(NamedTuple):
    """A message the server took (or, after a cut at `end`, had wholly received)."""

    sender: str
    recipients: tuple[str, ...]
    data: bytes
    tls: bool
    user: str
    options: tuple[str, ...]

    @property
    def message(self) -> EmailMessage:
        return message_from_bytes(self.data, policy=policy.default)


class _Fault:
    def __init__(self, stage: Stage, does: str, times: int | None, to: str) -> None:
        self.stage, self.does, self.times, self.to = stage, does, times, to


class SmtpServer:
    """The server; a context manager. Its port is chosen by the system."""

    def __init__(
        self,
        *,
        tls: Literal["none", "starttls", "implicit"] = "none",
        users: dict[str, str] | None = None,
        smtputf8: bool = True,
        pipelining: bool = True,
        size: int = 33_554_432,
        certificate_for: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self.mails: list[Caught] = []
        self.commands: list[str] = []
        self.connections = 0
        self.stalled = threading.Event()
        self.host, self.port = "127.0.0.1", port
        self.tls, self.users, self.smtputf8, self.size = tls, users or {}, smtputf8, size
        self.pipelining, self.certificate_for = pipelining, certificate_for
        self._faults: list[_Fault] = []
        self._lock = threading.Lock()
        self._changed = threading.Condition()
        self._live: set[_Conversation] = set()
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None

    # What tests say to it

    def fail(self, stage: Stage, does: str, *, times: int | None = None, to: str = "") -> None:
        """Misbehave at a stage: a reply line such as `550 no`, CUT or STALL; `to` one recipient."""
        with self._lock:
            self._faults.append(_Fault(stage, does, times, to))

    def behave(self) -> None:
        """Forget all faults."""
        with self._lock:
            self._faults.clear()

    def wait_for(self, count: int, timeout: float = 20.0) -> list[Caught]:
        """Return the mails once there are `count` of them; fails after `timeout` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self.mails) >= count, timeout):
                raise AssertionError(f"{len(self.mails)} of {count} mails after {timeout} s")
            return list(self.mails)

    def wait_until(self, holds: Callable[[], object], timeout: float = 20.0) -> None:
        """Return once something holds of the mails, looked at with each that comes."""
        with self._changed:
            if not self._changed.wait_for(holds, timeout):
                told = [(each.recipients, each.message["Subject"]) for each in self.mails]
                raise AssertionError(f"not so after {timeout} s: {told}")

    def to(self, address: str) -> list[Caught]:
        """Return the mails to one recipient."""
        return [mail for mail in self.mails if address in mail.recipients]

    def hang_up(self) -> None:
        """Cut every open connection, as a restarting server does; return once they are gone."""
        done = threading.Event()

        def cut() -> None:
            for each in list(self._live):
                each.cut()
            self._loop.call_later(0.01, done.set)

        self._loop.call_soon_threadsafe(cut)
        done.wait(5)

    def write_ca(self, path: Path) -> str:
        """Write the certificate of the authority behind this server's and return the path."""
        _authority().cert_pem.write_to_path(str(path))
        return str(path)

    # Life

    def __enter__(self) -> Self:
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        if not ready.wait(20):
            raise AssertionError("the SMTP server did not start")
        return self

    def __exit__(self, *_: object) -> None:
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)

    def _run(self, ready: threading.Event) -> None:
        loop = self._loop
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(lambda *_: None)  # cut connections complain in many ways
        context = _server_context(self.certificate_for) if self.tls != "none" else None
        server = loop.run_until_complete(
            loop.create_server(
                lambda: _Conversation(self, context if self.tls == "starttls" else None),
                self.host,
                self.port,
                ssl=context if self.tls == "implicit" else None,
            )
        )
        self.port = server.sockets[0].getsockname()[1]
        loop.call_soon(ready.set)
        loop.run_forever()
        server.close()
        loop.run_until_complete(self._wind_up())
        loop.close()
        asyncio.set_event_loop(None)

    async def _wind_up(self) -> None:
        for each in list(self._live):
            each.cut()
        await asyncio.sleep(0.01)
        mine = asyncio.current_task()
        rest = [task for task in asyncio.all_tasks() if task is not mine]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    # What conversations tell it

    def caught(self, mail: Caught) -> None:
        with self._changed:
            self.mails.append(mail)
            self._changed.notify_all()

    def fault(self, stage: Stage, recipient: str = "") -> str | None:
        with self._lock:
            for each in self._faults:
                if each.stage == stage and each.to in ("", recipient) and each.times != 0:
                    if each.times is not None:
                        each.times -= 1
                    return each.does
        return None


class _Conversation(SMTP):
    """One connection."""

    def __init__(self, owner: SmtpServer, context: ssl.SSLContext | None) -> None:
        self._owner = owner
        self._greeted = False
        self._transports: list[asyncio.Transport] = []
        super().__init__(
            self,
            hostname="mail.example",
            ident="test",
            tls_context=context,
            enable_SMTPUTF8=owner.smtputf8,
            data_size_limit=owner.size,
            auth_require_tls=context is not None,
            auth_exclude_mechanism=() if owner.users else ("LOGIN", "PLAIN"),
            authenticator=self._knows,
            loop=asyncio.get_running_loop(),
        )

    def connection_made(self, transport: Any) -> None:
        if not self._transports:
            self._owner.connections += 1
        self._transports.append(transport)
        self._owner._live.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._owner._live.discard(self)
        super().connection_lost(error)

    def cut(self) -> None:
        for transport in reversed(self._transports):
            transport.abort()

    def _knows(self, _s: object, _n: object, _e: object, _m: str, data: Any) -> AuthResult:
        name, password = data.login.decode(), data.password.decode()
        if self._owner.users.get(name) == password:
            return AuthResult(success=True, auth_data=name)
        return AuthResult(success=False, handled=False)

    async def _misbehaves(self, stage: Stage, recipient: str = "") -> bool:
        does = self._owner.fault(stage, recipient)
        if does is None:
            return False
        if does == CUT:
            self.cut()
        if does == STALL:
            self._owner.stalled.set()
        if does in (CUT, STALL):
            await asyncio.get_running_loop().create_future()  # until the connection is lost
        await super().push(does)
        if does.startswith("421"):
            self._writer.close()
        return True

    async def push(self, status: Any) -> None:
        if self._greeted:
            await super().push(status)
            return
        self._greeted = True
        if not await self._misbehaves("greeting"):
            await super().push(status)

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        if not await self._misbehaves("EHLO"):
            await super().smtp_EHLO(hostname)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802
        if not await self._misbehaves("STARTTLS"):
            await super().smtp_STARTTLS(arg)

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802
        if not await self._misbehaves("AUTH"):
            await super().smtp_AUTH(arg)

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        self._owner.commands.append(f"MAIL {arg}")
        if await self._misbehaves("MAIL"):
            return
        if self._owner.users and not (self.session and self.session.authenticated):
            await self.push("530 5.7.0 Authentication required")
            return
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        self._owner.commands.append(f"RCPT {arg}")
        if not await self._misbehaves("RCPT", arg.partition("<")[2].partition(">")[0]):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if await self._misbehaves("DATA"):
            return
        if self._owner.fault("body") is not None:
            await self.push("354 go on")
            await self._misbehaves("body")
            return
        await super().smtp_DATA(arg)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802
        self._owner.commands.append("RSET")
        if not await self._misbehaves("RSET"):
            await super().smtp_RSET(arg)

    async def smtp_NOOP(self, arg: str) -> None:  # noqa: N802
        self._owner.commands.append("NOOP")
        if not await self._misbehaves("NOOP"):
            await super().smtp_NOOP(arg)

    async def handle_EHLO(  # noqa: N802
        self, _server: object, session: Any, _envelope: object, hostname: str, replies: list[str]
    ) -> list[str]:
        session.host_name = hostname
        if self._owner.pipelining:
            replies.insert(1, "250-PIPELINING")
        return replies

    async def handle_DATA(self, _server: object, session: Any, envelope: Any) -> str:  # noqa: N802
        recipients = tuple(envelope.rcpt_tos)
        does = self._owner.fault("end", recipients[0])
        if does in (None, CUT, STALL):
            secure = self._transports[-1].get_extra_info("sslcontext") is not None
            user = str(session.auth_data or "")
            options = tuple(envelope.mail_options)
            data = bytes(envelope.original_content)
            self._owner.caught(Caught(envelope.mail_from, recipients, data, secure, user, options))
        if does == CUT:
            self.cut()
        if does in (CUT, STALL):
            await asyncio.get_running_loop().create_future()
        if does and does.startswith("421"):
            asyncio.get_running_loop().call_later(0.05, self._writer.close)
        return does or "250 2.0.0 taken"


@lru_cache(maxsize=1)
def _authority() -> Any:
    import trustme

    return trustme.CA()


@lru_cache(maxsize=4)
def _server_context(name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _authority().issue_cert(name).configure_cert(context)
    return context


@contextlib.contextmanager
def smtp_server(**options: Any) -> Iterator[SmtpServer]:
    """Run a server for a block of code."""
    with SmtpServer(**options) as server:
        yield server


def unused_port() -> int:
    """Return a port on which nobody listens at the moment."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
