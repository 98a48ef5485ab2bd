"""What the acceptance tests stand on: a founded store, a mail server, and the program's command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.dashboard import Deployment
from tests.support.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.stores import Templates


@pytest.fixture
def mail_server() -> Iterator[SmtpServer]:
    """Give a mail server that takes everything."""
    with SmtpServer() as server:
        yield server


@pytest.fixture
def on_both(store_url: str, mail_server: SmtpServer, tmp_path: Path) -> Deployment:
    """Give a deployment with its founder, on both engines in turn."""
    return Deployment(tmp_path, store_url, mail_server)


@pytest.fixture
def deployment(templates: Templates, mail_server: SmtpServer, tmp_path: Path) -> Deployment:
    """Give one on SQLite, for what does not depend on the engine."""
    return Deployment(tmp_path, templates.founded("sqlite", tmp_path), mail_server)
