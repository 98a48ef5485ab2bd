"""A part that a test needs and this machine lacks."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def missing(part: str, how: str) -> NoReturn:
    """Skip the test and say what to install; in CI fail, since there nothing may go untested."""
    said = f"{part} is missing: {how}"
    if os.environ.get("CI"):
        pytest.fail(said, pytrace=False)
    pytest.skip(said)
