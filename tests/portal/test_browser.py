"""The pages in a real browser: by keyboard, without scripts, at any width, for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.portal.chromium import DESKTOP, PHONE, SIZES, Shown, overflow, shown
from tests.support.browser import faults
from tests.support.joiners import BAKERY, DETAILS, PASSWORD, Joiner, invited, row_of
from tui_admin.domain.outcomes import Picks
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company

NARROW, ZOOMED = (320, 568), (640, 400)
"""The narrowest that WCAG asks for, and a desktop at 200 %."""


async def heading(page: Any) -> str:
    return str(await page.text_content("h1"))


async def typed(page: Any, *texts: str) -> None:
    """Go by Tab from the first field on, type into each, and send with Enter."""
    await page.locator("main input:not([type=hidden]):not([readonly])").first.focus()
    for number, text in enumerate(texts):
        if number:
            await page.keyboard.press("Tab")
        await page.keyboard.type(text)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")


async def approve(company: Company) -> None:
    waiting = await row_of(
        company, schema.registration, schema.registration.c.status == "awaiting_approval"
    )
    assert (await company.desk.approvals.approve(Picks.of(waiting.id))).done


@SIZES
async def test_the_whole_way_by_keyboard_and_without_scripts(
    small: Company, size: tuple[int, int]
) -> None:
    await small.add_product("eh3", needs_approval=True)
    piet = await invited(small, product="eh3", no_coupon=True)
    async with shown(small) as portal, portal.page(size) as page:
        await page.goto(f"{portal.url}/invitation/{await piet.token()}")
        assert page.url == f"{portal.url}/invitation"
        await typed(page, "")
        assert await heading(page) == "Choose a password"
        await typed(page, PASSWORD)
        await typed(page, await piet.code())
        assert await heading(page) == "Your details"
        await typed(page, *DETAILS.values())
        assert await heading(page) == "Waiting for approval"
        await page.reload()
        assert await heading(page) == "Waiting for approval"
        await approve(small)
        await page.reload()
        await page.get_by_role("button", name="Complete the registration").focus()
        async with page.expect_navigation():
            await page.keyboard.press("Enter")
        assert await heading(page) == "All done"
        await page.go_back()
        assert await heading(page) in ("Approved", "All done")


async def looked_at(page: Any, found: dict[str, list[str]], name: str) -> None:
    """Note what is wrong with a page, also in windows narrower than its own."""
    wrong = await faults(page)
    size = page.viewport_size
    for width, height in (NARROW, ZOOMED):
        await page.set_viewport_size({"width": width, "height": height})
        if await overflow(page) > 0:
            wrong.append(f"wider than {width}")
    await page.set_viewport_size(size)
    if wrong:
        found[name] = wrong


@pytest.mark.parametrize(
    ("size", "scheme", "language"), [(PHONE, "dark", "nl-NL"), (DESKTOP, "light", "en-GB")]
)
async def test_nobody_is_kept_out_by_how_a_page_is_made(
    small: Company, size: tuple[int, int], scheme: str, language: str
) -> None:
    await small.add_product("eherkenning-at-level-three-of-four", needs_approval=True)
    found: dict[str, list[str]] = {}
    async with (
        shown(small) as portal,
        portal.page(size, scripts=True, color_scheme=scheme, locale=language) as page,
    ):
        for path in ("/sign-in", "/password", "/password/sent", "/signed-out", "/nothing"):
            await page.goto(portal.url + path)
            await looked_at(page, found, path)
        await self_registered(small, portal, page, found)
        await approve(small)
        await page.goto(f"{portal.url}/registration")
        await looked_at(page, found, "approved")
        await page.click("button.main")
        await looked_at(page, found, "completed")
    assert found == {}


async def self_registered(
    company: Company, portal: Shown, page: Any, found: dict[str, list[str]]
) -> None:
    """Register by oneself, with every page's mistakes, and look at all that is shown."""
    email = f"{'a-very-long-name' * 3}@a-very-long-domain-of-somebody.example"
    joiner = Joiner(company, email)
    await page.goto(f"{portal.url}/register/eherkenning-at-level-three-of-four")
    await looked_at(page, found, "register")
    await page.click("button.main")
    await looked_at(page, found, "register, wrong")
    await page.fill("#email", email)
    await page.click("button.main")
    await looked_at(page, found, "password")
    await page.fill("#password", PASSWORD)
    await page.click("button.main")
    await looked_at(page, found, "code")
    await page.fill("#code", "000000")
    await page.click("button.main")
    await looked_at(page, found, "code, wrong")
    await page.fill("#code", await joiner.code())
    await page.click("button.main")
    await looked_at(page, found, "details")
    await page.click("button.main")
    await looked_at(page, found, "details, wrong")
    for name, text in {**DETAILS, **BAKERY}.items():
        await page.fill(f"#{name}", text)
    await page.click("button.main")
    await looked_at(page, found, "waiting")


async def test_after_an_error_the_focus_is_on_what_is_wrong(small: Company) -> None:
    async with shown(small) as portal, portal.page(scripts=True) as page:
        await page.goto(f"{portal.url}/password")
        await page.fill("#email", "nobody")
        await page.keyboard.press("Enter")
        await page.wait_for_selector("#problems")
        assert await page.evaluate("document.activeElement.id") == "problems"
        assert await page.get_attribute("#email", "aria-describedby") == "email-problem"
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "email"
        assert await page.input_value("#email") == "nobody"


async def test_a_browser_finds_nothing_against_our_own_policy(small: Company) -> None:
    said: list[str] = []
    async with shown(small) as portal:
        context = await portal.browser.new_context()
        page = await context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("requestfailed", lambda request: said.append(request.url))
        await page.goto(f"{portal.url}/sign-in")
        await page.fill("#email", "nobody@acme.example")
        await page.fill("#password", "not the password")
        await page.click("button.main")
        await page.wait_for_selector("#problems")
        colour = await page.evaluate("getComputedStyle(document.querySelector('.main')).color")
        await context.close()
    # A browser notes every answer that is not 200; nothing else may be there.
    assert [each for each in said if "422" not in each] == []
    assert colour == "rgb(255, 255, 255)"


async def test_a_form_on_another_site_gets_nowhere(small: Company) -> None:
    async with shown(small) as portal, portal.page() as page:
        await page.goto(f"{portal.url}/sign-in")
        evil = await page.context.new_page()
        await evil.set_content(
            f'<form method="post" action="{portal.url}/password">'
            '<input name="email" value="founder@acme.example"><button>Win</button></form>'
        )
        await evil.click("button")
        await evil.wait_for_selector("h1")
        assert await heading(evil) == "This form came from elsewhere"
