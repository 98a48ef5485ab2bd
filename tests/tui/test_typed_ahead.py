"""Keys that follow one another at once lose nothing and send nothing that was not chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.dialogs import Desk, Stage
from tests.support.settle import settle, until
from tests.support.typed import type_ahead
from tui_admin.tui.dialogs.invite import InviteDialog

if TYPE_CHECKING:
    import pytest


async def test_letters_on_a_field_are_one_word_in_one_list() -> None:
    app, desk = Stage(), Desk()
    async with app.run_test() as pilot:
        dialog = InviteDialog(desk)  # type: ignore[arg-type]
        await app.open(dialog)
        await settle(pilot)
        dialog.fields.organisation.focus()
        await settle(pilot)
        type_ahead(app, *"bakk")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        assert app.screen is dialog
        assert dialog.fields.organisation.value == "2"


async def test_nothing_is_sent_without_a_choice_that_is_on_its_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, desk, held = Stage(), Desk(), list[str | None]()
    async with app.run_test() as pilot:
        dialog = InviteDialog(desk)  # type: ignore[arg-type]
        await app.open(dialog)
        await settle(pilot)
        dialog.paste.area.take("a@acme.example")
        field = dialog.fields.organisation
        with monkeypatch.context() as patched:
            patched.setattr(field, "_take", held.append)
            field.action_open()
        await settle(pilot)
        app.screen.dismiss("2")
        await until(pilot, lambda: held)

        dialog.action_send()
        await pilot.pause(0.05)
        assert desk.inviting.batches == []
        field._take(held[0])
        await until(pilot, lambda: app.answers)
        assert desk.inviting.plans[-1].organisation == "2"
        assert desk.inviting.batches == [("a@acme.example",)]
