"""However a session ends, nothing runs on, the terminal is whole, and no secret is on it."""

from __future__ import annotations

import signal
import sys
from stat import S_IMODE
from typing import TYPE_CHECKING

import pytest

from tests.support.terminal import Terminal
from tui_admin.tui.terminal.crash import CRASHED

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECRET = "hunter2-token"
ENDINGS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT]


@pytest.fixture
def argv(tmp_path: Path) -> list[str | Path]:
    return [sys.executable, "-m", "tests.support.sample_app", tmp_path / "incidents", SECRET]


@pytest.fixture
def terminal(argv: list[str | Path]) -> Iterator[Terminal]:
    with Terminal(argv) as terminal:
        terminal.wait_for("q Quit")
        yield terminal


def paint_and_freeze(terminal: Terminal) -> None:
    """Let the program paint for a client that takes nothing, until it is stuck."""
    terminal.press("p")
    terminal.wait_for("frame 9")
    terminal.freeze()
    terminal.wait_stuck()


def go_to_the_field(terminal: Terminal) -> None:
    """Focus the field; its footer hides the keys that would be text there."""
    terminal.press("tab")
    terminal.wait_gone("q Quit")


def test_a_key_ends_it_with_zero(terminal: Terminal) -> None:
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert terminal.left_clean() == []


@pytest.mark.parametrize("number", ENDINGS)
def test_a_signal_ends_it_in_order(terminal: Terminal, number: signal.Signals) -> None:
    terminal.signal(number)
    assert terminal.wait_exit() == 128 + number
    assert terminal.left_clean() == []


def test_a_lost_line_ends_it(terminal: Terminal) -> None:
    terminal.hangup()
    assert terminal.wait_exit() == 128 + signal.SIGHUP


def test_a_lost_line_ends_it_though_hang_ups_were_ignored_before(argv: list[str | Path]) -> None:
    with Terminal(["/bin/sh", "-c", "trap '' HUP; exec \"$@\"", "sh", *argv]) as terminal:
        terminal.wait_for("user3@")
        terminal.hangup()
        assert terminal.wait_exit() == 128 + signal.SIGHUP


def test_a_frozen_terminal_that_is_then_lost_leaves_no_orphan(terminal: Terminal) -> None:
    paint_and_freeze(terminal)
    terminal.hangup()
    assert terminal.wait_exit() == 128 + signal.SIGHUP


def test_a_frozen_terminal_is_left_clean_when_told_to_end(terminal: Terminal) -> None:
    paint_and_freeze(terminal)
    terminal.signal(signal.SIGTERM)
    assert terminal.wait_exit() == 128 + signal.SIGTERM
    terminal.thaw()
    assert terminal.left_clean() == []


def test_bad_bytes_on_the_input_cost_only_themselves(terminal: Terminal) -> None:
    go_to_the_field(terminal)
    for data in (b"\xff\xfe", b"\x80", b"a\xc3", b"\xa9b", b"\x1b[1;1;99999999999999u", b"\x1b[Dc"):
        terminal.send(data)
    terminal.wait_for("aébc")
    terminal.signal(signal.SIGTERM)
    assert terminal.wait_exit() == 128 + signal.SIGTERM


def test_ctrl_z_and_a_stop_from_outside_do_not_suspend(terminal: Terminal) -> None:
    terminal.press("ctrl+z")
    terminal.signal(signal.SIGTSTP)
    go_to_the_field(terminal)
    terminal.press("x")
    terminal.wait_for("▊  x")
    terminal.signal(signal.SIGCONT)
    terminal.press("y")
    terminal.wait_for("xy")
    terminal.press("shift+tab")
    terminal.wait_for("q Quit")
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert terminal.left_clean() == []


@pytest.mark.parametrize("key", ["c", "t"])
def test_a_crash_tells_a_number_and_keeps_the_secret(
    terminal: Terminal, tmp_path: Path, key: str
) -> None:
    terminal.press(key)
    assert terminal.wait_exit() == CRASHED
    assert terminal.left_clean() == []
    (incident,) = (tmp_path / "incidents").iterdir()
    number = incident.stem.rsplit("-", 1)[1]
    words = terminal.raw.rpartition(b"\x1b[?1049l")[2].decode()
    assert number in words
    assert str(incident) in words.replace("\r\n", "")
    assert SECRET.encode() not in terminal.raw
    assert b"Traceback" not in terminal.raw
    assert b"at hand" not in terminal.raw


def test_the_trace_of_a_crash_is_for_us_alone(terminal: Terminal, tmp_path: Path) -> None:
    terminal.press("c")
    terminal.wait_exit()
    directory = tmp_path / "incidents"
    (incident,) = directory.iterdir()
    trace = incident.read_text(encoding="utf-8")
    assert "action_fail" in trace
    assert "RuntimeError: failed with 13 characters" in trace
    assert SECRET not in trace
    assert (S_IMODE(incident.stat().st_mode), S_IMODE(directory.stat().st_mode)) == (0o600, 0o700)


def test_a_crash_that_cannot_be_written_down_ends_as_well(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    incidents = tmp_path / "file" / "incidents"
    argv = [sys.executable, "-m", "tests.support.sample_app", incidents, SECRET]
    with Terminal(argv) as terminal:
        terminal.wait_for("user3@")
        terminal.press("c")
        assert terminal.wait_exit() == CRASHED
        assert terminal.left_clean() == []
        assert str(incidents) in terminal.raw.decode().replace("\r\n", "")


def test_a_farewell_is_text(terminal: Terminal) -> None:
    terminal.press("m")
    assert terminal.wait_exit() == 0
    words = terminal.raw.rpartition(b"\x1b[?1006l")[2]
    assert words == b"goodbye ]52;c;QUJD[/foo]7mevil\r\n"
