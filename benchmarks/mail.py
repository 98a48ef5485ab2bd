"""Measure composing and sending mail beside the bare libraries, in one run on one machine.

    PYTHONPATH=. python benchmarks/mail.py [MESSAGES [ROUNDS]]        (1000, 3)

The worker's rate is from rows of the outbox to accepted mails, with every write of the store on
the disk: claim, bytes, hand-over, outcome, the invitation's state. Beside it, in each round and to
the same sink: aiosmtplib with ready-made bytes on as many connections as the worker gives to bulk
(one of its own is never), and postfix's `smtp-source` where that is installed. Ratios are of
medians, by the clock and by this process' own CPU time: on a busy machine the second says more.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import aiosmtplib

from benchmarks._sink import Sink
from tui_admin import bootstrap
from tui_admin.domain.paste import read_paste
from tui_admin.mail.compose import Letter, Sender, compose
from tui_admin.mail.pool import Pool
from tui_admin.mail.skeleton import Composer
from tui_admin.mail.smtp import SmtpOptions
from tui_admin.services.planning import Plan
from tui_admin.settings import load
from tui_admin.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_admin.services.facade import Hub

SENDER = Sender("no-reply@demo.example", "Demo")
NOW = datetime.now(UTC)
LANES = (1, 2, 4)
"""Connections that bulk goes over."""

SLOW = 0.020
"""Seconds that each reply of the distant server takes."""

FEW = 100
"""Messages to the distant server: it is slow by itself."""

SOURCE = shutil.which("smtp-source") or shutil.which("smtp-source", path="/usr/sbin")


class Rate(NamedTuple):
    """Messages a second by the clock, and by the CPU time of this process."""

    clock: float
    cpu: float


def rate(count: int, work: Callable[[], object]) -> Rate:
    """Do the work and return how many a second."""
    begun = _clocks()
    work()
    return _since(begun, count)


async def rate_of(count: int, work: Awaitable[object]) -> Rate:
    """Await the work and return how many a second."""
    begun = _clocks()
    await work
    return _since(begun, count)


def _clocks() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _since(begun: tuple[float, float], count: int) -> Rate:
    clock, cpu = (now - then for now, then in zip(_clocks(), begun, strict=True))
    return Rate(count / clock, count / cpu)


# Composing


def letter(number: int) -> Letter:
    """Return an invitation as the worker would compose it."""
    facts = {
        "environment": "Demo",
        "inviter_name": "Ada Lovelace",
        "inviter_email": "ada@demo.example",
        "organisation": "Acme Nederland BV",
        "product": "eHerkenning level 3",
        "link": f"https://portal.example/invitation/{number:043d}",
        "expires_at": NOW + timedelta(days=7),
        "note": "",
        "invitee_name": f"Invitee {number}",
    }
    to, reference = f"p{number}@north.example", f"invitation-{number}"
    message_id = f"<{number}.bench@demo.example>"
    return Letter(
        "invitation", "en", to, f"Invitee {number}", facts, message_id, NOW, None, reference
    )


def bare(number: int, text: str) -> bytes:
    """Return what one would write without us: text and page, and no checks."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Demo <no-reply@demo.example>"
    message["To"] = f"p{number}@north.example"
    message["Subject"] = "Ada Lovelace invites you: eHerkenning level 3 for Acme Nederland BV"
    message.set_content(text)
    message.add_alternative(f"<pre>{text}</pre>" * 4, subtype="html")
    return message.as_bytes()


