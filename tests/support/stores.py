"""Stores for tests: both engines, migrated and founded once a worker, then cloned for each test."""

from __future__ import annotations

import asyncio
import shutil
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.company import Company, found

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Iterator
    from pathlib import Path

    from tests.support.postgres import Postgres

ENGINES = ("sqlite", "postgresql")


def run_apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a thread, since the loop of a test may be set in this one."""
    answer: list[Any] = []
    thread = threading.Thread(target=lambda: answer.append(asyncio.run(work)))
    thread.start()
    thread.join()
    return answer[0]


class Templates:
    """A founded store of each engine that was asked for, and copies of it."""

    def __init__(self, directory: Path, request: pytest.FixtureRequest) -> None:
        """Make nothing yet."""
        self._directory, self._request = directory, request
        self._made: dict[str, str] = {}

    @property
    def _postgres(self) -> Postgres:
        return self._request.getfixturevalue("postgres")  # type: ignore[no-any-return]

    def empty(self, engine: str, directory: Path) -> str:
        """Return the address of a store without tables."""
        if engine == "sqlite":
            return f"sqlite:///{directory / 'empty.db'}"
        return str(run_apart(self._postgres.create_database()))

    def founded(self, engine: str, directory: Path) -> str:
        """Return the address of a new store with its founder."""
        template = self._template(engine)
        if engine == "sqlite":
            copy = directory / "store.db"
            shutil.copy(template.removeprefix("sqlite:///"), copy)
            return f"sqlite:///{copy}"
        return str(run_apart(self._postgres.clone(template)))

    def drop(self, url: str) -> None:
        """Remove a store of PostgreSQL; a file goes with its directory."""
        if url.startswith("postgresql"):
            run_apart(self._postgres.drop_database(url))

    def _template(self, engine: str) -> str:
        if engine not in self._made:
            url = self.empty(engine, self._directory)
            run_apart(found(url))
            self._made[engine] = url
        return self._made[engine]


@pytest.fixture(scope="session")
def templates(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Templates:
    """Give stores of either engine."""
    return Templates(tmp_path_factory.mktemp("templates"), request)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Run the test on both engines."""
    return str(request.param)


@pytest.fixture
def store_url(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """Give the address of a founded store, on both engines."""
    url = templates.founded(engine, tmp_path)
    yield url
    templates.drop(url)


@pytest.fixture
def empty_url(engine: str, templates: Templates, tmp_path: Path) -> Iterator[str]:
    """Give the address of a store without tables, on both engines."""
    url = templates.empty(engine, tmp_path)
    yield url
    templates.drop(url)


@pytest.fixture
async def company(store_url: str) -> AsyncIterator[Company]:
    """Give an open store with its founder at the desk, on both engines."""
    async with Company.at(store_url) as here:
        yield here


@pytest.fixture
async def small(templates: Templates, tmp_path: Path) -> AsyncIterator[Company]:
    """Give the same on SQLite only, for what does not depend on the engine."""
    async with Company.at(templates.founded("sqlite", tmp_path)) as here:
        yield here
