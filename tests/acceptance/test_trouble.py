"""What goes wrong around the program is told in words, and nothing is lost: never a traceback."""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests.support.dashboard import NARROW, WIDE, Deployment
from tests.support.smtp import SmtpServer, unused_port
from tests.support.stores import run_apart
from tests.support.terminal import Terminal
from tui_admin.store.version import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.postgres import Postgres
    from tests.support.stores import Templates

CONFIGURATION, OUT_OF_REACH = 2, 4
AHEAD = """
from tui_admin.store import version

version.HEAD, version.KNOWN = "next", (*version.KNOWN, "next")
"""


def ends_at_once(deployment: Deployment, status: int, *said: str, **env: str) -> None:
    """Fail unless the dashboard and the command line end so, in words, and change no screen."""
    with Terminal(deployment.argv(), NARROW, env=deployment.environment() | env) as terminal:
        assert terminal.wait_exit() == status
        assert terminal.left_clean() == []
    words = terminal.raw.rpartition(b"\x1b[?1049l")[2].decode().replace("\r\n", "")
    outside = deployment.run("users", "list", "--json")
    if not env:
        assert outside.returncode == status
        assert outside.stdout == b""
    for each in said:
        assert each in words
        assert env or each in outside.stderr.decode()
    assert b"Traceback" not in terminal.raw + outside.stderr
    assert "ncident" not in words + outside.stderr.decode()


# Configuration


def test_all_that_is_wrong_with_a_configuration_is_told_at_once(deployment: Deployment) -> None:
    deployment.configure(
        mail__prot=25, mail__tls="maybe", invitations__batch_limit=251, ui__theme="tui-admn"
    )
    before = deployment.config.read_bytes()
    done = deployment.run("users", "list")
    assert done.returncode == CONFIGURATION
    said = done.stderr.decode()
    for key in ("mail.prot", "mail.port", "mail.tls", "starttls", "invitations.batch_limit"):
        assert key in said
    assert str(deployment.config) in said
    assert "Traceback" not in said
    with Terminal(deployment.argv(), env=deployment.environment()) as terminal:
        assert terminal.wait_exit() == CONFIGURATION
    assert b"\x1b[?1049h" not in terminal.raw, "it ended before the screen changed"
    assert b"mail.prot" in terminal.raw
    assert deployment.config.read_bytes() == before


# The store cannot be opened


