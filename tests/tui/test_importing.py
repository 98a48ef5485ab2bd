"""Bringing many users at once: a preview of every row, one key, a report, a file of the rest."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from textual.events import Paste

from tests.support.dialogs import ACTS, HOSTILE
from tests.support.fakes import at_desk, press, rest, text
from tests.support.settle import until
from tui_admin.tui.dialogs.importing import ImportDialog
from tui_admin.tui.dialogs.importing.report import ImportReport

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot

    from tests.support.company import Company
    from tui_admin.tui.app import Dashboard

MIXED = """\
email,username,name,role
jan@acme.example,jan,Jan Jansen,
marie@acme.example,mies,,Advanced user
nonsense,,,
"""


class Opened:
    """The dialog, open on a dashboard."""

    def __init__(self, app: Dashboard, pilot: Pilot[Any]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def dialog(self) -> ImportDialog:
        assert isinstance(self.app.screen, ImportDialog)
        return self.app.screen

    @property
    def says(self) -> str:
        return self.dialog.notice.text

    @property
    def verdicts(self) -> list[str]:
        return [each.verdict for each in self.dialog.box.preview.rows]

    async def paste(self, pasted: str) -> None:
        self.app.post_message(Paste(pasted))
        await self.judged()

    async def judged(self) -> None:
        box = self.dialog.box
        await until(self.pilot, lambda: box.judged and box.judged.text == box.text)
        await rest(self.pilot)


@asynccontextmanager
async def opened(company: Company, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Opened]:
    async with at_desk(company, size=size) as (app, pilot):
        await press(pilot, "I")
        await until(pilot, lambda: isinstance(app.screen, ImportDialog))
        yield Opened(app, pilot)


async def test_a_table_is_previewed_carried_out_reported_and_taken_back(
    small: Company, tmp_path: Path
) -> None:
    await small.add("marie")
    async with opened(small) as it:
        await it.paste(MIXED)
        assert it.verdicts == ["create", "update", "refuse"]
        assert "± 1 update" in text(it.app)
        await press(it.pilot, "f8")
        assert "line 4" in it.says
        await press(it.pilot, "ctrl+s")
        await until(it.pilot, lambda: isinstance(it.app.screen, ImportReport))
        shown = text(it.app)
        assert "1 created" in shown
        assert "nonsense" in shown
        assert (await small.user("mies")).role == "Advanced user"
        file = tmp_path / "failed.csv"
        await press(it.pilot, "s", *["backspace"] * len("refused.csv"))
        it.app.post_message(Paste(str(file)))
        await rest(it.pilot)
        await press(it.pilot, "enter")
        await until(it.pilot, file.exists)
        assert file.read_text().splitlines()[0] == "email,username,reason"
        await press(it.pilot, "u")
        await until(it.pilot, lambda: "as before" in text(it.app))
        assert (await small.user("marie")).role == "Basic user"
        await press(it.pilot, "I")
        assert it.dialog.box.text.startswith("email,username,reason\nnonsense")


async def test_what_is_not_as_it_was_shown_is_not_done_and_the_difference_is_shown(
    small: Company,
) -> None:
    async with opened(small, (120, 40)) as it:
        await it.paste("jan@acme.example jan\npiet@acme.example")
        assert it.verdicts == ["create", "create"]
        await small.desk.users.add("jan@acme.example", username="jan", mail=False)
        await press(it.pilot, "ctrl+s")
        await until(it.pilot, lambda: it.verdicts == ["skip", "create"])
        await rest(it.pilot)
        assert "Nothing was done" in it.says
        assert "was create" in text(it.app)
        assert {row.username for row in await small.users()} == {"founder", "jan"}
        await press(it.pilot, "ctrl+s")
        await until(it.pilot, lambda: not it.app.screen.is_modal)
        await rest(it.pilot)
        assert (await small.user("piet")).status == "active"
        assert "1 added" in text(it.app)


async def test_a_file_is_read_by_a_path_that_is_completed(small: Company, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("email\nfrom.file@acme.example\n")
    async with opened(small) as it:
        await press(it.pilot, "f4")
        it.app.post_message(Paste(f"{tmp_path}/peo"))
        line: Any = it.app.screen.query_one("#path")
        await until(it.pilot, lambda: line._suggestion)
        await press(it.pilot, "tab", "enter")
        await until(it.pilot, lambda: isinstance(it.app.screen, ImportDialog) and it.verdicts)
        assert it.verdicts == ["create"]
        await press(it.pilot, "f4")
        it.app.post_message(Paste(f"{tmp_path}/nothing"))
        await press(it.pilot, "enter")
        await until(it.pilot, lambda: isinstance(it.app.screen, ImportDialog) and it.says)
        assert "There is no file" in it.says


async def test_details_that_would_be_replaced_are_asked_about_once(small: Company) -> None:
    await small.add("marie")
    details = {"given_names": "Marie", "family_name": "Curie", "date_of_birth": "1990-01-31"}
    await small.desk.registering.register("marie", details)
    async with opened(small) as it:
        await it.paste("email,date_of_birth\nmarie@acme.example,1991-01-31\n")
        await press(it.pilot, "ctrl+s")
        assert "kept nowhere" in text(it.app)
        await press(it.pilot, "n")
        assert (await small.desk.registering.details("marie")).version == 1
        await press(it.pilot, "ctrl+s", "y")
        await until(it.pilot, lambda: not it.app.screen.is_modal)
    assert (await small.desk.registering.details("marie")).answers["date_of_birth"] == "1991-01-31"


async def test_a_draft_survives_and_nothing_is_sent_without_anything_to_do(
    small: Company,
) -> None:
    async with opened(small) as it:
        await press(it.pilot, "ctrl+s")
        assert it.says
        await press(it.pilot, "f3")
        await it.judged()
        assert it.dialog.box.text.startswith("email,username,name")
        await press(it.pilot, "ctrl+s")
        assert "nothing to create" in it.says
        await press(it.pilot, "escape", "escape")
        await until(it.pilot, lambda: not it.app.screen.is_modal)
        await press(it.pilot, "I")
        assert it.dialog.box.text.startswith("email,username,name")


@pytest.mark.parametrize("hostile", [HOSTILE[0] + HOSTILE[2] + HOSTILE[4], HOSTILE[3]])
async def test_hostile_rows_are_only_ever_text(small: Company, hostile: str) -> None:
    async with opened(small) as it:
        await it.paste(f'email,name\njan@acme.example,"{hostile}"\n"{hostile}",x\n')
        assert not any(each in text(it.app) for each in ACTS)
