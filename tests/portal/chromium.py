"""A real browser before the portal, on a real socket."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from tests.portal.conftest import site_of
from tests.support.browser import open_browser
from tui_admin.portal.serving import listen, serve

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.support.company import Company

PHONE, DESKTOP = (390, 844), (1280, 800)
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])


class Shown(NamedTuple):
    """A portal that is served, and the browser that looks at it."""

    url: str
    browser: Any

    @asynccontextmanager
    async def page(
        self, size: tuple[int, int] = DESKTOP, *, scripts: bool = False, **more: Any
    ) -> AsyncIterator[Any]:
        """Open an empty page in a window of this size; without `scripts` none can run."""
        context = await self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            bypass_csp=scripts,
            **{"locale": "en-GB", **more},
        )
        try:
            yield await context.new_page()
        finally:
            await context.close()


@asynccontextmanager
async def shown(company: Company) -> AsyncIterator[Shown]:
    """Serve a company's portal, and open a browser."""
    listener, stop = listen("127.0.0.1", 0), asyncio.Event()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    serving = asyncio.ensure_future(serve(site_of(company, url), listener, stop))
    try:
        async with open_browser() as browser:
            yield Shown(url, browser)
    finally:
        stop.set()
        await serving
        listener.close()


async def overflow(page: Any) -> int:
    """Return how many pixels of a page are to the right of its window."""
    wide = await page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return int(wide)
