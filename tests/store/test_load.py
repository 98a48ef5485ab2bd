"""Bulk loads: the rows are what an ordinary insert would have written, and nothing is left off."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select

from tests.support.opened import opened
from tests.support.shape import shape_of
from tui_admin.demo.data import generate
from tui_admin.store.schema.everything import metadata, organisation, outbox_message, role, setting
from tui_admin.store.upkeep import check, upgrade

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.stores import Templates
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

NOW = datetime(2026, 3, 2, 9, 0, 0, 5, tzinfo=UTC)
ELSEWHERE = timezone(timedelta(hours=5, minutes=45))


async def all_rows(store: Store) -> dict[str, list[Any]]:
    async def ask(connection: AsyncConnection) -> dict[str, list[Any]]:
        found = {}
        for table in metadata.sorted_tables:
            order = list(table.primary_key.columns)
            rows = await connection.execute(select(table).order_by(*order))
            found[table.name] = [tuple(row) for row in rows]
        return found

    return await store.read(ask)


def chunks() -> list[tuple[str, list[dict[str, Any]]]]:
    made = [(name, list(rows)) for name, rows in generate(60, 1, NOW) if rows]
    return [each for each in made if each[0] != "audit_head"]


async def test_a_load_writes_what_inserts_would_have_written(
    empty_url: str, engine: str, templates: Templates, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other_url = templates.empty(engine, tmp_path / "other")
    made = chunks()
    for url in (empty_url, other_url):
        await upgrade(url)
    async with opened(empty_url) as loaded, opened(other_url) as inserted:
        await loaded.load((metadata.tables[name], rows) for name, rows in made)
        for name, rows in made:
            statement = insert(metadata.tables[name])

            async def act(
                connection: AsyncConnection, statement: Any = statement, rows: Any = rows
            ) -> None:
                await connection.execute(statement, rows)

            await inserted.write(act)
        found = await all_rows(loaded)
        assert found == await all_rows(inserted)
        assert sum(map(len, found.values())) > 300
        assert await shape_of(loaded) == await shape_of(inserted)
        last = max(row[0] for row in found["role"])
        await loaded.write(lambda connection: connection.execute(insert(role).values(name="Next")))
        assert max(row[0] for row in (await all_rows(loaded))["role"]) == last + 1
    assert await check(empty_url) == ()
    templates.drop(other_url)


async def test_times_bytes_and_truths_are_loaded_as_they_are(empty_url: str) -> None:
    await upgrade(empty_url)
    place = {"id": 7, "name": "Łódź 👩‍🌾", "registration_number": "7", "created_at": NOW}
    mail = {
        "id": 1,
        "kind": "invitation",
        "dedupe_key": "a",
        "message_id": "<a@x.example>",
        "to": "'; DROP TABLE user; --",
        "body": b"\x00\xff",
        "created_at": NOW.astimezone(ELSEWHERE),
        "not_before": NOW,
        "lease_until": None,
    }
    truth = {"id": 9, "name": "True", "builtin": True}
    async with opened(empty_url) as store:
        await store.load([(organisation, [place]), (outbox_message, [mail]), (role, [truth])])
        found = await all_rows(store)
    assert found["organisation"][0][2] == "Łódź 👩‍🌾"
    assert found["role"] == [(9, 1, "True", "", True)]
    columns = [column.name for column in outbox_message.c]
    stored = dict(zip(columns, found["outbox_message"][0], strict=True))
    assert {name: stored[name] for name in mail} == mail | {"created_at": NOW}


async def test_a_load_that_fails_says_so(empty_url: str) -> None:
    await upgrade(empty_url)
    twice = {"name": "a", "value": ""}
    async with opened(empty_url) as store:
        with pytest.raises(Exception, match=r"(?i)unique"):
            await store.load([(setting, [twice, twice])])


async def test_a_cancelled_load_ends(empty_url: str) -> None:
    await upgrade(empty_url)
    begun = threading.Event()

    def endless() -> Iterator[Any]:
        number = 0
        while True:
            number += 1
            yield setting, [{"name": f"{number}", "value": ""}]
            begun.set()

    async with asyncio.timeout(120), opened(empty_url) as store:
        task = asyncio.create_task(store.load(endless()))
        while not begun.is_set():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
