"""A real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import shutil
from contextlib import asynccontextmanager
from importlib import resources
from typing import TYPE_CHECKING

import pytest

from tests.support.missing import missing

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

HOW = "make debian, or apt-get install chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    # Nobody but the page asked for is spoken to.
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 30_000
"""Milliseconds until a wait is given up; only ever used up by a failure."""


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """Open a browser with a profile of its own."""
    # Not above: most tests need none, and it takes its time to load.
    from playwright.async_api import async_playwright

    chromium = shutil.which("chromium") or missing("Chromium", HOW)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    """Give an empty page of a browser."""
    async with open_browser() as browser:
        context = await browser.new_context(locale="en-GB")
        context.set_default_timeout(PATIENCE)
        yield await context.new_page()


async def faults(page: Page) -> list[str]:
    """Return what axe finds wrong with a page, however minor."""
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text()
    await page.evaluate(axe)
    found = await page.evaluate("axe.run()")
    return [f"{each['id']}: {each['nodes'][0]['html']}" for each in found["violations"]]
