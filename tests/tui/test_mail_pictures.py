"""Pictures of screens 4, 5, 7, 8 and 9 on a real store with a clock that stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import update

from tests.support.company import Clock, Company
from tests.support.screens import Mail, dashboard
from tests.support.settle import settle, until
from tests.support.stores import run_apart
from tui_admin import bootstrap
from tui_admin.settings import load
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from textual.pilot import Pilot

    from tests.support.stores import Templates
    from tui_admin.services.facade import Hub

    Compare = Callable[..., bool]

SIZES = [(80, 24), (120, 40)]
LINK = "http://127.0.0.1:8123/invitation/abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
ENDLESS = frozenset({"feed", "following", "mail"})


async def furnish(url: str) -> None:
    """Invite a few, and let one mail fail."""
    async with Company.at(url) as company:
        for number in range(5):
            await company.invite(f"person{number}@acme.example")
        await company.add_role("Reception", "can_view", "can_approve")
        mails = schema.outbox_message
        await company.execute(
            update(mails)
            .where(mails.c.to == "person3@acme.example")
            .values(status="failed", attempts=3, last_error="550 no such user")
        )


def caught(clock: Clock) -> tuple[Mail, ...]:
    text = f"Hello Jan,\n\nAccept the invitation:\n\n{LINK}\n"
    return tuple(
        Mail(f"{number}", f"p{number}@acme.example", "", "An invitation", clock.at, text)
        for number in range(9)
    )


@pytest.mark.parametrize("size", SIZES, ids=["80", "120"])
@pytest.mark.parametrize(
    "keys",
    ["7", "7 [", "9", "4 right right right space down space", "5 right", "8"],
    ids=["mail", "mailbox", "overview", "roles", "organisations", "audit"],
)
def test_screens(
    snap_compare: Compare,
    templates: Templates,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    keys: str,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr("tui_admin.tui.mail.mailbox.age", lambda then, now: "3 min")
    url = templates.founded("sqlite", tmp_path)
    run_apart(furnish(url))
    clock = Clock()
    clock.move(seconds=11)  # nothing can be taken back any more: a countdown is in no picture

    async def connect() -> Hub:
        loaded = load(environ={"TUI_ADMIN_STORE__URL": url})
        return await bootstrap.connect(loaded, origin="test", clock=clock)

    company: Any = type("Furnished", (), {"hub": None, "clock": clock})
    app = dashboard(company, read_mailbox=lambda: caught(clock))
    app.wiring = app.wiring._replace(connect=connect)

    async def run(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: app.desk is not None)
        for key in keys.split():
            await pilot.press(key)
            await until(pilot, lambda: not app.gate.waiting)
            await settle(pilot, endless=ENDLESS)

    assert snap_compare(app, terminal_size=size, run_before=run)
