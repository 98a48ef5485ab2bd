"""However the dashboard ends: no orphan, a sane terminal, a whole store, no secret shown."""

from __future__ import annotations

import os
import re
import signal
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.dashboard import NARROW

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.dashboard import Deployment
    from tests.support.terminal import Terminal

CRASHED = 70
SECRET = "hunter2-token"
FAILING = f"""
from tui_admin.services.roles import Roles

async def fail(self):
    password = "{SECRET}"
    raise RuntimeError("failed with %d characters" % len(password))

Roles.all = fail
"""


def open_and_invite(deployment: Deployment) -> Terminal:
    """Open a dashboard and send an invitation, whose mail waits while the session ends."""
    terminal = deployment.open(NARROW)
    terminal.press("i")
    terminal.wait_for("Acme Nederland BV")
    terminal.paste("jan@firm.example")
    terminal.wait_for("1 of 250")
    terminal.press("ctrl+s")
    terminal.wait_for("1 invitation sent")
    return terminal


def has_lost_nothing(deployment: Deployment) -> None:
    """Fail unless the store is sound and holds the invitation and its mail, once each."""
    deployment.is_consistent()
    (invitation,) = deployment.items("invitations", "list")
    (mail,) = deployment.items("outbox", "list")
    assert invitation["email"] == mail["to"] == "jan@firm.example"
    assert invitation["status"] in {"queued", "sent"}
    assert mail["status"] in {"queued", "sent"}


def is_alone(terminal: Terminal) -> None:
    """Fail if a process of the session still runs."""
    with pytest.raises(ProcessLookupError):
        os.killpg(terminal.process.pid, 0)


def paint_until_it_is_stuck(terminal: Terminal) -> None:
    """Have it open and close the help for a client that reads nothing, until its writing blocks."""
    used = Path(f"/proc/{terminal.process.pid}/task/{terminal.process.pid}/schedstat")
    keys, seen = cycle(("?", "enter")), list[str]()
    terminal.freeze()

    def is_stuck() -> bool:
        terminal.press(next(keys))
        seen.append(used.read_text())
        return len(seen) > 20 and len(set(seen[-20:])) == 1

    terminal.wait_until(is_stuck, "the program stuck")


def press_q(terminal: Terminal) -> None:
    terminal.press("q")


def press_ctrl_q_in_a_dialog(terminal: Terminal) -> None:
    terminal.press("i")
    terminal.wait_for(" of 250")
    terminal.type("q")
    terminal.wait_for("draft saved")
    terminal.press("ctrl+q")


def be_told_to_end(terminal: Terminal) -> None:
    terminal.signal(signal.SIGTERM)


def lose_the_line(terminal: Terminal) -> None:
    terminal.signal(signal.SIGHUP)


def end_with_bad_bytes(terminal: Terminal) -> None:
    terminal.send(b"\xff\xfe\x80\xc3\x1b[1;1;99999999999999u\x1b[Bb")
    terminal.wait_for("Pasted text is not taken as commands")
    terminal.press("/")
    terminal.wait_for("To the rows")
    for part in (b"j\xff\xc3", b"\xa9nfant"):
        terminal.send(part)
    terminal.wait_for(re.compile("/ j\N{REPLACEMENT CHARACTER}énfant"))
    terminal.press("escape")
    terminal.wait_for("q Quit")
    terminal.press("q")


ENDINGS: dict[str, tuple[Callable[[Terminal], None], int]] = {
    "q": (press_q, 0),
    "ctrl+q": (press_ctrl_q_in_a_dialog, 0),
    "SIGTERM": (be_told_to_end, 128 + signal.SIGTERM),
    "SIGHUP": (lose_the_line, 128 + signal.SIGHUP),
    "bad bytes": (end_with_bad_bytes, 0),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_leaves_everything_whole(deployment: Deployment, ending: str) -> None:
    end, status = ENDINGS[ending]
    with open_and_invite(deployment) as terminal:
        end(terminal)
        assert terminal.wait_exit() == status
        assert terminal.left_clean() == []
        is_alone(terminal)
    has_lost_nothing(deployment)


def test_a_closed_terminal_ends_it(deployment: Deployment) -> None:
    with open_and_invite(deployment) as terminal:
        terminal.hangup()
        assert terminal.wait_exit() == 128 + signal.SIGHUP
        is_alone(terminal)
    has_lost_nothing(deployment)


def test_a_frozen_terminal_that_is_then_closed_leaves_no_orphan(deployment: Deployment) -> None:
    with open_and_invite(deployment) as terminal:
        paint_until_it_is_stuck(terminal)
        terminal.hangup()
        assert terminal.wait_exit() == 128 + signal.SIGHUP
        is_alone(terminal)
    has_lost_nothing(deployment)


def test_a_killed_session_loses_nothing(deployment: Deployment) -> None:
    with open_and_invite(deployment) as terminal:
        terminal.process.kill()
        terminal.wait_exit()
    has_lost_nothing(deployment)


@pytest.mark.parametrize("asking", ["x", "ctrl+c"])
def test_asking_to_leave_over_another_question_is_no_crash(
    deployment: Deployment, asking: str
) -> None:
    with open_and_invite(deployment) as terminal:
        terminal.press("2")
        terminal.wait_for(re.compile(r"› . jan@firm\.example .*Acme"))
        terminal.press(asking)
        terminal.wait_for("Sure?")
        terminal.press("ctrl+c")
        terminal.wait_for("Leave the dashboard?")
        terminal.press("y")
        assert terminal.wait_exit() == 0
        assert terminal.left_clean() == []
    has_lost_nothing(deployment)


def test_a_crash_tells_its_number_and_no_secret(deployment: Deployment, tmp_path: Path) -> None:
    patched = tmp_path / "patched"
    patched.mkdir()
    (patched / "sitecustomize.py").write_text(FAILING)
    paths = os.pathsep.join(filter(None, (str(patched), os.environ.get("PYTHONPATH"))))
    with deployment.open(NARROW, env={"PYTHONPATH": paths}) as terminal:
        terminal.wait_for("1 of 1")
        terminal.press("r")
        assert terminal.wait_exit() == CRASHED
        assert terminal.left_clean() == []
        is_alone(terminal)
    (incident,) = deployment.state.glob("incident-*.txt")
    said = terminal.raw.rpartition(b"\x1b[?1049l")[2].decode().replace("\r\n", "")
    assert incident.stem.rpartition("-")[2] in said
    assert str(incident) in said
    assert SECRET.encode() not in terminal.raw
    assert b"Traceback" not in terminal.raw
    trace = incident.read_text(encoding="utf-8")
    assert "failed with 13 characters" in trace
    assert ", in fail\n" in trace, "where it happened"
    assert SECRET not in trace
    assert incident.stat().st_mode & 0o777 == 0o600
    deployment.is_consistent()
