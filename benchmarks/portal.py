"""Measure the portal's link page beside a bare Starlette page, in one run on one machine.

Each is a server process of its own on loopback, with the same uvicorn; the client is a loop over
kept connections. The page of an open link is what everybody sees first: it looks the invitation up
in the store and renders a form. The bare page is one line of text.

    python benchmarks/portal.py [REQUESTS [ROUNDS]]
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin import bootstrap
from tui_admin.settings import load

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from starlette.requests import Request

CONNECTIONS = 8
HOST = "127.0.0.1"


class Server(NamedTuple):
    """A server that runs, and what is asked of it."""

    process: Any
    port: int
    path: str
    cookie: str

    @property
    def busy(self) -> float:
        """Return how many seconds of a core it has used: what others on the machine leave alone."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """Return its resident memory in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        (line,) = (each for each in status.splitlines() if each.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


def bare(pipe: Connection) -> None:
    """Serve the least that Starlette needs for a page."""
    import uvicorn
    from starlette.applications import Starlette
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    async def page(_request: Request) -> PlainTextResponse:
        return PlainTextResponse("You are invited.")

    app = Starlette(routes=[Route("/invitation", page)])
    listener = bootstrap.listen_for_portal(load(environ={}), HOST, free_port())
    pipe.send(listener.getsockname()[1])
    config = uvicorn.Config(app, access_log=False, log_config=None, http="h11", loop="asyncio")
    uvicorn.Server(config).run([listener])


def ours(pipe: Connection, config: Path) -> None:
    """Serve the portal."""
    settings = load(config, environ={})
    listener = bootstrap.listen_for_portal(settings, HOST, free_port())
    pipe.send(listener.getsockname()[1])
    serving = bootstrap.run_portal(settings, listener, stop=asyncio.Event())
    asyncio.run(serving)


def free_port() -> int:
    """Return a port that nobody has."""
    import socket

    with socket.create_server((HOST, 0)) as probe:
        return int(probe.getsockname()[1])


async def invited(directory: Path) -> tuple[Path, str]:
    """Make a demo environment and invite somebody; returns its configuration and the token."""
    from sqlalchemy import select

    from tui_admin.domain.paste import read_paste
    from tui_admin.services.planning import Plan
    from tui_admin.store.schema.outbox import outbox_message

    made = await bootstrap.make_demo(directory, users=200, seed=1)
    hub = await bootstrap.connect(load(made.config, environ={}), origin="benchmark")
    try:
        desk = hub.acting(await hub.operators.named("founder"))
        entries = read_paste("benchmark@north.example").entries
        await desk.inviting.send(Plan(organisation="Acme Nederland BV"), entries)
        wanted = select(outbox_message.c.facts).order_by(outbox_message.c.id.desc()).limit(1)
        facts = await hub.operators._store.read(lambda connection: connection.scalar(wanted))
    finally:
        await hub.close()
    return made.config, json.loads(str(facts))["link"].rpartition("/")[2]


def start(target: Any, *arguments: Any, cookie: str = "") -> Server:
    """Start a server in a process of its own and wait for its port."""
    here, there = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=target, args=(there, *arguments), daemon=True)
    process.start()
    return Server(process, here.recv(), "/invitation", cookie)


async def ask(server: Server, count: int) -> None:
    """Ask for the page so often over one connection."""
    reader, writer = await asyncio.open_connection(HOST, server.port)
    lines = [f"GET {server.path} HTTP/1.1", f"Host: {HOST}", f"Cookie: {server.cookie}"]
    request = "\r\n".join([*lines, "", ""]).encode()
    for _ in range(count):
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(head.decode())
        (length,) = (
            int(each.split(b":")[1])
            for each in head.split(b"\r\n")
            if each.lower().startswith(b"content-length")
        )
        await reader.readexactly(length)
    writer.close()


async def rate(server: Server, count: int) -> float:
    """Return how many pages a second."""
    started = time.perf_counter()
    await asyncio.gather(*(ask(server, count // CONNECTIONS) for _ in range(CONNECTIONS)))
    return count / (time.perf_counter() - started)


def main(count: int = 2000, rounds: int = 3) -> None:
    """Measure and print medians, and the memory after it."""
    with tempfile.TemporaryDirectory() as directory:
        config, token = asyncio.run(invited(Path(directory) / "demo"))
        servers = {
            "bare": start(bare),
            "portal": start(ours, config, cookie=f"invitation={token}; visitor={token}"),
        }
        try:
            for each in servers.values():
                asyncio.run(ask(each, 50))  # imports, templates, caches
            before = {name: each.busy for name, each in servers.items()}
            runs = [
                {name: asyncio.run(rate(each, count)) for name, each in servers.items()}
                for _ in range(rounds)
            ]
            spent = {name: each.busy - before[name] for name, each in servers.items()}
            memory = {name: each.memory for name, each in servers.items()}
        finally:
            for each in servers.values():
                each.process.terminate()
                each.process.join()
    median = {name: statistics.median(run[name] for run in runs) for name in servers}
    busy = {name: 1000 * each / (count * rounds) for name, each in spent.items()}
    for name in servers:
        sys.stdout.write(
            f"{name:<8}{median[name]:>7.0f} pages/s {median[name] / median['bare']:5.2f} x"
            f"   {busy[name]:>6.2f} ms of a core a page {busy[name] / busy['bare']:5.2f} x"
            f"   {memory[name]:>5.0f} MiB {memory[name] / memory['bare']:5.2f} x\n"
        )


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]))
