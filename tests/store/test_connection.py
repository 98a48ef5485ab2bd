"""Connections that are awaited: how a transaction ends, and that the pool gets them back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.support.opened import keep, kept, opened, pool_is_whole

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.stores import Templates
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store


async def test_a_transaction_is_kept_at_its_end(store: Store) -> None:
    async with store.engine.connect() as connection, connection.begin():
        await connection.execute(keep("kept"))

    assert await kept(store) == {"kept"}
    await pool_is_whole(store)


async def test_a_transaction_is_undone_where_an_error_is_raised(store: Store) -> None:
    async def fail() -> None:
        async with store.engine.connect() as connection, connection.begin():
            await connection.execute(keep("undone"))
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert await kept(store) == set()
    await pool_is_whole(store)


async def test_a_commit_that_fails_leaves_nothing_open(
    templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> None:
    orphan = "INSERT INTO operator_state VALUES (999, 'desk', '{}', '2026-03-02')"

    async def act(connection: AsyncConnection) -> None:
        await connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        await connection.execute(text(orphan))

    url = templates.founded("sqlite", tmp_path_factory.mktemp("commit"))
    async with opened(url) as store:
        for _ in range(3):
            with pytest.raises(IntegrityError):
                await store.write(act)
            await store.write(lambda connection: connection.execute(keep("after")))
            await store.write(lambda connection: connection.execute(text("DELETE FROM setting")))
        assert await kept(store) == set()


async def test_whoever_is_cancelled_gives_the_connection_back_all_the_same(store: Store) -> None:
    answered = asyncio.Event()

    async def ask() -> None:
        async with store.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
            answered.set()

    for turns in range(10):
        task = asyncio.create_task(ask())
        await answered.wait()
        answered.clear()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait({task})

    await pool_is_whole(store)


async def test_a_connection_that_was_closed_meanwhile_needs_no_interrupting(
    templates: Templates, tmp_path: Path
) -> None:
    async with (
        opened(templates.founded("sqlite", tmp_path)) as store,
        store.engine.connect() as connection,
    ):
        await connection.execute(text("SELECT 1"))
        connection.driver.close()
        assert await store.dialect.interrupt(connection)
        await connection.invalidate()
