"""A mail worker as the program has it, in a process that is going to be killed.

Its time runs a hundred times as fast, so that leases, back-offs and doubts are over in seconds.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tui_admin import bootstrap
from tui_admin.mail.compose import Sender
from tui_admin.mail.pool import Pool
from tui_admin.mail.smtp import SmtpOptions
from tui_admin.settings import load
from tui_admin.worker import Worker, worker

if TYPE_CHECKING:
    from typing import NoReturn

FASTER = 100
PATIENCE = 1.0
"""Seconds that it waits for a server that stalls."""


def fast_clock() -> datetime:
    """Return a time that all processes agree on."""
    beginning = datetime(2026, 1, 1, tzinfo=UTC)
    return beginning + timedelta(seconds=(time.time() - 1_767_225_600) * FASTER)


async def _nap(seconds: float) -> None:
    await asyncio.sleep(seconds / FASTER)


async def _send(url: str, port: int) -> None:
    worker.BEAT, worker.NAP, worker.PAUSE_WITHOUT_STORE = 0.1, 0.05, 0.1
    options = SmtpOptions(
        "127.0.0.1",
        port,
        tls="none",
        timeout=PATIENCE,
        connect_timeout=PATIENCE,
        final_timeout=PATIENCE,
        local_hostname="chaos.example",
    )
    pool = Pool(options, connections=3, clock=lambda: time.monotonic() * FASTER, sleep=_nap)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = load(environ={"TUI_ADMIN_STORE__URL": url})
    hub = await bootstrap.connect(settings, origin="chaos", clock=fast_clock)
    try:
        one = Worker(hub.outgoing, pool, Sender("noreply@chaos.example", "Chaos"), "worker")
        await one.run(stop)
    finally:
        await hub.close()


def warm_up() -> None:
    """Load what every worker needs, so that a new one is at work at once."""
    from tui_admin.mail.facts import NEEDED
    from tui_admin.mail.samples import sample
    from tui_admin.mail.templating import OURS
    from tui_admin.services import environment, facade, outgoing  # noqa: F401
    from tui_admin.store import sqlite_line, store  # noqa: F401

    for kind in NEEDED:
        sample(kind, "en", OURS)


def start(url: str, port: int) -> int:
    """Start one; returns its process id."""
    child = os.fork()
    return child or _be_a_worker(url, port)


def _be_a_worker(url: str, port: int) -> NoReturn:
    code = 1
    try:
        asyncio.run(_send(url, port))
        code = 0
    finally:
        os._exit(code)
