"""Textual's terminal driver, made to outlive odd input and a terminal that is gone."""

from __future__ import annotations

import os
import re
import select
import signal
import termios
import threading
import time
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver

from tui_admin.tui.terminal.life import Life
from tui_admin.tui.terminal.pastes import Pasted, Pastes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import App

TICK_MS: Final = 100
"""How often the input thread looks whether it should end."""

_SEQUENCES: Final = re.compile("(?=\x1b)")
"""Where one sequence ends and the next begins."""

ATTEMPTS: Final = 100
"""How often the farewell is tried on a terminal that takes nothing."""

_FAREWELL: Final = (
    "\x18\x1b[?2026l\x1b[?2004l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?7h"
    "\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l\x1b[0m"
)
"""All that `stop_application_mode` undoes, for the moment when the app itself no longer can.

It begins with CAN, which ends a sequence that was cut in two."""


class SturdyDriver(LinuxDriver):
    """The driver of :class:`~tui_admin.tui.terminal.app.SturdyApp`."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        """Prepare the watch that ends the session when the terminal or the system says so."""
        super().__init__(app, **options)
        self._output = 2 if self._file is None else self._file.fileno()
        self._life = Life(self._ask, self._restore)

    def _ask(self, number: int) -> None:
        """Tell the app to end; from any thread, and also while the event loop is stuck."""
        leave = getattr(self._app, "end_by_signal", None) or self._app.exit
        with suppress(RuntimeError):  # the loop is already closed
            self._loop.call_soon_threadsafe(leave, number)

    def _restore(self) -> None:
        """Put the terminal back without the writer thread, and without waiting for anybody."""
        with suppress(OSError, ValueError, termios.error):
            if self.attrs_before is not None:
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)
            terminal = self._taken_from_the_writer()
            os.set_blocking(terminal, False)
            try:
                _wake_the_others()
                _say_farewell(terminal)
            finally:
                os.set_blocking(terminal, True)

    def _taken_from_the_writer(self) -> int:
        """Return the terminal as ours alone: whatever else is written from here on goes nowhere."""
        terminal, nowhere = os.dup(self._output), os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._output)
        return terminal

    @property
    def can_suspend(self) -> bool:
        """Return False: a suspended app leaves the terminal raw (Textual #6298)."""
        return False

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Do nothing: the browser would open on the server, not before the operator."""

    def start_application_mode(self) -> None:
        """Watch first, then switch the terminal over, so that no signal finds it half-way."""
        self._life.begin(terminal=self.fileno)
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def close(self) -> None:
        """Let the writer finish and give the signals back."""
        super().close()
        self._life.finish()

    def run_input_thread(self) -> None:
        """Read keys until told to end; a bad byte or an odd sequence costs only itself.

        Textual decodes strictly, so that one invalid byte ends the program (#6456), takes half a
        character for the end of the input, and spins at full speed when the line is lost.
        """
        decode = getincrementaldecoder("utf-8")("replace").decode
        parser, pastes = XTermParser(self._debug), Pastes()
        poll = select.poll()
        poll.register(self.fileno, select.POLLIN)
        patience = TICK_MS
        while not self.exit_event.is_set():
            data = b""
            if poll.poll(patience):
                try:
                    data = os.read(self.fileno, 4096)
                except OSError:
                    return
                if not data:
                    return  # hung up: the watch has seen it, too
            for part in _parts(pastes, decode(data)):
                try:
                    self._parse(parser, part)
                except Exception:  # numbers out of range in a sequence, for one
                    parser = XTermParser(self._debug)
            patience = _escape_ms() if b"\x1b" in data[-32:] else TICK_MS

    def _parse(self, parser: XTermParser, text: str | Pasted) -> None:
        """Send what the text means; no text is a moment gone by, and would end the parser."""
        if isinstance(text, Pasted):
            self.process_message(events.Paste(text.text.replace("\0", "")))
            return
        for message in parser.feed(text) if text else parser.tick():
            self.process_message(message)


def _wake_the_others() -> None:
    """Interrupt a thread that waits for room: the terminal is locked for as long as it does."""
    for each in threading.enumerate():
        if each.ident is not None and each is not threading.current_thread():
            with suppress(ProcessLookupError):
                signal.pthread_kill(each.ident, signal.SIGWINCH)


def _say_farewell(terminal: int) -> None:
    """Throw away the frame that nobody took, so that there is room for the farewell.

    A farewell of which only a part found room is thrown away, too, and said again.
    """
    farewell = _FAREWELL.encode()
    for _ in range(ATTEMPTS):
        termios.tcflush(terminal, termios.TCOFLUSH)
        with suppress(BlockingIOError):
            if os.write(terminal, farewell) == len(farewell):
                return
        time.sleep(0.005)


def _parts(pastes: Pastes, text: str) -> Iterator[str | Pasted]:
    """Yield the pastes in the text, and the rest a sequence at a time; "" where there is none."""
    if not text:
        yield ""
    for part in pastes.feed(text):
        yield from [part] if isinstance(part, Pasted) else _SEQUENCES.split(part)


def _escape_ms() -> int:
    return min(TICK_MS, int(constants.ESCAPE_DELAY * 1000) + 1)
