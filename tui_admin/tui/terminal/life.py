"""How the program ends when it is told to from outside: signals, a lost line, a frozen terminal.

Textual handles none of it. The default is death without clean-up; a handler on the event loop
alone leaves an orphan when the terminal froze while the app was painting, since the main thread
then waits for the writer for ever. So there are two: a handler that asks the app to end, and a
thread that ends the process when the asking was of no use.
"""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

GRACE: Final = 3.0
"""Seconds between asking the app to end and ending the process without it."""

ENDING: Final = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
"""Signals that end the session in order. Keys never raise them: the terminal is in raw mode."""


class Life:
    """The watch over one session. `ask` is called in the main thread, `restore` in the last moment.

    `ask(number)` tells the app to end because of a signal; `restore()` puts the terminal back
    without the app's help and must not block. The exit status is 128 + signal, as a shell reports.
    """

    def __init__(self, ask: Callable[[int], None], restore: Callable[[], None]) -> None:
        """Remember whom to ask; nothing is watched until `begin`."""
        self._ask, self._restore = ask, restore
        self._before: dict[int, signal.Handlers | Callable[..., object] | int | None] = {}
        self._awake, self._wake = os.pipe()
        self._asked = 0
        self._is_ending = threading.Event()

    def begin(self, *, terminal: int = 0) -> None:
        """Handle the signals and watch the terminal's line. Call in the main thread."""
        os.set_blocking(self._wake, False)
        for number in ENDING:
            self._before[number] = signal.signal(number, self._on_signal)
        # A stopped full-screen program leaves the terminal raw (Textual #6298): ctrl+z stays ours.
        self._before[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        # Textual would start its threads a second time.
        self._before[signal.SIGCONT] = signal.signal(signal.SIGCONT, signal.SIG_DFL)
        # Textual has its own for this one, or none; some there must be for it to wake a thread.
        self._before[signal.SIGWINCH] = signal.signal(signal.SIGWINCH, _wakes)
        threading.Thread(target=self._watch, args=(terminal,), name="life", daemon=True).start()

    def finish(self) -> None:
        """Give the signals back: the terminal is restored, so dying at once is right again.

        A countdown that has begun goes on, for whatever the program still does on its way out. One
        that is over has the last word: the terminal is being put back at this moment.
        """
        if self._is_ending.is_set():
            time.sleep(GRACE)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before.clear()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Run in the main thread, also while it waits for the writer: hence no loop handler."""
        self._end(number)

    def _end(self, number: int) -> None:
        if self._asked:
            return
        self._asked = number
        self._ask(number)
        with suppress(OSError):
            os.write(self._wake, b"!")

    def _watch(self, terminal: int) -> None:
        """Sleep until the line is lost or a signal came, then count down."""
        poll = select.poll()
        poll.register(terminal, 0)  # POLLHUP and POLLERR are reported unasked
        poll.register(self._awake, select.POLLIN)
        while not (events := poll.poll()):
            continue
        if any(fd == terminal for fd, _ in events):
            self._end(signal.SIGHUP)
        time.sleep(GRACE)
        self._is_ending.set()
        self._restore()
        os._exit(128 + self._asked)


def _wakes(number: int, frame: FrameType | None) -> None:
    """Do nothing but interrupt what the thread waits for."""
