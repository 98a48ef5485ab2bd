"""Everything a store holds, to compare before and after; and a store that fails at will."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, event, select

from tui_admin.store.schema.everything import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store


class Injected(Exception):
    """The failure that a test asked for."""


async def dump(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table."""

    async def ask(connection: AsyncConnection) -> dict[str, list[tuple[Any, ...]]]:
        found = {}
        for table in metadata.sorted_tables:
            rows = await connection.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
        return found

    return await store.read(ask)


class Statements:
    """The statements that ran since."""

    def __init__(self) -> None:
        """Begin with none."""
        self.count = 0


@contextmanager
def fail_at(store: Store, number: int) -> Iterator[Statements]:
    """Raise `Injected` instead of the statement of that number, counted from 1; 0 never does.

    The end of a transaction is no statement: what fails there is the engine's to keep whole.
    """
    said = Statements()

    place = str(store.url.database)

    def before(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        # A store has more than one engine.
        if not str(connection.engine.url.database).endswith(place):
            return
        if statement.startswith(("BEGIN", "PRAGMA")):
            return
        said.count += 1
        if said.count == number:
            raise Injected(statement)

    event.listen(Engine, "before_cursor_execute", before)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", before)
