"""Serving the portal: on a socket, until told to stop, keeping house meanwhile."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

import uvicorn

from tui_admin.domain.errors import AdminError, Misconfigured
from tui_admin.portal.app import make_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_admin.portal.site import Site

TIDY_EVERY: Final = 600.0
"""Seconds between two rounds of removing sessions and codes that are over."""

PATIENCE: Final = 5
"""Seconds that requests in hand are given when the portal is to stop."""


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises `Misconfigured` where there can be none."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=512)
        # A head and a body are two writes: without it the second waits 40 ms for the first's echo.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Misconfigured("portal_port_taken", host=host, port=port) from error
        why = error.strerror or str(error)
        raise Misconfigured("portal_cannot_listen", host=host, port=port, why=why) from error


async def serve(site: Site, listener: socket.socket, stop: asyncio.Event) -> None:
    """Serve on a listening socket until told to stop; then what is in hand is finished."""
    server = _Server(_config(site))
    serving = asyncio.ensure_future(server.serve([listener]))
    housekeeping = asyncio.ensure_future(_keep_house(site))
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.should_exit = True
        housekeeping.cancel()
        stopped.cancel()
        await serving


class _Server(uvicorn.Server):
    """A server that leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def _config(site: Site) -> uvicorn.Config:
    # Its log would have the addresses, and with them tokens; and it would write over a dashboard.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [logging.NullHandler()], False
    return uvicorn.Config(
        make_app(site),
        log_config=None,
        access_log=False,
        lifespan="off",
        loop="asyncio",
        http="h11",
        ws="none",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=PATIENCE,
        limit_concurrency=1000,
    )


async def _keep_house(site: Site) -> None:
    while True:
        with suppress(AdminError):
            await site.joining.tidy()
        await asyncio.sleep(TIDY_EVERY)