def test_a_store_that_is_missing(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere" / "store.db"
    deployment = Deployment(tmp_path, f"sqlite:///{missing}")
    ends_at_once(deployment, OUT_OF_REACH, str(missing), "tui-admin init")
    assert not missing.exists()


def test_a_store_that_does_not_answer(tmp_path: Path) -> None:
    port = unused_port()
    url = f"postgresql://somebody:hunter2@127.0.0.1:{port}/people"
    deployment = Deployment(tmp_path, url)
    ends_at_once(deployment, OUT_OF_REACH, f"127.0.0.1:{port}")
    assert "hunter2" not in deployment.run("doctor").stdout.decode()


def test_a_store_without_tables(empty_url: str, tmp_path: Path) -> None:
    if empty_url.startswith("sqlite"):
        (tmp_path / "empty.db").touch(mode=0o600)
    ends_at_once(Deployment(tmp_path, empty_url), OUT_OF_REACH, "tui-admin init")


def run_on(url: str, statement: str) -> None:
    """Run a statement on a store behind the program's back."""

    async def act() -> None:
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    if url.startswith("postgresql"):
        run_apart(act())
        return
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
        connection.execute(statement)
        connection.commit()


def test_a_newer_schema_is_refused(on_both: Deployment) -> None:
    run_on(on_both.store_url, "UPDATE alembic_version SET version_num = '9999'")
    ends_at_once(on_both, OUT_OF_REACH, "9999", "newer")
    done = on_both.run("db", "upgrade")
    assert done.returncode == OUT_OF_REACH, done.stderr
    assert b"Traceback" not in done.stderr
    run_on(on_both.store_url, f"UPDATE alembic_version SET version_num = '{HEAD}'")
    assert len(on_both.items("users", "list")) == 1


def test_an_older_schema_is_told_how_to_come_up_to_date(on_both: Deployment) -> None:
    ahead = on_both.directory / "ahead"
    ahead.mkdir()
    (ahead / "sitecustomize.py").write_text(AHEAD)
    paths = os.pathsep.join(filter(None, (str(ahead), os.environ.get("PYTHONPATH"))))
    ends_at_once(on_both, OUT_OF_REACH, HEAD, "tui-admin db upgrade", PYTHONPATH=paths)


# The mail server is dead


def test_mails_wait_for_a_dead_server_and_go_once_it_is_back(
    templates: Templates, tmp_path: Path
) -> None:
    deployment = Deployment(tmp_path, templates.founded("sqlite", tmp_path))
    deployment.configure(invitations__undo_seconds=0)
    deployment.ok("invite", "-", typed="jan@firm.example, piet@firm.example\n")
    with deployment.open(WIDE) as terminal:
        terminal.wait_for("Mail waits")
        terminal.press("7")
        terminal.wait_for(re.compile(r"All 2 +Queued 2 +Sending 0 +Sent 0"))
        queued = deployment.items("outbox", "list")
        assert [each["status"] for each in queued] == ["queued", "queued"]
        assert [each["attempts"] for each in queued] == [0, 0]
        assert all(str(deployment.mail_port) in each["last_error"] for each in queued)
        with SmtpServer(port=deployment.mail_port) as server:
            server.wait_for(2)
            terminal.wait_for(re.compile(r"Queued 0 +Sending 0 +Sent 2"))
            terminal.wait_gone("Mail waits")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert {mail.recipients for mail in server.mails} == {
        ("jan@firm.example",),
        ("piet@firm.example",),
    }
    deployment.is_consistent()


# The store goes away while the dashboard is open


@contextmanager
def locked(url: str) -> Iterator[None]:
    """Hold a SQLite store as a long import or a backup tool does."""
    with closing(
        sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    ) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def test_a_locked_store_is_told_and_nothing_is_lost(deployment: Deployment) -> None:
    deployment.ok("users", "add", "anna@acme.example")
    with deployment.open(NARROW) as terminal:
        terminal.wait_for(re.compile(r"› ● anna@acme\.example"))
        with locked(deployment.store_url):
            terminal.press("b")
            terminal.wait_for("Block this user?")
            terminal.type("left")
            terminal.press("enter")
            terminal.wait_gone("Block this user?")
            terminal.press("2")
            terminal.wait_for("product:")
            terminal.wait_for("busy", patience=20)
        terminal.press("1")
        terminal.wait_for(re.compile(r"› ● anna@acme\.example"))
        terminal.press("b")
        terminal.wait_for("Block this user?")
        terminal.type("left")
        terminal.press("enter")
        terminal.wait_for(re.compile(r"■ anna@acme\.example .*blocked"))
        terminal.press("q")
        assert terminal.wait_exit() == 0
    events = [each["action"] for each in deployment.items("audit", "list")]
    assert events.count("user.block") == 1
    deployment.is_consistent()


def test_a_store_whose_file_is_gone_is_told_and_used_again_once_it_is_back(
    deployment: Deployment, tmp_path: Path
) -> None:
    away = tmp_path / "away"
    away.mkdir()
    with deployment.open(NARROW) as terminal:
        terminal.wait_for("1 of 1")
        for file in tmp_path.glob("store.db*"):
            file.rename(away / file.name)
        terminal.press("2")
        terminal.wait_for("product:")
        terminal.press("1")
        terminal.wait_for(re.compile("no store|does not answer"), patience=10)
        assert not (tmp_path / "store.db").exists()
        for file in away.glob("store.db*"):
            file.rename(tmp_path / file.name)
        terminal.press("ctrl+r")
        terminal.wait_gone("store")
        terminal.wait_for("1 of 1")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    deployment.is_consistent()


def test_a_server_that_stops_answering_is_told_and_used_again_once_it_is_back(
    templates: Templates, postgres: Postgres, tmp_path: Path, mail_server: SmtpServer
) -> None:
    url = templates.founded("postgresql", tmp_path)
    name = urlsplit(url).path[1:]
    deployment = Deployment(tmp_path, url, mail_server)
    admit = f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS '
    others = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    with deployment.open(WIDE) as terminal:
        terminal.press("i")
        terminal.wait_for("Acme Nederland BV")
        run_on(postgres.url("postgres"), f"{admit} false")
        run_on(postgres.url("postgres"), others)
        terminal.paste("jan@firm.example")
        terminal.wait_for("does not answer", patience=10)
        terminal.wait_for("not saved")
        run_on(postgres.url("postgres"), f"{admit} true")
        terminal.press("ctrl+r")
        terminal.wait_for("1 of 250")
        terminal.press("ctrl+s")
        terminal.wait_for("1 invitation sent")
        mail_server.wait_for(1)
        terminal.press("q")
        assert terminal.wait_exit() == 0
    deployment.is_consistent()
    templates.drop(url)


@pytest.mark.parametrize("line", [("doctor",), ("worker", "--once"), ("db", "check")])
def test_commands_say_what_is_out_of_reach(tmp_path: Path, line: tuple[str, ...]) -> None:
    deployment = Deployment(tmp_path, f"sqlite:///{tmp_path / 'nowhere.db'}")
    done = deployment.run(*line)
    assert done.returncode == OUT_OF_REACH
    assert b"nowhere.db" in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr
