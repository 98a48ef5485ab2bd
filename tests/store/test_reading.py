"""Reading an open store: one state from first to last, and what is cancelled ends at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.opened import (
    VALUE,
    keep,
    kept,
    opened,
    pool_is_whole,
    read_add_write,
    value_of,
)

if TYPE_CHECKING:
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

AGES = {
    "sqlite": "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
    " SELECT max(x) FROM n",
    "postgresql": "SELECT pg_sleep(86400)",
}
"""A query that would run for longer than anybody waits."""


async def test_a_question_sees_one_state_of_the_store_from_first_to_last(store_url: str) -> None:
    async with opened(store_url) as store, opened(store_url) as other:

        async def ask(connection: AsyncConnection) -> tuple[int | None, int | None]:
            before = await connection.scalar(VALUE)
            await other.exclusive(read_add_write)
            return before, await connection.scalar(VALUE)

        assert await store.read(ask) == (0, 0)
        assert await value_of(store) == 1


async def test_a_question_cannot_change_anything(store: Store) -> None:
    async def ask(connection: AsyncConnection) -> None:
        await connection.execute(keep("by mistake"))

    with suppress(DBAPIError):  # one engine refuses, the other forgets it
        await store.read(ask)
    assert await kept(store) == set()
    await store.write(lambda connection: connection.execute(keep("on purpose")))
    assert await kept(store) == {"on purpose"}


@pytest.mark.parametrize("turns", [0, 1, 2, 3, 5, 8, 13, 50])
async def test_a_cancelled_question_ends_its_query_at_once(
    store: Store, engine: str, turns: int
) -> None:
    begun = asyncio.Event()

    async def ask(connection: AsyncConnection) -> None:
        await connection.execute(VALUE)
        begun.set()
        await connection.execute(text(AGES[engine]))

    async with asyncio.timeout(120):  # not how long it takes, but less than the query
        task = asyncio.create_task(store.read(ask))
        await begun.wait()
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await pool_is_whole(store)
        if engine == "postgresql":
            await nothing_runs(store)


async def nothing_runs(store: Store) -> None:
    """Wait until the server does nothing but answer this."""
    running = (
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
        " AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    while await store.read(lambda connection: connection.scalar(text(running))):  # noqa: ASYNC110
        await asyncio.sleep(0.01)


@pytest.mark.parametrize("turns", range(8))
async def test_a_question_can_be_cancelled_before_it_has_a_connection(
    store_url: str, turns: int
) -> None:
    async with asyncio.timeout(120), opened(store_url) as store:
        await store.engine.dispose()  # a new connection has to be made
        task = asyncio.create_task(value_of(store))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await pool_is_whole(store)


async def test_a_cancellation_while_cancelling_leaves_no_query_behind(
    store: Store, engine: str
) -> None:
    begun = asyncio.Event()
    ended = asyncio.Event()

    async def ask(connection: AsyncConnection) -> None:
        try:
            begun.set()
            await connection.execute(text(AGES[engine]))
        finally:
            ended.set()

    async with asyncio.timeout(120):
        task = asyncio.create_task(store.read(ask))
        await begun.wait()
        while not task.done():
            task.cancel()
            await asyncio.sleep(0)
        assert ended.is_set()
        await pool_is_whole(store)


async def test_many_questions_cancelled_in_a_row_leave_the_pool_whole(
    store: Store, engine: str
) -> None:
    async def ask(connection: AsyncConnection) -> None:
        await connection.execute(text(AGES[engine]))

    async with asyncio.timeout(120):
        for _ in range(5):
            tasks = [asyncio.create_task(store.read(ask)) for _ in range(12)]
            for _ in range(10):
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(each, asyncio.CancelledError) for each in done)
        await pool_is_whole(store)
