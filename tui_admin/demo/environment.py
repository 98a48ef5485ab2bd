"""Making the demo environment in a directory, or finding the one that is there.

The store is made under another name and the configuration is written last: a directory with a
configuration in it holds a whole environment, and what an interruption left is made anew.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import zlib
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.domain.errors import Misconfigured, Refused
from tui_admin.store.version import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

CONFIG, MARK, STORE, BUILDING, LOCK = (
    "config.toml", "demo.json", "store.db", "building.db", ".demo.lock"
)  # fmt: skip
FIRST_PORT, PORTS = 20_000, 10_000
"""Where ports are looked for: below those that a system hands out by itself."""


class Made(NamedTuple):
    """Where a demo environment is: what to open, what to browse, and where its mail arrives."""

    config: Path
    portal_url: str
    mailbox: Path


class Place(NamedTuple):
    """What the configuration of an environment says beyond what all of them say."""

    directory: Path
    portal_port: int
    mail_port: int

    @property
    def portal_url(self) -> str:
        """Return where links lead."""
        return f"http://127.0.0.1:{self.portal_port}"

    @property
    def made(self) -> Made:
        """Return where things are."""
        return Made(self.directory / CONFIG, self.portal_url, self.directory / "mailbox")


async def build(directory: Path, users: int, seed: int) -> Made:
    """Make an environment, or reuse the one in the directory.

    Raises `Refused` where the directory holds another one, or something else, or one that is being
    made at this moment; `Misconfigured` for a number of users that cannot be.
    """
    from tui_admin.demo.data import FEWEST, MOST

    if not FEWEST <= users <= MOST:
        raise Misconfigured("demo_users", fewest=FEWEST, most=MOST)
    directory = _prepared(directory)
    with _alone(directory):
        if (directory / CONFIG).exists():
            return await _reuse(directory, users, seed)
        return await _make(directory, users, seed)


async def _reuse(directory: Path, users: int, seed: int) -> Made:
    mark = _mark(directory)
    if (mark["users"], mark["seed"]) != (users, seed):
        raise Refused(
            "demo_other", directory=str(directory), users=mark["users"], seed=mark["seed"]
        )
    if mark["schema"] != HEAD:
        from tui_admin.store.upkeep import upgrade

        await upgrade(_url(directory / STORE))
        _write(directory / MARK, json.dumps(mark | {"schema": HEAD}))
    place = Place(directory, mark["portal_port"], mark["mail_port"])
    _with_portal(place)
    return place.made


def _with_portal(place: Place) -> None:
    """Have an environment that was made before there was a portal serve one, too."""
    config = place.made.config
    text = config.read_text("utf-8")
    if "[portal]" not in text:
        _write(config, f"{text}\n{_portal(place)}")


async def _make(directory: Path, users: int, seed: int) -> Made:
    _clear(directory)
    place = Place(directory, *_free_ports(directory))
    await furnish(_url(directory / BUILDING), users, seed, place.portal_url)
    (directory / BUILDING).replace(directory / STORE)
    place.made.mailbox.mkdir(mode=0o700, exist_ok=True)
    mark = {
        "users": users,
        "seed": seed,
        "schema": HEAD,
        "portal_port": place.portal_port,
        "mail_port": place.mail_port,
    }
    _write(directory / MARK, json.dumps(mark))
    _write(directory / CONFIG, _configuration(place))
    return place.made


async def furnish(url: str, users: int, seed: int, portal_url: str) -> None:
    """Fill an empty store, of either engine, with the demo's data; not all at once."""
    from tui_admin.store.store import open_store
    from tui_admin.store.upkeep import upgrade

    await upgrade(url)
    store = await open_store(url)
    try:
        await _load(store, users, seed, portal_url)
    finally:
        await store.close()


async def _load(store: Store, users: int, seed: int, portal_url: str) -> None:
    from tui_admin.demo.data import generate
    from tui_admin.store.schema.everything import metadata

    # Every store begins with a log's head; this log is longer.
    await store.write(lambda connection: _delete(connection, "audit_head"))
    made = generate(users, seed, datetime.now(UTC), portal_url)
    await store.load((metadata.tables[name], rows) for name, rows in made if rows)


async def _delete(connection: AsyncConnection, table: str) -> None:
    from tui_admin.store.schema.everything import metadata

    await connection.execute(metadata.tables[table].delete())


def _prepared(directory: Path) -> Path:
    """Return the directory as an absolute path, made if need be; it must be empty or ours."""
    try:
        directory = directory.resolve()
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {path.name for path in directory.iterdir()}
    except OSError as error:
        why = error.strerror or str(error)
        raise Misconfigured("demo_directory", directory=str(directory), why=why) from error
    if names and LOCK not in names:
        raise Refused("demo_directory_taken", directory=str(directory))
    return directory


def _clear(directory: Path) -> None:
    """Remove what an interruption left."""
    for leftover in (*directory.glob(f"{BUILDING}*"), *directory.glob(f"{STORE}*")):
        leftover.unlink()


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Hold the directory's lock, which the system lets go of however this process ends."""
    lock = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise Refused("demo_being_made", directory=str(directory)) from error
    finally:
        os.close(lock)


def _mark(directory: Path) -> dict[str, Any]:
    try:
        mark = json.loads((directory / MARK).read_text("utf-8"))
        return {key: mark[key] for key in ("users", "seed", "schema", "portal_port", "mail_port")}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("demo_directory_taken", directory=str(directory)) from error


def _free_ports(directory: Path) -> tuple[int, int]:
    """Return two ports nobody listens on; where they are looked for first, the path decides."""
    first, found = zlib.crc32(os.fsencode(directory)), list[int]()
    for offset in range(PORTS):
        port = FIRST_PORT + (first + offset) % PORTS
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == 2:
            break
    portal, mail = found
    return portal, mail


def _url(path: Path) -> str:
    from sqlalchemy.engine import URL

    # Signs that mean something in an address may stand in a path.
    return URL.create("sqlite", database=str(path)).render_as_string()


def _write(path: Path, text: str) -> None:
    """Write a file for its owner alone, all of it or nothing."""
    beside = path.with_name(f"{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    beside.replace(path)


def _configuration(place: Place) -> str:
    """Return the configuration; a JSON string is a TOML string."""
    return f"""\
# A demo environment of made-up people: delete this directory to be rid of it.
[environment]
name = "Demo"
portal_url = {json.dumps(place.portal_url)}
domains = ["demo.example"]

[store]
url = {json.dumps(_url(place.directory / STORE))}

[mail]
# The demo's own mail server, which delivers to nobody.
host = "127.0.0.1"
port = {place.mail_port}
tls = "none"
from_address = "noreply@demo.example"
demo_mailbox = {json.dumps(str(place.made.mailbox))}

[operator]
identify_by = "flag"
default = "founder"

{_portal(place)}"""


def _portal(place: Place) -> str:
    return f"""\
[portal]
port = {place.portal_port}
with_dashboard = true
"""
