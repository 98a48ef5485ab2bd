"""A deployment to work on, made once and copied for each test."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.cli.deployment import FOUNDER, Deployment

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one store with its founder, to be copied."""
    deployment = Deployment(tmp_path_factory.mktemp("founded"))
    deployment.ok("init", *FOUNDER)
    return deployment.folder


@pytest.fixture
def deployment(founded: Path, tmp_path: Path) -> Deployment:
    folder = tmp_path / "deployment"
    shutil.copytree(founded, folder)
    return Deployment(folder)
