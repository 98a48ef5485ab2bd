"""The portal in a thread of its own beside a dashboard, with its own loop and store."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import AdminError, Misconfigured

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine

LOOK_AGAIN = 5.0
"""Seconds after which a dashboard looks again whether it is its turn to serve."""


class Beside:
    """A portal that serves until it is stopped.

    Where another dashboard serves it already, this one waits, and takes over when that one leaves.
    """

    def __init__(
        self,
        listen: Callable[[], socket.socket],
        serve: Callable[..., Coroutine[Any, Any, None]],
    ) -> None:
        """Start it; `serve` is given a socket that listens, and the event to stop at."""
        self._listen, self._serve = listen, serve
        self._leaving = threading.Event()
        self._stop: Callable[[], object] = bool
        self.listening = threading.Event()
        self.thread = threading.Thread(target=self._run, name="portal", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        with suppress(AdminError):
            listener = self._listener()
            if listener is not None:
                asyncio.run(self._until_stopped(listener))

    def _listener(self) -> socket.socket | None:
        while True:
            try:
                return self._listen()
            except Misconfigured as error:
                if error.reason.id != "portal_port_taken":
                    raise
            if self._leaving.wait(LOOK_AGAIN):
                return None

    async def _until_stopped(self, listener: socket.socket) -> None:
        stop, loop = asyncio.Event(), asyncio.get_running_loop()
        self._stop = lambda: loop.call_soon_threadsafe(stop.set)
        if self._leaving.is_set():
            stop.set()
        self.listening.set()
        await self._serve(listener, stop=stop)

    def stop(self) -> None:
        """Have it end; what it has in hand is finished."""
        self._leaving.set()
        with suppress(RuntimeError):  # its loop is closed already
            self._stop()
