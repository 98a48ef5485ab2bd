"""What `doctor` is told of an open store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import text

from tui_admin.services.vitals import signs

if TYPE_CHECKING:
    from tui_admin.store.store import Store


async def test_a_sound_store_has_nothing_to_tell(store: Store) -> None:
    now = datetime.now(UTC)
    found = await signs(store, now)
    assert abs(found.time - now) < timedelta(minutes=1)
    assert found.slow_search == ""
    assert found.mail.queued.number == 0


async def test_an_index_for_words_that_is_gone_is_told_with_what_to_do(store: Store) -> None:
    name = index_for_users(store)
    async with store.engine.connect() as connection, connection.begin():
        what = "TABLE" if store.url.get_backend_name() == "sqlite" else "INDEX"
        await connection.execute(text(f"DROP {what} {name}"))
    told = (await signs(store, datetime.now(UTC))).slow_search
    assert name in told
    assert "tui-admin db upgrade" in told


def index_for_users(store: Store) -> str:
    from tui_admin.store import postgres, sqlite_search

    if store.url.get_backend_name() == "sqlite":
        return sqlite_search.index_of("user")
    return postgres.SEARCH_INDEX.format("user")
