"""Writing to an open store: nothing is lost, and one writes at a time."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import event, text

from tests.support.opened import keep, kept, opened, pool_is_whole, read_add_write, value_of
from tui_admin.domain.errors import OutOfReach, Refused
from tui_admin.store import sqlite
from tui_admin.store.schema.environment import setting

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from tests.support.stores import Templates
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

ROOT = Path(__file__).parents[2]

SCRIPT = """
import asyncio, sys
from tests.support.opened import opened, read_add_write

async def main():
    async with opened(sys.argv[1]) as store:
        for _ in range(int(sys.argv[2])):
            await store.exclusive(read_add_write)

asyncio.run(main())
"""


def test_four_processes_that_read_add_and_write_lose_nothing(
    templates: Templates, tmp_path: Path
) -> None:
    url = templates.founded("sqlite", tmp_path)
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SCRIPT, url, "40"]
    running = [subprocess.Popen(command, env=environ, cwd=ROOT) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        assert connection.execute("SELECT value FROM counter").fetchone() == (160,)


async def test_four_stores_that_read_add_and_write_at_once_lose_nothing(store_url: str) -> None:
    async def some() -> None:
        async with opened(store_url) as store:
            for _ in range(25):
                await store.exclusive(read_add_write)

    await asyncio.gather(*(some() for _ in range(4)))
    async with opened(store_url) as store:
        assert await value_of(store) == 100


async def test_only_one_act_is_inside_at_a_time(store_url: str) -> None:
    inside: list[int] = []

    async def act(connection: AsyncConnection) -> None:
        inside.append(1)
        await read_add_write(connection)
        assert len(inside) == 1
        inside.pop()

    async with opened(store_url) as one, opened(store_url) as other:
        acts = [each.exclusive(act) for each in (one, other) for _ in range(10)]
        await asyncio.gather(*acts)
        assert await value_of(one) == 20


async def test_an_act_that_fails_leaves_nothing(store: Store) -> None:
    async def act(connection: AsyncConnection) -> None:
        await connection.execute(keep("first"))
        raise Refused("nothing_picked")

    with pytest.raises(Refused):
        await store.exclusive(act)
    assert await kept(store) == set()
    await pool_is_whole(store)


async def test_a_begun_act_survives_its_cancellation_whole(store: Store) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def act(connection: AsyncConnection) -> None:
        await connection.execute(keep("first"))
        begun.set()
        await go_on.wait()
        await connection.execute(keep("second"))

    task = asyncio.create_task(store.exclusive(act))
    await begun.wait()
    for _ in range(3):  # somebody who is impatient
        task.cancel()
        await asyncio.sleep(0)
    assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await kept(store) == {"first", "second"}
    await pool_is_whole(store)


async def test_an_act_cancelled_while_it_waits_for_its_turn_is_all_or_nothing(
    store_url: str,
) -> None:
    async def act(connection: AsyncConnection) -> None:
        await connection.execute(keep("first"))
        await connection.execute(keep("second"))

    async with opened(store_url) as store:
        for turns in range(12):
            task = asyncio.create_task(store.exclusive(act))
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await kept(store) in (set(), {"first", "second"})
            await store.write(lambda connection: connection.execute(setting.delete()))
        await pool_is_whole(store)


# Trying again


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_what_failed_because_of_another_is_run_again_from_its_beginning(
    store: Store,
) -> None:
    turns = 0

    async def act(connection: AsyncConnection) -> None:
        nonlocal turns
        turns += 1
        await connection.execute(keep("only once"))
        if turns == 1:
            failing = "DO $$ BEGIN RAISE EXCEPTION '' USING ERRCODE = '40001'; END $$"
            await connection.execute(text(failing))

    await store.exclusive(act)
    assert turns == 2
    assert await kept(store) == {"only once"}


async def test_a_file_that_was_moved_away_is_told_and_nothing_is_written_into_it(
    templates: Templates, tmp_path: Path
) -> None:
    url = templates.founded("sqlite", tmp_path)
    async with opened(url) as store:
        await store.write(lambda connection: connection.execute(keep("before")))
        await store.change_number()
        path = tmp_path / "store.db"
        path.rename(tmp_path / "elsewhere.db")
        with pytest.raises(OutOfReach, match=r"store_missing|store_unreachable"):
            await store.write(lambda connection: connection.execute(keep("nowhere")))
        with pytest.raises(OutOfReach, match=r"store_missing|store_unreachable"):
            await store.change_number()
        assert not path.exists()
        (tmp_path / "elsewhere.db").rename(path)
        await store.write(lambda connection: connection.execute(keep("after")))
        assert await kept(store) == {"before", "after"}


async def test_a_writer_that_never_lets_go_is_told_as_a_busy_store(
    templates: Templates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = tuple(each.replace("5000", "1") for each in sqlite.PRAGMAS)
    monkeypatch.setattr(sqlite, "PRAGMAS", impatient)
    url = templates.founded("sqlite", tmp_path)
    async with opened(url) as store:
        said: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            said.append(statement)

        event.listen(store.engine.sync_engine, "before_cursor_execute", note)
        with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(OutOfReach, match="store_busy"):
                await store.exclusive(read_add_write)
            assert said == ["BEGIN IMMEDIATE"]  # the engine has waited its time: no second try
            assert await value_of(store) == 0  # reading goes on
            other.execute("ROLLBACK")
        await store.exclusive(read_add_write)
        assert await value_of(store) == 1


# The change number


async def test_the_number_differs_once_somebody_committed_and_not_otherwise(
    store_url: str,
) -> None:
    async with opened(store_url) as store, opened(store_url) as other:
        first = await store.change_number()
        assert await store.change_number() == first
        await value_of(other)
        await value_of(store)
        assert await store.change_number() == first

        async def refused(connection: AsyncConnection) -> None:
            await read_add_write(connection)
            raise Refused("nothing_picked")

        with pytest.raises(Refused):
            await other.exclusive(refused)
        assert await store.change_number() == first
        seen = {first}
        for writer in (other, store, other):
            await writer.exclusive(read_add_write)
            number = await store.change_number()
            assert number not in seen
            assert await store.change_number() == number
            seen.add(number)


async def test_the_number_may_be_asked_by_several_at_once_and_be_given_up(
    store_url: str,
) -> None:
    async with asyncio.timeout(120), opened(store_url) as store, opened(store_url) as other:
        numbers = await asyncio.gather(*(store.change_number() for _ in range(5)))
        assert len(set(numbers)) == 1
        for turns in range(8):
            before = await store.change_number()
            task = asyncio.create_task(store.change_number())
            for _ in range(turns):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await other.exclusive(read_add_write)
            assert await store.change_number() != before


async def test_the_feed_holds_no_transaction(store_url: str, engine: str) -> None:
    async with opened(store_url) as store, opened(store_url) as other:
        await store.change_number()
        if engine == "postgresql":
            held = (
                "SELECT state FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )

            async def ask(connection: AsyncConnection) -> set[str]:
                return set((await connection.execute(text(held))).scalars())

            assert await other.read(ask) == {"idle"}
        else:
            await other.exclusive(read_add_write)

            def fold(connection: Connection) -> Any:
                driver: Any = connection.connection.driver_connection
                return driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

            async with other.engine.connect() as connection:
                # Refused while anybody reads an older state.
                assert (await connection.run_sync(fold))[0] == 0
