"""What holds for every test: loopback only, nobody's configuration, PostgreSQL on demand."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import hypothesis
import pytest

from tests.support import network
from tests.support import postgres as server
from tests.support.missing import missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.postgres import Postgres

OURS = "TUI_ADMIN_"


def pytest_configure(config: pytest.Config) -> None:
    """Shut the network, forget what the person at the keyboard configured, and never time rules."""
    network.shut()
    for name in [each for each in os.environ if each.startswith(OURS) and each != server.VARIABLE]:
        del os.environ[name]
    hypothesis.settings.register_profile("tests", deadline=None)
    hypothesis.settings.load_profile("tests")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Open the network again for whatever the runner does afterwards."""
    network.reopen()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, started when the first test of this worker asks for it."""
    try:
        running = server.start()
    except server.Absent:
        missing("PostgreSQL", server.HOW)
    yield running
    running.stop()
