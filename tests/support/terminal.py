"""A terminal for tests: starts a program on a pty, presses its keys, shows its screen.

    with Terminal([sys.executable, "-m", "tui_admin"]) as terminal:
        terminal.wait_for("Users")
        terminal.press("down", "enter")
        terminal.wait_for(re.compile(r"Edit \\w+"))
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == 143
        assert terminal.left_clean() == []

No thread and no sleep: output is taken in while something is waited for, and every wait has a
deadline. Needs pyte.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import termios
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import pyte

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PATIENCE = 30.0
"""Seconds until a wait is given up; generous, since it is only ever used up by a failure."""

_KEYS = {
    "enter": "\r", "tab": "\t", "shift+tab": "\x1b[Z", "escape": "\x1b", "space": " ",
    "backspace": "\x7f", "delete": "\x1b[3~", "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C",
    "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F", "pageup": "\x1b[5~", "pagedown": "\x1b[6~",
    "f5": "\x1b[15~", "f10": "\x1b[21~",
}  # fmt: skip
_MODES = {"1049", "1000", "1002", "1003", "1004", "1006", "1015", "1016", "2004", "2026", "2048"}
_SEQUENCE = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[PX^_][^\x1b]*\x1b\\"
)
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*|\][^\x07\x1b]*\x1b?|[PX^_][^\x1b]*\x1b?)?\Z")
_EMULATED = re.compile(rb"\x1b\[(?:\?(?:7|25)[hl]|[0-9;]*[@-~])\Z")
_OWN_SCREEN = """exec "$@" <"$0" >"$0" 2>&1"""


def key_bytes(key: str) -> bytes:
    """Return what a terminal sends for 'down', 'ctrl+s', 'a' or any other text."""
    if key in _KEYS:
        return _KEYS[key].encode()
    if key.startswith("ctrl+") and len(key) == 6:
        return bytes([ord(key[-1].upper()) & 0x1F])
    return key.encode()


class Terminal:
    """One program on a terminal of its own. Use it in a `with`: the end kills it by its pid."""

    def __init__(
        self,
        argv: Sequence[object],
        size: tuple[int, int] = (120, 40),
        env: Mapping[str, str | None] | None = None,
        cwd: str | Path | None = None,
    ) -> None:
        """Start the program; `size` is (columns, rows), `env` is laid over ours (None removes)."""
        self.raw = b""
        self.modes: dict[str, bool] = {}
        self.keyboards = 0
        self._pending, self._unseen, self._frozen = b"", b"", False
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self.master, slave = os.openpty()
        self._set_size(size)
        # The shell opens the terminal by its name, which makes it the session's own.
        self.process = subprocess.Popen(
            ["/bin/sh", "-c", _OWN_SCREEN, os.ttyname(slave), *map(str, argv)],
            env=_environment(env or {}),
            cwd=cwd,
            start_new_session=True,
        )
        os.set_blocking(self.master, False)
        self.wait_until(lambda: self._is_taken(), "the program on its terminal")
        os.close(slave)

    def _is_taken(self) -> bool:
        """Return whether the child holds the terminal, so that our own handle may go."""
        if self.process.poll() is not None:
            return True
        return self.raw != b"" or self._foreground() == self.process.pid

    def _foreground(self) -> int:
        try:
            return os.tcgetpgrp(self.master)
        except OSError:
            return 0

    def _set_size(self, size: tuple[int, int]) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))

    # Doing

    def send(self, data: bytes) -> None:
        """Type raw bytes, taking in output meanwhile so that neither side waits for the other."""
        while data:
            try:
                data = data[os.write(self.master, data) :]
            except BlockingIOError:
                self.pump(0.05)

    def press(self, *keys: str) -> None:
        """Press keys, each known by Textual's name for it or typed as it stands."""
        for key in keys:
            self.send(key_bytes(key))

    def type(self, text: str) -> None:
        """Type text."""
        self.send(text.encode())

    def paste(self, text: str) -> None:
        """Paste text: bracketed, if the program asked for that."""
        bracket = self.modes.get("2004", False)
        self.type(f"\x1b[200~{text}\x1b[201~" if bracket else text)

    def resize(self, columns: int, rows: int) -> None:
        """Change the window's size; the kernel tells the program."""
        self.screen()
        self._screen.resize(rows, columns)
        self._set_size((columns, rows))

    def signal(self, number: signal.Signals) -> None:
        """Send the program a signal."""
        os.kill(self.process.pid, number)

    def freeze(self) -> None:
        """Stop reading, as a client does that was suspended: the program's output backs up."""
        self._frozen = True

    def thaw(self) -> None:
        """Read again."""
        self._frozen = False

    def hangup(self) -> None:
        """Drop the line, as a lost connection does: the kernel sends SIGHUP."""
        self.pump(0)
        os.close(self.master)
        self.master = -1

    # Watching

    def pump(self, patience: float) -> bool:
        """Take in one piece of output, waiting for it at most so many seconds; say if some came."""
        if self._frozen or self.master < 0:
            time.sleep(patience)
            return False
        if not select.select([self.master], [], [], patience)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError as error:
            if error.errno == errno.EIO:  # the last handle of the program is closed
                time.sleep(min(patience, 0.01))
            return False
        self.raw += data
        self._take_modes(data)
        return bool(data)

    def _take_modes(self, data: bytes) -> None:
        """Keep what was switched on, and what is for the emulator to draw."""
        data = self._pending + data
        cut = match.start() if (match := _UNFINISHED.search(data)) else len(data)
        data, self._pending = data[:cut], data[cut:]
        for sequence in _SEQUENCE.findall(data):
            if sequence.startswith(b"\x1b[?") and sequence[-1:] in b"hl":
                for mode in sequence[3:-1].decode().split(";"):
                    self.modes[mode] = sequence.endswith(b"h")
            elif sequence.startswith((b"\x1b[>", b"\x1b[<")) and sequence.endswith(b"u"):
                self.keyboards += 1 if sequence[2:3] == b">" else -1
        self._unseen += data

    def screen(self) -> str:
        """Return what a person would see, a line each, without the blanks at their ends."""
        drawn = _SEQUENCE.sub(lambda m: m[0] if _EMULATED.match(m[0]) else b"", self._unseen)
        self._unseen = b""
        self._stream.feed(drawn)
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_for(self, what: str | re.Pattern[str], patience: float = PATIENCE) -> str:
        """Wait until the text or pattern stands on the screen, and return the screen."""
        pattern = re.compile(re.escape(what)) if isinstance(what, str) else what
        self.wait_until(lambda: pattern.search(self.screen()), repr(what), patience)
        return self.screen()

    def wait_gone(self, text: str, patience: float = PATIENCE) -> None:
        """Wait until the text no longer stands on the screen."""
        self.wait_until(lambda: text not in self.screen(), f"{text!r} gone", patience)

    def wait_until(
        self, holds: Callable[[], object], what: str, patience: float = PATIENCE
    ) -> None:
        """Wait until `holds()` is true."""
        deadline = time.monotonic() + patience
        while not holds():
            over = not self.pump(0.05) and self.process.poll() is not None
            if (over and not holds()) or time.monotonic() > deadline:
                raise AssertionError(
                    f"{what}: not seen (exit status {self.process.poll()})\n{self.screen()}"
                )

    def wait_exit(self, patience: float = PATIENCE) -> int:
        """Wait for the program's end and return its exit status (negative: killed by a signal)."""
        deadline = time.monotonic() + patience
        while self.process.poll() is None:
            self.pump(0.02)
            assert time.monotonic() < deadline, f"still running\n{self.screen()}"
        self._drain()
        return self.process.returncode

    def wait_stuck(self) -> None:
        """Wait until the program's main thread has not run for half a second: it waits for us."""
        used = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/schedstat")
        seen: list[str] = []

        def rests() -> bool:
            seen.append(used.read_text())
            return len(seen) > 10 and len(set(seen[-10:])) == 1

        self.wait_until(rests, "the program stuck")

    def _drain(self) -> None:
        while self.master >= 0 and self.pump(0.02):
            continue

    def left_clean(self) -> list[str]:
        """Return what the program left switched on behind it: nothing is good."""
        self._drain()
        left = [f"mode {mode} on" for mode, on in self.modes.items() if on and mode in _MODES]
        if not self.modes.get("25", True):
            left.append("cursor hidden")
        if not self.modes.get("7", True):
            left.append("line wrap off")
        if self.keyboards > 0:
            left.append("kitty keyboard on")
        local = termios.tcgetattr(self.master)[3]
        if not local & termios.ECHO or not local & termios.ICANON:
            left.append("raw mode")
        return left

    # Ending

    def close(self) -> None:
        """Kill what is left of the program's process group and give the terminal back."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.master >= 0:
            os.close(self.master)
            self.master = -1

    def __enter__(self) -> Self:
        """Return the terminal."""
        return self

    def __exit__(self, *exc: object) -> None:
        """End the program whatever happened."""
        self.close()


def _environment(changes: Mapping[str, str | None]) -> dict[str, str]:
    """Return our environment as a plain modern terminal would hand it to a program."""
    foreign = ("COLUMNS", "LINES", "NO_COLOR", "TMUX", "STY", "TERM_PROGRAM", "LC_TERMINAL")
    known = {name: value for name, value in os.environ.items() if name not in foreign}
    wanted = {**known, "TERM": "xterm-256color", "COLORTERM": "truecolor", **changes}
    return {name: value for name, value in wanted.items() if value is not None}
