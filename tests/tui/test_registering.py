"""Registering people on their behalf: step by step, or everything on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.fakes import at_desk, press, rest, text
from tests.support.settle import until
from tui_admin.tui.dialogs.enlist import Enlist
from tui_admin.tui.dialogs.identity import RegisterIdentity

if TYPE_CHECKING:
    from tests.support.company import Company


async def test_details_are_filled_in_step_by_step_left_and_gone_on_with(small: Company) -> None:
    await small.add("marie")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "p", *"Marie", "enter", "enter")
        assert isinstance(app.screen, RegisterIdentity)
        assert "Step 1 of 3" in text(app)
        assert "missing" in app.screen.notice.text
        await press(pilot, *"Curie", "enter")
        await until(pilot, lambda: "Step 2 of 3" in text(app))
        await press(pilot, *"31-01-1990", "escape")
        await until(pilot, lambda: not app.screen.is_modal)
        await press(pilot, "p")
        await until(pilot, lambda: "Step 3 of 3" in text(app))
        assert "31-01-1990" in text(app)
        await press(pilot, "pageup")
        assert "Step 2 of 3" in text(app)
        await press(pilot, "pagedown")
        await until(pilot, lambda: "Step 3 of 3" in text(app))
        await press(pilot, "enter")
        assert app.screen.is_modal
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: not app.screen.is_modal)
        await rest(pilot)
        found = await small.desk.registering.details("marie")
        assert (found.status, found.answers["date_of_birth"]) == ("registered", "1990-01-31")
        assert "Marie Curie" in text(app)


async def test_everything_is_registered_from_one_page_and_what_is_wrong_is_pointed_at(
    small: Company,
) -> None:
    await small.add_product("documents")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "R", *"jan@x.example", "ctrl+s")
        await until(pilot, lambda: "first name is missing" in text(app))
        assert isinstance(app.screen, Enlist)
        assert app.focused is not None
        assert app.focused.id == "given_names"
        await press(pilot, *"Jan", "enter", *"Jansen", "enter", *"31-01-1990", "enter", "enter")
        for word in ("acme", "documents", "no"):
            await press(pilot, *word)
            await rest(pilot)
            await press(pilot, "enter", "down")
        await press(pilot, "ctrl+s")
        await until(pilot, lambda: not app.screen.is_modal)
        await rest(pilot)
        assert (await small.user("jan")).organisations == ("Acme Nederland BV",)
        assert "jan@x.example registered" in text(app)
