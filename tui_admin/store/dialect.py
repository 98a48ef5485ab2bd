"""What the two engines answer differently, one question per method.

A dialect is chosen once, when the store opens. The seam is a whole question, never a fragment of
SQL: whoever asks does not know which engine answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from tui_admin.domain.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy import Column, Select, Table
    from sqlalchemy.engine import URL, Connection

    from tui_admin.store.connection import AsyncConnection, AsyncEngine
    from tui_admin.store.line import Line
    from tui_admin.store.pages import PagePlan


Chunk = tuple["Table", list[dict[str, Any]]]
"""A table and rows to insert, all with the same keys."""


class Dialect(Protocol):
    """The questions whose answer depends on the engine."""

    def engine(self, url: URL) -> AsyncEngine:
        """Return an engine set up so that no update is lost."""
        ...

    def reading(self, engine: AsyncEngine) -> AsyncEngine:
        """Return the engine for questions: each of them sees one state of the store throughout."""
        ...

    def make(self, url: URL) -> None:
        """Make the place of a store that is not there yet, if this program can; raises OutOfReach.

        What is there is left alone.
        """
        ...

    def present(self, url: URL) -> None:
        """Check what can be checked before connecting; raises OutOfReach or Misconfigured."""
        ...

    async def hold(self, connection: AsyncConnection) -> None:
        """Make this transaction the only one that writes decisions until it ends."""
        ...

    def page(self, plan: PagePlan) -> Select[Any]:
        """Return the statement that reads one page by key."""
        ...

    def having(self, search: Column[str], words: Sequence[str]) -> Select[Any]:
        """Return the ids of a table's rows that may have all words in a text, by an index for that.

        There may be too many of them, but never too few.
        """
        ...

    async def statuses(self, connection: AsyncConnection, table: Table) -> dict[str, int]:
        """Return how many rows of a table there are in each status."""
        ...

    def claim(self, waiting: Select[Any]) -> Select[Any]:
        """Return the choice of outbox rows such that no two workers choose the same."""
        ...

    def line(self, engine: AsyncEngine) -> Line:
        """Return a connection for whoever writes small transactions all day."""
        ...

    async def change_number(self, connection: AsyncConnection) -> int:
        """Return a number that differs when somebody else committed something since."""
        ...

    async def interrupt(self, connection: AsyncConnection) -> bool:
        """Stop the query that runs on a connection; False where cancelling its task does that."""
        ...

    def try_again(self, error: BaseException) -> bool:
        """Say whether a transaction is to be run again from its beginning, at once."""
        ...

    def busy(self, error: BaseException) -> bool:
        """Say whether a transaction failed only because of another one."""
        ...

    def unreachable(self, error: BaseException) -> bool:
        """Say whether an error means that the store itself does not answer."""
        ...

    async def migrate(
        self, connection: AsyncConnection, change: Callable[[Connection], None]
    ) -> None:
        """Run a change of the schema in one transaction, such that no child row is lost to it."""
        ...

    def furnish(self, connection: Connection) -> None:
        """Make indexes and triggers that only this engine has; idempotent, after any migration."""
        ...

    async def load(self, engine: AsyncEngine, chunks: Iterable[Chunk]) -> None:
        """Fill a new store that nobody uses yet as fast as the engine can; ids are given.

        Afterwards the planner knows the figures, and new ids come behind those that were given.
        What is left of a load that did not end is of no use.
        """
        ...

    async def problems(self, connection: AsyncConnection) -> tuple[str, ...]:
        """Return what is wrong with the stored data, a line each."""
        ...

    async def slow_search(self, connection: AsyncConnection) -> str:
        """Say why words are looked for in every row and what to do; empty where an index serves."""
        ...

    async def backup(self, url: URL, file: str) -> None:
        """Write a consistent copy to a file that does not exist yet."""
        ...


def dialect_for(url: URL) -> Dialect:
    """Return the dialect of a store's address.

    Raises `Misconfigured` for an engine that is not supported.
    """
    match url.get_backend_name():
        case "sqlite":
            from tui_admin.store.sqlite import Sqlite

            return Sqlite()
        case "postgresql":
            from tui_admin.store.postgres import Postgres

            return Postgres()
        case other:
            raise Misconfigured("store_engine_unknown", engine=other)
