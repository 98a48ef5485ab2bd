"""Fixtures of the tests of the store itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.opened import opened

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tui_admin.store.store import Store


@pytest.fixture
async def store(store_url: str) -> AsyncIterator[Store]:
    """Give an open store without services, on both engines."""
    async with opened(store_url) as here:
        yield here
