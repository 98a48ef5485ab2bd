"""How an operator arranges a list: order, columns, views under names, jumps; and writing it out."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from tests.support.fakes import FakeHub, at_desk, lines, opened, press, rest, text, user_row
from tests.support.settle import until
from tui_admin.domain.listings import Sort
from tui_admin.domain.lists.users import USERS
from tui_admin.tui.lists.arrangement import Arrangement, understood
from tui_admin.tui.lists.record_list import RecordList
from tui_admin.tui.lists.table import RecordTable

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.support.company import Company
    from tui_admin.tui.app import Dashboard

HEADING = 3


def the_list(app: Dashboard) -> RecordList:
    return app.screen.query_one(RecordList)


def hub(number: int = 3) -> FakeHub:
    return FakeHub([user_row(each) for each in range(1, number + 1)])


async def test_columns_are_hidden_moved_and_kept_for_the_next_time() -> None:
    store = hub()
    async with opened(store, size=(120, 30)) as (app, pilot):
        before = lines(app)[HEADING].split()
        assert before[:3] == ["E-mail", "Name", "Status"]
        await press(pilot, "C", "down", "space", "down", "left", "left", "enter")
        assert lines(app)[HEADING].split()[:3] == ["Status", "E-mail", "Role"]
    async with opened(store, size=(120, 30)) as (app, pilot):
        assert lines(app)[HEADING].split()[:3] == ["Status", "E-mail", "Role"]
        await press(pilot, "C", "d", "enter")
        assert lines(app)[HEADING].split() == before


async def test_the_last_column_stays() -> None:
    async with opened(hub()) as (app, pilot):
        await press(pilot, "C")
        for _ in USERS.fields:
            await press(pilot, "space", "down")
        assert "One column has to stay." in text(app)
        await press(pilot, "escape")
        assert lines(app)[HEADING].split()[0] == "E-mail"


async def test_a_view_is_kept_under_a_name_opened_again_and_forgotten() -> None:
    store = hub(5)
    async with opened(store) as (app, pilot):
        await press(pilot, "slash", *"user0003", "enter", ">", "V", *"third", "enter")
        assert "Kept as third" in text(app)
        await press(pilot, "escape")
        assert "user0001@acme.example" in text(app)
    async with opened(store) as (app, pilot):
        await press(pilot, "V", "1", "enter")
        shown = the_list(app)
        assert (shown.bar.value, shown.sort) == ("user0003", Sort("email"))
        assert "user0001@acme.example" not in text(app)
        await press(pilot, "V", "ctrl+x", "escape")
        assert the_list(app).arrangement.views == ()
    assert store.desk.kept["list.users"] == {}


def test_what_another_version_kept_is_taken_as_far_as_it_is_known() -> None:
    kept = {"columns": ["email", "shoe_size"], "views": [["a", "x", "All", ["shoe_size", True]]]}
    found = understood(kept, USERS)
    assert found.columns == ("email",)
    assert [(view.name, view.sort) for view in found.views] == [("a", USERS.sort)]
    assert understood({}, USERS) == Arrangement()


async def test_keys_choose_the_order_and_turn_it_round() -> None:
    async with opened(hub(), size=(120, 30)) as (app, pilot):
        await press(pilot, ">")
        assert the_list(app).sort == Sort("email")
        assert "E-mail▴" in lines(app)[HEADING]
        await press(pilot, ">", "=")
        assert "Name▾" in lines(app)[HEADING]
        await press(pilot, "<")
        assert the_list(app).sort == Sort("email")


async def test_after_a_jump_backspace_goes_back_to_where_one_was() -> None:
    async with opened(hub(900)) as (app, pilot):
        await press(pilot, "down", "down", "end")
        assert "900 of 900" in text(app)
        await press(pilot, "backspace")
        assert "3 of 900" in text(app)
        assert the_list(app).current.id == 3


async def test_what_is_listed_is_written_to_a_file_as_it_is_listed(
    small: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in ("anna", "bert", "anneke"):
        await small.add(name)
    async with at_desk(small) as (app, pilot):
        await press(pilot, "slash", *"ann", "enter", ">", "=", "E", "enter")
        await until(pilot, lambda: "2 users are in" in text(app))
        file = tmp_path / "home" / f"users-{small.clock():%Y-%m-%d}.csv"
        assert file.stat().st_mode & 0o777 == 0o600
        rows = list(csv.DictReader(file.read_text().splitlines()))
        assert [row["username"] for row in rows] == ["anneke", "anna"]
        await press(pilot, "E", "enter")
        assert "It exists" in text(app)
        await press(pilot, "escape")


async def test_rows_of_the_old_order_do_not_say_where_the_new_one_goes_on() -> None:
    """Whatever happens between the key that orders anew and its answer."""
    store = hub(700)
    async with opened(store) as (app, pilot):
        await press(pilot, "G")
        here, lister = the_list(app), store.desk.users
        lister.asked.clear()
        here.order(Sort("email"))
        here.moved(shown=True)
        here.post_message(RecordTable.EdgeNear(down=False))
        await rest(pilot)
        assert lister.asked
        assert [each.key for each in lister.asked] == [None] * len(lister.asked)
