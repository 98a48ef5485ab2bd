"""The demo's mailbox: one local mail catcher per demo directory, and a reader for what it caught.

The catcher is a process of its own, since several dashboards may show the same demo and any of
them may leave first. It lives as long as somebody holds the mailbox open, told by file locks, which
the system lets go of however a holder ends:

* `catcher.lock`: held by the catcher; who gets it starts one.
* `holders.lock`: shared by all who use the mailbox; when the catcher gets it, nobody is left.

The listening socket is made before the process starts: mail sent meanwhile waits in its queue.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from tui_admin.domain.errors import OutOfReach

if TYPE_CHECKING:
    from email.message import EmailMessage

HOST: Final = "127.0.0.1"
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a message that the catcher takes and the reader looks at."""


class CaughtMail(NamedTuple):
    """A mail in the mailbox, as its recipient would see it. Foreign text: show it as such."""

    id: str
    to: str
    sender: str
    subject: str
    received_at: datetime
    text: str


class Mailbox:
    """A mailbox held open; the catcher runs at least until `close`."""

    def __init__(self, directory: Path, port: int, holder: int) -> None:
        """Keep the lock; see `start`."""
        self.directory = directory
        self.port = port
        self._holder: int | None = holder

    def __enter__(self) -> Self:
        """Return the mailbox."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of it."""
        self.close()

    def close(self) -> None:
        """Let go: the catcher ends by itself once nobody else holds it. May be called twice."""
        if self._holder is not None:
            os.close(self._holder)
            self._holder = None


def start(directory: Path, port: int) -> Mailbox:
    """Hold the mailbox in `directory` open, and start its catcher unless one is running.

    With port 0 a free one is taken. Where a catcher runs already its port is kept, whatever was
    asked for: look at the result. Raises `OutOfReach`: `demo_mailbox_port_taken` where another
    program listens on the port, `demo_mailbox_needs_extra` where aiosmtpd is not installed.
    """
    if find_spec("aiosmtpd") is None:
        raise OutOfReach("demo_mailbox_needs_extra")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    _maildir(directory)
    holder = _locked(directory / "holders.lock", fcntl.LOCK_SH)
    try:
        return Mailbox(directory, _catching(directory, port), holder)
    except BaseException:
        os.close(holder)
        raise


def free_port() -> int:
    """Return a port on which nobody listens now, to be written into a new demo's configuration."""
    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


def read_mailbox(directory: Path, limit: int = 200) -> tuple[CaughtMail, ...]:
    """Return the newest mails first, at most `limit`; none where there is no mailbox.

    A mail that cannot be read or goes away meanwhile is left out.
    """
    found: list[tuple[int, str]] = []
    for folder in ("new", "cur"):
        with contextlib.suppress(FileNotFoundError), os.scandir(directory / folder) as entries:
            for entry in entries:
                with contextlib.suppress(FileNotFoundError):
                    found.append((entry.stat().st_mtime_ns, entry.path))
    found.sort(reverse=True)
    mails = (_read(path, at) for at, path in found[:limit])
    return tuple(mail for mail in mails if mail is not None)


# Reading


@lru_cache(maxsize=1024)  # a caught mail never changes, and parsing one costs milliseconds
def _read(path: str, arrived_ns: int) -> CaughtMail | None:
    from email.message import EmailMessage
    from email.parser import BytesParser
    from email.policy import default

    try:
        with Path(path).open("rb") as file:
            raw = file.read(LARGEST)
        message = BytesParser(EmailMessage, policy=default).parsebytes(raw)
        return CaughtMail(
            Path(path).name,
            _header(message, "Delivered-To") or _header(message, "To"),
            _header(message, "From") or _header(message, "Return-Path"),
            _header(message, "Subject"),
            datetime.fromtimestamp(arrived_ns / 1e9, UTC),
            _text(message),
        )
    except Exception:  # the standard parser has raised nearly everything on hostile mail
        return None


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _text(message: EmailMessage) -> str:
    part = message.get_body(("plain", "html"))
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except LookupError:  # a character set nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""


# Starting


