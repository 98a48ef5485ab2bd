"""Commands as processes: what they load, how they end, what a terminal gets."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
from typing import TYPE_CHECKING

import pytest

from tests.support.smtp import SmtpServer

if TYPE_CHECKING:
    from tests.cli.deployment import Deployment


def modules_after(deployment: Deployment, *line: str) -> set[str]:
    program = (
        "import atexit, json, sys\n"
        "atexit.register(lambda: print(json.dumps(sorted(sys.modules)), file=sys.stderr))\n"
        f"sys.argv = ['tui-admin', '--config', {str(deployment.config)!r}, *{line!r}]\n"
        "from tui_admin.__main__ import main\n"
        "main()\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return set(json.loads(ended.stderr.splitlines()[-1]))


def test_lists_and_worker_never_load_textual(deployment: Deployment) -> None:
    for line in (("users", "list"), ("worker", "--once")):
        found = modules_after(deployment, *line)
        assert "sqlalchemy" in found
        for module in ("textual", "rich", "alembic"):
            assert module not in found, line


def test_a_list_loads_nothing_of_mail(deployment: Deployment) -> None:
    found = modules_after(deployment, "users", "list")
    for module in ("aiosmtplib", "jinja2", "argon2"):
        assert module not in found


def on_a_terminal(deployment: Deployment, columns: int, *line: str) -> list[str]:
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with deployment.process(*line, stdout=far, stderr=far) as process:
        os.close(far)
        written = b""
        try:
            while more := os.read(near, 65536):
                written += more
        except OSError:
            pass
    os.close(near)
    assert process.returncode == 0, written
    return written.decode().replace("\r\n", "\n").split("\n")


@pytest.mark.parametrize(
    "line",
    ["users list", "users show founder", "invitations list", "outbox list", "roles list", "doctor"],
)
def test_a_terminal_of_eighty_columns_is_enough(deployment: Deployment, line: str) -> None:
    deployment.invite(
        "somebody.with.a.long.name@a-long-domain.example",
        options=("--organisation", "Acme Nederland BV"),
    )
    with SmtpServer() as server:
        deployment.configure(port=server.port)
        shown = on_a_terminal(deployment, 80, *line.split())
    for each in shown:
        assert each.isprintable()
        assert len(each) <= 80, each


def test_the_worker_hands_over_what_is_due(deployment: Deployment) -> None:
    deployment.invite("jan@firm.example", "piet@firm.example")
    with SmtpServer() as server:
        deployment.configure(port=server.port)
        deployment.ok("worker", "--once")
        assert {mail.recipients for mail in server.mails} == {
            ("jan@firm.example",),
            ("piet@firm.example",),
        }
    assert {each["status"] for each in deployment.items("outbox", "list")} == {"sent"}
    assert {each["status"] for each in deployment.items("invitations", "list")} == {"sent"}


def test_a_dead_mail_server_leaves_the_mails_waiting(deployment: Deployment) -> None:
    deployment.invite("jan@firm.example")
    result = deployment.run("worker", "--once")
    assert "Traceback" not in result.output
    assert result.exit_code == 4
    assert result.stderr
    assert [each["status"] for each in deployment.items("outbox", "list")] == ["queued"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_well_when_told_to(deployment: Deployment, number: signal.Signals) -> None:
    with SmtpServer() as server:
        deployment.configure(port=server.port)
        deployment.invite("jan@firm.example")
        with deployment.process("worker") as process:
            server.wait_for(1)
            process.send_signal(number)
            _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        assert b"Traceback" not in said
    assert [each["status"] for each in deployment.items("outbox", "list")] == ["sent"]
