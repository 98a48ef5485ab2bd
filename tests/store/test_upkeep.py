"""Making, checking and backing up stores."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL, make_url

from tests.support.opened import opened, read_add_write, value_of
from tests.support.postgres import find_binaries
from tests.support.shape import shape_of
from tui_admin.domain.errors import Misconfigured, OutOfReach
from tui_admin.store.schema.everything import metadata
from tui_admin.store.upkeep import backup, check, upgrade

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.company import Company
    from tests.support.postgres import Postgres
    from tests.support.stores import Templates
    from tui_admin.store.connection import AsyncConnection


async def contents(url: str) -> dict[str, list[Any]]:
    async def ask(connection: AsyncConnection) -> dict[str, list[Any]]:
        found = {}
        for table in metadata.sorted_tables:
            rows = await connection.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
        return found

    async with opened(url) as store:
        return await store.read(ask)


def address(path: Path) -> str:
    return URL.create("sqlite", database=str(path)).render_as_string()


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


# Making


async def test_a_new_file_and_its_directory_are_for_their_owner_alone(tmp_path: Path) -> None:
    directory = tmp_path / "some" / "where"
    await upgrade(f"sqlite:///{directory / 'store.db'}")
    assert (mode(directory), mode(directory / "store.db")) == (0o700, 0o600)


async def test_a_place_where_no_store_can_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutOfReach, match="store_unreachable"):
        await upgrade(f"sqlite:///{tmp_path / 'file' / 'store.db'}")


# Checking


async def test_a_store_in_use_has_nothing_wrong(company: Company) -> None:
    await company.invite("piet@x.example kees@x.example")
    assert await check(company.url) == ()


async def test_a_row_that_names_another_that_is_not_there_is_told(
    templates: Templates, tmp_path: Path
) -> None:
    url = templates.founded("sqlite", tmp_path)
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.execute("UPDATE membership SET user_id = 99")
        connection.commit()
    told = await check(url)
    assert len(told) == 1
    assert "membership row 1" in told[0]
    assert "user" in told[0]


async def test_an_index_that_lost_a_row_is_told(templates: Templates, tmp_path: Path) -> None:
    url = templates.founded("sqlite", tmp_path)
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        # The index is cut off from its table, a row comes, and it is joined to it again.
        connection.execute("PRAGMA writable_schema = ON")
        name = "ix_organisation_created_at_id"
        wanted = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master WHERE name = ?"
        row = connection.execute(wanted, (name,)).fetchone()
        connection.execute("DELETE FROM sqlite_master WHERE name = ?", (name,))
        connection.commit()
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        connection.execute("UPDATE organisation SET created_at = '1999-01-01 00:00:00.000000'")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
        connection.commit()
    told = await check(url)
    assert told
    assert name in " ".join(told)


async def test_a_file_that_is_half_gone_is_told(templates: Templates, tmp_path: Path) -> None:
    url = templates.founded("sqlite", tmp_path)
    with (tmp_path / "store.db").open("r+b") as file:
        file.truncate(20_000)
    with pytest.raises(OutOfReach, match="store_unreachable"):
        assert await check(url) == ()


# Backing up


async def test_a_backup_is_a_whole_store_for_its_owner_alone(
    templates: Templates, tmp_path: Path
) -> None:
    # Signs that mean something in an address of a file.
    directory = tmp_path / "odd #1 %41"
    directory.mkdir()
    templates.founded("sqlite", directory)
    url, copy = address(directory / "store.db"), directory / "copy #%42?.db"
    await backup(url, copy)
    assert mode(copy) == 0o600
    assert await contents(address(copy)) == await contents(url)
    assert await check(address(copy)) == ()


async def test_a_backup_beside_writers_is_one_state(templates: Templates, tmp_path: Path) -> None:
    url = templates.founded("sqlite", tmp_path)
    async with opened(url) as store:
        done = asyncio.Event()

        async def keep_writing() -> None:
            while not done.is_set():
                await store.exclusive(read_add_write)

        writing = asyncio.create_task(keep_writing())
        for number in range(5):
            await backup(url, tmp_path / f"{number}.db")
        done.set()
        await writing
        last = await value_of(store)
    for number in range(5):
        copy = f"sqlite:///{tmp_path / f'{number}.db'}"
        assert await check(copy) == ()
        async with opened(copy) as store:
            assert await value_of(store) <= last


async def test_a_file_that_is_there_is_never_written_over(store_url: str, tmp_path: Path) -> None:
    file = tmp_path / "precious"
    file.write_text("precious")
    with pytest.raises(Misconfigured, match="backup_file_exists"):
        await backup(store_url, file)
    assert file.read_text() == "precious"


async def test_a_backup_that_cannot_be_written_is_told(
    templates: Templates, tmp_path: Path
) -> None:
    url = templates.founded("sqlite", tmp_path)
    with pytest.raises(OutOfReach, match="backup_failed"):
        await backup(url, tmp_path / "no" / "such" / "directory")


@pytest.fixture
def shared(postgres: Postgres, templates: Templates, tmp_path: Path) -> Any:
    """Give a founded store on PostgreSQL."""
    url = templates.founded("postgresql", tmp_path)
    yield url
    templates.drop(url)


async def test_a_backup_of_postgresql_can_be_restored(
    shared: str,
    postgres: Postgres,
    templates: Templates,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    binaries = find_binaries()
    if not (binaries / "pg_dump").exists():
        pytest.skip("no pg_dump beside the server")
    monkeypatch.setenv("PATH", f"{binaries}:{os.environ['PATH']}")
    copy, other = tmp_path / "copy", templates.empty("postgresql", tmp_path)
    await backup(shared, copy)
    assert mode(copy) == 0o600
    restore = [f"{binaries}/pg_restore", "--exit-on-error", "--no-owner", f"-d{other}", str(copy)]
    await asyncio.to_thread(lambda: subprocess.run(restore, check=True))
    assert await contents(other) == await contents(shared)
    async with opened(other) as restored, opened(shared) as store:
        assert await shape_of(restored) == await shape_of(store)
    templates.drop(other)


async def test_without_pg_dump_a_backup_says_what_it_needs(
    shared: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Misconfigured, match="backup_needs_pg_dump"):
        await backup(shared, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


async def test_a_password_is_never_on_a_command_line_and_a_failure_leaves_no_file(
    shared: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(f'#!{shutil.which("sh")}\necho "$@" >"$0.said"\necho no room >&2\nexit 1\n')
    program.chmod(0o700)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OutOfReach, match="no room"):
        await backup(shared, tmp_path / "copy")
    said = program.with_name("pg_dump.said").read_text()
    assert not (tmp_path / "copy").exists()
    password = make_url(shared).password
    assert "--file=" in said
    assert password
    assert password not in said