def _locked(path: Path, how: int) -> int:
    """Return an open descriptor that holds the lock, -1 where `how` says not to wait for it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, how)
    except BlockingIOError:
        os.close(descriptor)
        return -1
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _catching(directory: Path, port: int) -> int:
    """Return the port of the catcher, started here if none runs."""
    lock = _locked(directory / "catcher.lock", fcntl.LOCK_EX | fcntl.LOCK_NB)
    if lock < 0:
        return _port_of_the_other(directory, port)
    try:
        with _listening(port) as listener:
            taken = int(listener.getsockname()[1])
            _write_port(directory, taken)
            _spawn(directory, taken, listener.fileno(), lock)
        return taken
    finally:
        os.close(lock)  # the catcher has its own copy: the lock is its from here on


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port), backlog=128)
    except OSError as error:
        raise OutOfReach("demo_mailbox_port_taken", port=port) from error


def _spawn(directory: Path, port: int, listener: int, lock: int) -> None:
    process = subprocess.Popen(  # noqa: S603 - our own module
        [
            sys.executable, "-P", "-m", "tui_admin.demo.mailbox", str(directory), str(port),
            "--descriptors", str(listener), str(lock),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(listener, lock),
        start_new_session=True,  # a ctrl+c or hang-up is for the dashboard alone
        env=_surroundings(),
    )  # fmt: skip
    # Only so that it does not stay behind as a zombie; nobody waits for it.
    threading.Thread(target=process.wait, name="mail-catcher", daemon=True).start()


def _surroundings() -> dict[str, str]:
    """Return the catcher's environment: this very package, and none of the settings' secrets."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("TUI_ADMIN")}
    paths = [str(Path(__file__).parents[2]), *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths)}


def _write_port(directory: Path, port: int) -> None:
    draft = directory / "port.new"
    draft.touch(mode=0o600)
    draft.write_text(f"{port}\n")
    draft.replace(directory / "port")


def _port_of_the_other(directory: Path, asked: int) -> int:
    # Whoever has the lock writes the port right after; a reader may be that little bit too early.
    pause = threading.Event()
    for _ in range(100):
        with contextlib.suppress(OSError, ValueError):
            return int((directory / "port").read_text())
        pause.wait(0.02)
    return asked


def _maildir(directory: Path) -> None:
    for folder in ("cur", "new", "tmp"):
        (directory / folder).mkdir(mode=0o700, exist_ok=True)


# The catcher


class _Keeper:
    """What aiosmtpd calls for each message."""

    def __init__(self, directory: Path) -> None:
        from mailbox import Maildir

        self._maildir = Maildir(directory, create=False)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Store the message as it came, with its envelope in front."""
        to = ", ".join(envelope.rcpt_tos)
        head = f"Return-Path: <{envelope.mail_from}>\nDelivered-To: {to}\n"
        content = envelope.content.replace(b"\r\n", b"\n")
        self._maildir.add(head.encode("utf-8", "replace") + content)
        return "250 2.0.0 kept"

    async def handle_exception(self, _error: Exception) -> str:
        """Answer for trouble without its details, which would go to the client."""
        return "451 4.3.0 not kept"


async def _serve(directory: Path, listener: socket.socket) -> None:
    from aiosmtpd.smtp import SMTP

    keeper = _Keeper(directory)
    loop = asyncio.get_running_loop()
    alone = asyncio.Event()

    def wait_for_nobody() -> None:
        # The lock is kept until the process ends, so that the next one to open the mailbox waits
        # until this catcher is gone and then starts its own.
        _locked(directory / "holders.lock", fcntl.LOCK_EX)
        loop.call_soon_threadsafe(alone.set)

    server = await loop.create_server(
        lambda: SMTP(
            keeper, enable_SMTPUTF8=True, hostname="localhost", ident="demo mailbox",
            data_size_limit=LARGEST, loop=loop,
        ),
        sock=listener,
    )  # fmt: skip
    threading.Thread(target=wait_for_nobody, daemon=True).start()
    await alone.wait()
    server.close()


def main(arguments: list[str]) -> None:
    """Catch mail until nobody holds the mailbox: `DIR PORT`, or as `start` calls it."""
    os.umask(0o077)
    directory, port = Path(arguments[0]), int(arguments[1])
    if "--descriptors" in arguments:
        at = arguments.index("--descriptors")
        asyncio.run(_serve(directory, socket.socket(fileno=int(arguments[at + 1]))))
        # This lock first: whoever waits for the holders' must find it free.
        os.close(int(arguments[at + 2]))
        os._exit(0)  # what still is connected has nobody left to wait for it
    with start(directory, port) as mailbox, contextlib.suppress(KeyboardInterrupt):
        sys.stdout.write(f"{HOST}:{mailbox.port} -> {mailbox.directory}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1:])
