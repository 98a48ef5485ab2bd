"""Measure composing and sending mail beside the bare libraries, in one run on one machine.

Every number has its yardstick next to it: composing beside `EmailMessage` alone with the same
parts, sending beside a bare loop of aiosmtplib, with `EmailMessage` and with ready-made bytes.
The sink is aiosmtpd in a process of its own; it is slow, so high rates are the sink's.

    python benchmarks/mail.py [MESSAGES [ROUNDS]]
"""

from __future__ import annotations

import asyncio
import multiprocessing
import statistics
import sys
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING, Any

import aiosmtplib

from tui_admin.mail.compose import Letter, Sender, compose
from tui_admin.mail.pool import Pool
from tui_admin.mail.smtp import Parcel, SmtpOptions

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from multiprocessing.connection import Connection

SENDER = Sender("no-reply@demo.example", "Demo")
NOW = datetime.now(UTC)


class Sink:
    """Accepts everything and keeps nothing."""

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        """Say that the message was taken."""
        return "250 OK"


def sink(pipe: Connection) -> None:
    """Run the sink and tell its port through the pipe."""
    from aiosmtpd import smtp

    async def serve() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: smtp.SMTP(Sink(), hostname="sink.example", loop=loop), "127.0.0.1", 0
        )
        pipe.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


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


def bare(number: int, text: str, html: str) -> EmailMessage:
    """Return what one would write without us: the same parts, and no checks."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "Demo <no-reply@demo.example>"
    message["To"] = f"p{number}@north.example"
    message["Subject"] = "Ada Lovelace invites you: eHerkenning level 3 for Acme Nederland BV"
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    return message


def page_of(data: bytes) -> str:
    """Return the HTML of a message, as it was before it was encoded."""
    message = message_from_bytes(data, EmailMessage, policy=SMTP)
    page = message.get_body(("html",))
    return str(page.get_content()) if page else ""


def rate(count: int, work: Callable[[], object]) -> float:
    """Return how many a second."""
    started = time.perf_counter()
    work()
    return count / (time.perf_counter() - started)


async def rate_of(count: int, work: Awaitable[object]) -> float:
    """Return how many a second."""
    started = time.perf_counter()
    await work
    return count / (time.perf_counter() - started)


async def over_the_pool(port: int, parcels: list[Parcel], connections: int) -> None:
    """Send through the pool, with a hook that commits nothing."""

    async def hook() -> None:
        await asyncio.sleep(0)

    options = SmtpOptions("127.0.0.1", port, tls="none", local_hostname="bench.example")
    waiting = iter(parcels)
    async with Pool(options, connections=connections) as pool:

        async def lane() -> None:
            for parcel in waiting:
                delivery = await pool.deliver(parcel, hook)
                if delivery.outcome != "sent":
                    raise RuntimeError(str(delivery))

        await asyncio.gather(*(lane() for _ in range(connections)))


async def bare_bytes(port: int, parcels: list[Parcel]) -> None:
    """Send ready-made bytes in a loop over one connection."""
    async with bare_client(port) as client:
        for each in parcels:
            await client.sendmail(each.sender, [each.recipient], each.data)


async def bare_messages(port: int, messages: list[EmailMessage]) -> None:
    """Send `EmailMessage`s in a loop over one connection."""
    async with bare_client(port) as client:
        for each in messages:
            await client.send_message(each)


def bare_client(port: int) -> aiosmtplib.SMTP:
    """Return the library's client as one would use it."""
    return aiosmtplib.SMTP(
        hostname="127.0.0.1", port=port, start_tls=False, local_hostname="bench.example"
    )


def measure(port: int, count: int) -> dict[str, float]:
    """Return one round of rates."""
    first = compose(letter(0), SENDER)
    html = page_of(first.data)
    text = first.text
    letters = [letter(number) for number in range(count)]
    found = {
        "composed": rate(count, lambda: [compose(each, SENDER) for each in letters]),
        "EmailMessage": rate(count, lambda: [bare(n, text, html).as_bytes() for n in range(count)]),
    }
    messages = [bare(n, text, html) for n in range(count)]
    parcels = [Parcel(SENDER.address, f"p{n}@north.example", first.data) for n in range(count)]
    found["aiosmtplib, EmailMessage"] = asyncio.run(rate_of(count, bare_messages(port, messages)))
    found["aiosmtplib, bytes"] = asyncio.run(rate_of(count, bare_bytes(port, parcels)))
    for connections in (1, 2):
        found[f"pool, {connections}"] = asyncio.run(
            rate_of(count, over_the_pool(port, parcels, connections))
        )
    return found


def main(count: int = 400, rounds: int = 3) -> None:
    """Measure and print medians."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=sink, args=(there,), daemon=True)
    process.start()
    try:
        port = here.recv()
        measure(port, 20)  # imports, templates, caches
        runs = [measure(port, count) for _ in range(rounds)]
    finally:
        process.terminate()
        process.join()
    median = {name: statistics.median(run[name] for run in runs) for name in runs[0]}

    def line(what: str, name: str, yardstick: str) -> None:
        ratio = median[name] / median[yardstick]
        sys.stdout.write(f"{what:<34}{median[name]:>8.0f}/s   {ratio:5.2f} x {yardstick}\n")

    line("compose, checks included", "composed", "EmailMessage")
    for connections in (1, 2):
        for yardstick in ("aiosmtplib, EmailMessage", "aiosmtplib, bytes"):
            name = f"pool, {connections}"
            line(f"send over {connections} connection(s)", name, yardstick)
    for yardstick in ("EmailMessage", "aiosmtplib, EmailMessage", "aiosmtplib, bytes"):
        sys.stdout.write(f"  {yardstick:<32}{median[yardstick]:>8.0f}/s\n")


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
