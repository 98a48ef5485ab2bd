"""From an invitation in the dashboard, through the pages in a browser, to somebody who is in.

Nothing but what people have: a terminal, a mailbox, a browser and the command line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.support.dashboard import NARROW, WIDE
from tests.support.portal import Portal, stocked, text_of
from tests.support.smtp import unused_port

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.async_api import Page

    from tests.support.dashboard import Deployment
    from tests.support.smtp import Caught, SmtpServer
    from tests.support.terminal import Terminal

JAN = "jan@firm.example"
PASSWORD = "correct horse battery"
PERSON = {"given_names": "Jan", "family_name": "Jansen", "date_of_birth": "31-01-1990"}
BAKERY = {"organisation_name": "Bakkerij de Korst", "registration_number": "87654321"}
LINK = re.compile(r"(http://127\.0\.0\.1:\d+/\S+)")
CODE = re.compile(r"\b(\d{6})\b")


@pytest.fixture
def portal(on_both: Deployment) -> Iterator[Portal]:
    """Give the pages of a deployment that has products, on both engines in turn."""
    stocked(on_both.store_url)
    port = unused_port()
    on_both.configure(environment__portal_url=f"http://127.0.0.1:{port}", portal__port=port)
    with Portal(on_both, port) as running:
        yield running


# Doing


def mail_about(server: SmtpServer, address: str, subject: str) -> str:
    """Return the text of the latest mail to somebody, once there is one of that subject."""

    def found() -> list[Caught]:
        return [
            each for each in server.to(address) if subject in each.message["Subject"].casefold()
        ]

    server.wait_until(found)
    return text_of(found()[-1])


def found_in(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    assert match is not None, text
    return match[1]


async def fill(page: Page, button: str, **fields: str) -> None:
    for name, value in fields.items():
        await page.fill(f"[name={name}]", value)
    await page.get_by_role("button", name=button, exact=True).click()


async def heading(page: Page, wanted: str) -> None:
    await page.get_by_role("heading", level=1, name=wanted, exact=True).wait_for()


def invite_for_the_product(terminal: Terminal) -> None:
    terminal.press("i")
    terminal.wait_for("Acme Nederland BV")
    terminal.paste(f"Jan Jansen <{JAN}>")
    terminal.wait_for("1 of 250")
    terminal.press("escape")
    terminal.wait_for("Close, keep the draft")
    terminal.press("down", "enter")
    terminal.wait_for("type to narrow")
    terminal.type("level")
    terminal.press("enter")
    terminal.wait_for(re.compile(r"Product +eHerkenning level 3"))
    terminal.press("down")
    terminal.pump(5.0)  # until the other field is seen to have the focus
    terminal.press("enter")
    terminal.wait_for("─ Coupon ")
    terminal.type("welcome")
    terminal.press("enter")
    terminal.wait_for(re.compile(r"Coupon +WELCOME10"))
    terminal.press("f10")
    terminal.wait_for("1 invitation sent")


async def prove_an_address(page: Page, server: SmtpServer) -> None:
    await heading(page, "Choose a password")
    await fill(page, "Create account", password=PASSWORD)
    await heading(page, "Enter the code")
    code = found_in(CODE, mail_about(server, JAN, "code"))
    await fill(page, "Confirm", code=code)
    await heading(page, "Your details")


def approve(terminal: Terminal, who: str) -> None:
    terminal.press("3")
    terminal.wait_for("a Approve")
    terminal.wait_for(re.compile(rf"›.*{who}"))
    terminal.press("a")
    terminal.wait_for("u takes it back")


async def complete(page: Page, server: SmtpServer) -> None:
    await page.goto(found_in(LINK, mail_about(server, JAN, "approved")))
    await heading(page, "Approved")
    await fill(page, "Complete the registration")
    await heading(page, "All done")
    assert mail_about(server, JAN, "complete")


# Told


def is_in(deployment: Deployment, organisation: str) -> None:
    person = deployment.json("users", "show", JAN)
    assert (person["status"], person["role"]) == ("active", "Basic user")
    assert person["organisations"] == [organisation]
    assert [each["status"] for each in person["registrations"]] == ["completed"]
    deployment.is_consistent()


async def test_an_invitation_leads_to_somebody_who_is_in(
    on_both: Deployment, mail_server: SmtpServer, portal: Portal, page: Page
) -> None:
    with on_both.open(NARROW) as terminal:
        invite_for_the_product(terminal)
        await page.goto(found_in(LINK, mail_about(mail_server, JAN, "invites")))
        await heading(page, "You are invited")
        assert await page.input_value("[name=email]") == JAN
        await fill(page, "Continue")
        await prove_an_address(page, mail_server)
        assert await page.input_value("[name=organisation_name]") == "Acme Nederland BV"
        assert await page.input_value("[name=coupon]") == "WELCOME10"
        # What was typed survives an error.
        await fill(page, "Hand in", **{**PERSON, "date_of_birth": "31-02-1990"})
        await page.get_by_role("alert").wait_for()
        assert await page.input_value("[name=family_name]") == "Jansen"
        await fill(page, "Hand in", **PERSON)
        await heading(page, "Waiting for approval")

        # It shows in the dashboard that was open all the time.
        terminal.wait_for("1 waiting")
        assert "Jan Jansen" in mail_about(mail_server, "founder@acme.example", "approval")
        approve(terminal, "Jan Jansen")
        await complete(page, mail_server)
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_clean() == []

    is_in(on_both, "Acme Nederland BV")
    (invitation,) = on_both.items("invitations", "list")
    assert invitation["status"] == "accepted"
    portal.kept_its_secrets(mail_server)


async def test_somebody_registers_by_themselves(
    on_both: Deployment, mail_server: SmtpServer, portal: Portal, page: Page
) -> None:
    with on_both.open(WIDE) as terminal:
        await page.goto(f"{portal.url}/register/eherkenning-3")
        await heading(page, "Register for eHerkenning level 3")
        await fill(page, "Continue", email=JAN)
        await prove_an_address(page, mail_server)
        await fill(page, "Hand in", **PERSON, **BAKERY, coupon="welcome10")
        await heading(page, "Waiting for approval")

        terminal.wait_for("1 waiting")
        terminal.press("3")
        terminal.wait_for("Bakkerij de Korst")
        # A company that nobody knows: asked about once.
        terminal.press("a")
        terminal.wait_for("A company that is not known yet: Bakkerij de Korst, 87654321")
        terminal.press("y")
        terminal.wait_for("u takes it back")
        await complete(page, mail_server)
        terminal.press("q")
        assert terminal.wait_exit() == 0

    is_in(on_both, "Bakkerij de Korst")
    portal.kept_its_secrets(mail_server)


async def test_who_has_an_account_signs_in_and_is_linked(
    on_both: Deployment, mail_server: SmtpServer, portal: Portal, page: Page
) -> None:
    on_both.ok("users", "add", JAN, "--username", "jan")
    on_both.ok("users", "password-link", "jan")
    with on_both.open(NARROW) as terminal:
        await page.goto(found_in(LINK, mail_about(mail_server, JAN, "password")))
        await fill(page, "Set password", password=PASSWORD)
        await page.get_by_role("button", name="Sign out").click()
        invite_for_the_product(terminal)
        await page.goto(found_in(LINK, mail_about(mail_server, JAN, "invites")))
        await fill(page, "Continue")
        await heading(page, "Sign in")
        await fill(page, "Sign in", password=PASSWORD)
        await heading(page, "Your details")
        await fill(page, "Hand in", **PERSON)
        await heading(page, "Waiting for approval")
        terminal.wait_for("1 waiting")
        approve(terminal, "Jan Jansen")
        await complete(page, mail_server)
        # Blocked: the page is not theirs any more at the next click.
        on_both.ok("users", "block", "jan")
        await page.goto(f"{portal.url}/registration")
        await heading(page, "Sign in")
        on_both.ok("users", "unblock", "jan")

    is_in(on_both, "Acme Nederland BV")
    assert len(on_both.items("users", "list")) == 2
    portal.kept_its_secrets(mail_server)
