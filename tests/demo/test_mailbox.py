"""The demo's mailbox: one catcher however many open it, none once nobody does."""

from __future__ import annotations

import fcntl
import os
import signal
import smtplib
import socket
import stat
import subprocess
import sys
import textwrap
from email.message import EmailMessage
from pathlib import Path

import pytest

from tui_admin.demo.mailbox import free_port, read_mailbox, start
from tui_admin.domain.errors import OutOfReach

ROOT = Path(__file__).parents[2]


def send(port: int, subject: str = "Hello", to: str = "ann@north.example") -> None:
    message = EmailMessage()
    message["From"] = "Demo <no-reply@demo.example>"
    message["To"] = to
    message["Subject"] = subject
    message.set_content("Dear Jörg,\n\n.dots stay\n")
    with smtplib.SMTP("127.0.0.1", port, timeout=30, local_hostname="client.example") as client:
        client.send_message(message)


def wait_until_nobody_catches(directory: Path) -> None:
    """Return once the catcher has let go of its lock, which it does by ending."""
    with (directory / "catcher.lock").open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)


def catches(directory: Path) -> bool:
    with (directory / "catcher.lock").open("r+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_what_is_sent_is_there_to_read(tmp_path: Path) -> None:
    box = tmp_path / "mailbox"
    with start(box, 0) as mailbox:
        send(mailbox.port, "First")
        send(mailbox.port, "Second, with Ünïcode")
        second, first = read_mailbox(box)
    assert (first.subject, second.subject) == ("First", "Second, with Ünïcode")
    assert first.to == "ann@north.example"
    assert first.sender == "Demo <no-reply@demo.example>"
    assert first.text == "Dear Jörg,\n\n.dots stay\n"
    assert first.received_at.tzinfo is not None
    assert first.id != second.id
    assert read_mailbox(box, limit=1) == (second,)
    wait_until_nobody_catches(box)


def test_the_mails_are_for_their_owner_alone(tmp_path: Path) -> None:
    box = tmp_path / "mailbox"
    with start(box, 0) as mailbox:
        send(mailbox.port)
    for path in (box, box / "new", *box.rglob("*")):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path
    wait_until_nobody_catches(box)


def test_several_holders_share_one_catcher_and_any_may_leave_first(tmp_path: Path) -> None:
    box = tmp_path / "mailbox"
    one = start(box, 0)
    two = start(box, 0)
    assert one.port == two.port
    one.close()
    one.close()
    send(two.port)
    assert len(read_mailbox(box)) == 1
    assert catches(box)
    two.close()
    wait_until_nobody_catches(box)


def test_opening_again_right_after_the_last_one_left_loses_nothing(tmp_path: Path) -> None:
    box, port = tmp_path / "mailbox", free_port()
    for number in range(5):
        with start(box, port) as mailbox:
            assert mailbox.port == port
            send(port, f"mail {number}")
    assert len(read_mailbox(box)) == 5
    wait_until_nobody_catches(box)


def test_a_holder_that_is_killed_leaves_no_catcher_behind(tmp_path: Path) -> None:
    box = tmp_path / "mailbox"
    holding = subprocess.Popen(
        [sys.executable, "-m", "tui_admin.demo.mailbox", str(box), "0"],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    try:
        assert holding.stdout is not None
        line = holding.stdout.readline().decode()
        send(int(line.partition(" ")[0].rpartition(":")[2]))
        assert catches(box)
    finally:
        holding.send_signal(signal.SIGKILL)
        holding.communicate()
    wait_until_nobody_catches(box)
    assert len(read_mailbox(box)) == 1


def test_a_port_of_another_program_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(OutOfReach) as refused:
            start(tmp_path / "mailbox", port)
    assert refused.value.reason.id == "demo_mailbox_port_taken"
    assert refused.value.reason.values == {"port": port}
    assert not catches(tmp_path / "mailbox")


def test_no_mailbox_is_an_empty_one(tmp_path: Path) -> None:
    assert read_mailbox(tmp_path / "nowhere") == ()


def test_a_mail_nobody_can_read_does_not_hide_the_others(tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / "1").write_bytes(b"Subject: good\n\nfine\n")
    (new / "2").write_bytes(
        b"Subject: =?x-none?q?odd?=\nContent-Type: text/plain; charset=x-none\n\n\xff\xfe\n"
    )
    (new / "3").write_bytes(b"\xff\x00not a mail at all")
    (new / "4").mkdir()
    subjects = {mail.subject for mail in read_mailbox(tmp_path)}
    assert "good" in subjects


def test_reading_needs_no_mail_server() -> None:
    code = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from tui_admin.demo.mailbox import read_mailbox
        read_mailbox(Path("nowhere"))
        wrong = {"aiosmtpd", "aiosmtplib", "textual", "sqlalchemy"} & set(sys.modules)
        sys.exit(f"loaded: {wrong}" if wrong else 0)
        """
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert result.returncode == 0, result.stderr
