"""Pictures of screen 3 and its dialogs on a real store with a clock that stands still."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, update

from tests.support.applicants import applicant, invited, organisation_id
from tests.support.company import ACME, Clock, Company
from tests.support.screens import dashboard
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
ENDLESS = frozenset({"feed", "following", "mail", "commands"})
OURS = {"company_name": ACME, "company_number": "12345678"}
NAMES = ("anna", "bert", "carla", "dirk", "els", "frank", "greta")
AGES = (40, 21, 9, 3, 0.5, 0.1, 0.01)


async def furnish(url: str) -> None:
    """Let some people wait: most with nothing to look at, some with something."""
    async with Company.at(url) as company:
        acme = await organisation_id(company, ACME)
        await company.add_product("signing", needs_approval=True)
        await company.add_role("Editor", "can_view")
        for name, days in zip(NAMES, AGES, strict=True):
            at = company.clock() - timedelta(days=days)
            values = {**OURS, "organisation_id": acme, "product_id": 1, "submitted_at": at}
            if name == "els":
                values |= {"company_name": "Acme Holding"}
            if name == "frank":
                values |= {"company_number": "87654321", "company_name": "Smit & Zonen"}
                values |= {"organisation_id": None}
            await applicant(company, name, **values)
        plan: dict[str, Any] = {
            "organisation": ACME,
            "product": "signing",
            "no_coupon": True,
            "role": "Editor",
        }
        hugo = await invited(company, "hugo", **plan)
        await company.execute(
            update(schema.registration)
            .where(schema.registration.c.id == hugo)
            .values(email="hugo.private@y.example", **OURS)
        )
        await company.execute(
            insert(schema.digital_identity).from_select(
                ["user_id", "given_names", "family_name", "date_of_birth", "phone", "created_at",
                 "updated_at"],
                _people(company),
            )
        )  # fmt: skip


def _people(company: Company) -> Any:
    from sqlalchemy import literal, select

    user = schema.user.c
    values = (literal("Smit"), literal("1980-02-29"), literal("+31 6 00123456"))
    at = literal(company.clock(), user.created_at.type)
    return select(user.id, user.display_name, *values, at, at).where(user.id > 1)


def picture(url: str, keys: tuple[str, ...]) -> tuple[Any, Any]:
    """Return the app on that store and what presses the keys."""
    clock = Clock()
    # Nothing of what was done before can be taken back any more: a way back counts real seconds.
    clock.move(seconds=30)

    async def connect() -> Hub:
        loaded = load(environ={"TUI_ADMIN_STORE__URL": url})
        return await bootstrap.connect(loaded, origin="test", clock=clock)

    company: Any = type("Furnished", (), {"hub": None, "clock": clock})
    app = dashboard(company)
    app.wiring = app.wiring._replace(connect=connect)
    seconds = [100.0]
    app.clock = lambda: seconds[0]

    async def run(pilot: Pilot[Any]) -> None:
        await until(pilot, lambda: app.waiting is not None)
        await settle(pilot, endless=ENDLESS)
        for key in keys:
            seconds[0] += 1
            await pilot.press(key)
            await until(pilot, lambda: not app.gate.waiting)
            await until(pilot, lambda: app.screen.is_modal or not _acting(app))
            await settle(pilot, endless=ENDLESS)
        await until(pilot, lambda: not app.screen.query("DetailsPane") or _read(app))
        # The feed brings the number in line one a moment after a decision.
        waiting = await app.opened_desk.approvals.waiting()
        await until(pilot, lambda: app.waiting == waiting)
        await settle(pilot, endless=ENDLESS)

    return app, run


def _acting(app: Any) -> bool:
    return any(each.group == "commands" and not each.is_finished for each in app.workers)


def _read(app: Any) -> bool:
    """Say whether the details are read, where they are up."""
    pane = app.screen.query_one("DetailsPane")
    shown = str(pane.query_one("#details").content)
    return not pane.shown or app.screen.list.current is None or "Company" in shown


@pytest.mark.parametrize("size", SIZES, ids=["80", "120"])
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("queue", ("3",)),
        ("warned", ("3", "j", "j", "j", "j", "j")),
        ("differs", ("3", "G")),
        ("details", ("3", "G", "enter")),
        ("asking", ("3", "G", "a")),
        ("reject", ("3", "r")),
        ("several", ("3", "asterisk", "a")),
        ("approved", ("3", "a")),
        ("users", ("1",)),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_approvals(
    snap_compare: Compare,
    templates: Templates,
    tmp_path: Path,
    name: str,
    keys: tuple[str, ...],
    size: tuple[int, int],
) -> None:
    url = templates.founded("sqlite", tmp_path)
    run_apart(furnish(url))
    app, run = picture(url, keys)
    assert snap_compare(app, terminal_size=size, run_before=run)


@pytest.mark.parametrize("size", SIZES, ids=["80", "120"])
def test_nobody_waits(
    snap_compare: Compare, templates: Templates, tmp_path: Path, size: tuple[int, int]
) -> None:
    app, run = picture(templates.founded("sqlite", tmp_path), ("3",))
    assert snap_compare(app, terminal_size=size, run_before=run)