def composing(count: int) -> dict[str, Rate]:
    """Return the rates of composing: by skeleton, whole, and with `EmailMessage` alone."""
    letters = [letter(number) for number in range(count)]
    text = compose(letters[0], SENDER).text
    composer = Composer(SENDER)
    for each in letters[:3]:
        composer.compose(each)
    return {
        "by skeleton": rate(count, lambda: [composer.compose(each) for each in letters]),
        "whole": rate(count // 5, lambda: [compose(each, SENDER) for each in letters[::5]]),
        "EmailMessage": rate(count // 5, lambda: [bare(n, text) for n in range(count // 5)]),
    }


# Sending


async def bare_bytes(port: int, count: int, connections: int, data: bytes) -> None:
    """Send ready-made bytes over so many connections of aiosmtplib."""
    numbers = iter(range(count))

    async def lane() -> None:
        client = aiosmtplib.SMTP(
            hostname="127.0.0.1", port=port, start_tls=False, local_hostname="bench.example"
        )
        async with client:
            for number in numbers:
                await client.sendmail(SENDER.address, [f"p{number}@north.example"], data)

    await asyncio.gather(*(lane() for _ in range(connections)))


def smtp_source(port: int, count: int, connections: int, data: bytes) -> None:
    """Have postfix's tool send as many of the same size."""
    command = [str(SOURCE), "-s", str(connections), "-m", str(count), "-l", str(len(data))]
    addresses = ["-f", SENDER.address, "-t", "p@north.example"]
    subprocess.run([*command, *addresses, f"127.0.0.1:{port}"], check=True)


class Outbox:
    """A store with invitations that wait to be sent; each round takes some of them."""

    def __init__(self, directory: Path) -> None:
        """Make the store."""
        url = f"sqlite:///{directory / 'store.db'}"
        self._settings = load(
            environ={"TUI_ADMIN_STORE__URL": url, "TUI_ADMIN_INVITATIONS__UNDO_SECONDS": "0"}
        )
        self._made = 0
        founder: dict[str, Any] = {
            "environment_name": "Bench",
            "email": "founder@acme.example",
            "username": "founder",
            "organisation": "Acme",
            "registration_number": "12345678",
        }
        asyncio.run(bootstrap.create_store(self._settings, **founder))

    async def fill(self, count: int) -> None:
        """Invite so many."""
        hub = await bootstrap.connect(self._settings, origin="bench")
        try:
            desk = hub.acting(await hub.operators.named("founder"))
            while count > 0:
                some = range(self._made, self._made + min(250, count))
                names = "\n".join(f"Invitee {each} <i{each}@north.example>" for each in some)
                await desk.inviting.send(Plan(), read_paste(names).entries)
                self._made += len(some)
                count -= len(some)
        finally:
            await hub.close()

    async def send(self, count: int, port: int, lanes: int) -> Rate:
        """Send all that waits over so many connections, and one more that bulk never gets."""
        hub = await bootstrap.connect(self._settings, origin="bench")
        try:
            worker = _worker(hub, port, lanes)
            return await rate_of(count, worker.run(asyncio.Event(), once=True))
        finally:
            await hub.close()


def _worker(hub: Hub, port: int, lanes: int) -> Worker:
    options = SmtpOptions("127.0.0.1", port, tls="none", local_hostname="bench.example")
    return Worker(hub.outgoing, Pool(options, connections=lanes + 1), SENDER, "worker")


def sending(outbox: Outbox, port: int, count: int, lanes: int, data: bytes) -> dict[str, Rate]:
    """Return the rates of one round over so many connections."""
    asyncio.run(outbox.fill(count))
    found = {
        "worker": asyncio.run(outbox.send(count, port, lanes)),
        "aiosmtplib": asyncio.run(rate_of(count, bare_bytes(port, count, lanes, data))),
    }
    if SOURCE:
        found["smtp-source"] = rate(count, lambda: smtp_source(port, count, lanes, data))
    return found


# Telling


def medians(rounds: list[dict[str, Rate]]) -> dict[str, Rate]:
    """Return the median of each rate."""
    return {
        name: Rate(*(median(each[name][kind] for each in rounds) for kind in (0, 1)))
        for name in rounds[0]
    }


def tell(what: str, mine: Rate, theirs: Rate, whose: str, *, cpu: bool = True) -> None:
    """Print a rate beside another."""
    line = f"{what:<34}{mine.clock:>7.0f}/s {mine.clock / theirs.clock:6.2f} x {whose}"
    if cpu:
        line += f" ({theirs.clock:.0f}/s); in CPU time {mine.cpu / theirs.cpu:.2f} x"
    sys.stdout.write(f"{line}\n")


def main(count: int = 1000, rounds: int = 3) -> None:
    """Measure and print medians."""
    data = compose(letter(0), SENDER).data
    found = medians([composing(count // 2) for _ in range(rounds)])
    for name in ("by skeleton", "whole"):
        tell(f"compose {name}", found[name], found["EmailMessage"], "EmailMessage")
    with tempfile.TemporaryDirectory() as directory, Sink() as sink, Sink(SLOW) as distant:
        outbox = Outbox(Path(directory))
        sending(outbox, sink.port, 50, 1, data)  # imports, templates, caches
        for lanes in LANES:
            runs = [sending(outbox, sink.port, count, lanes, data) for _ in range(rounds)]
            found = medians(runs)
            title = f"worker, {lanes} for bulk + 1"
            tell(title, found["worker"], found["aiosmtplib"], "aiosmtplib")
            if SOURCE:
                tell(title, found["worker"], found["smtp-source"], "smtp-source", cpu=False)
                tell("  aiosmtplib", found["aiosmtplib"], found["smtp-source"], "it", cpu=False)
        alone: Rate | None = None
        for lanes in LANES:
            asyncio.run(outbox.fill(FEW * lanes))
            mine = asyncio.run(outbox.send(FEW * lanes, distant.port, lanes))
            alone = alone or mine
            tell(f"20 ms a reply, {lanes} for bulk + 1", mine, alone, "one", cpu=False)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
