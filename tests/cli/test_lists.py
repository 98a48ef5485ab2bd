from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import click
import pytest
from click.testing import CliRunner

from tui_admin.cli import cursor as cursors
from tui_admin.cli import lists
from tui_admin.cli.context import Call
from tui_admin.cli.lists import PAGE, Wanted
from tui_admin.domain.listings import Ask, Count, Page, Seek
from tui_admin.domain.lists.users import USERS, UserRow
from tui_admin.domain.query import EVERYTHING, Query, Term

if TYPE_CHECKING:
    from tui_admin.services.lister import Lister

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Numbers:
    """A list of users who are called by number, as a service would page it."""

    def __init__(self, size: int, *, exact: bool = True) -> None:
        self.size, self.exact = size, exact
        self.asked: list[Ask] = []

    async def page(self, ask: Ask) -> Page[UserRow]:
        self.asked.append(ask)
        start = 0 if ask.seek is Seek.START else ask.key[1] if ask.key else 0
        ids = range(start + 1, min(start + ask.size, self.size) + 1)
        rows = tuple(
            UserRow(each, 1, f"u{each}@x.example", f"u{each}", "", "active", "Basic", (), NOW, None)
            for each in ids
        )
        after = bool(rows) and rows[-1].id < self.size
        return Page(rows, tuple((NOW, each) for each in ids), start > 0, after)

    async def count(self, query: Query) -> Count:
        return Count(self.size, self.exact)


def shown(
    numbers: Numbers, capsys: pytest.CaptureFixture[str], as_json: bool = True, **wanted: Any
) -> Any:
    call = Call()
    call.as_json = as_json
    ask = Wanted(EVERYTHING, USERS.sort)._replace(**wanted)
    assert asyncio.run(lists.show(call, cast("Lister[Any]", numbers), USERS, ask)) == 0
    written = capsys.readouterr()
    if not as_json:
        return written
    assert written.err == ""
    return json.loads(written.out)


def test_without_a_limit_all_rows_come_a_page_at_a_time(
    capsys: pytest.CaptureFixture[str],
) -> None:
    numbers = Numbers(PAGE * 2 + 1)
    found = shown(numbers, capsys)
    assert [each["id"] for each in found["items"]] == list(range(1, PAGE * 2 + 2))
    assert (found["next"], found["total"]) == (None, PAGE * 2 + 1)
    assert [ask.size for ask in numbers.asked] == [PAGE] * 3


@pytest.mark.parametrize("size", [0, 1, PAGE, PAGE + 1])
def test_no_row_is_lost_at_the_edge_of_a_page(
    capsys: pytest.CaptureFixture[str], size: int
) -> None:
    found = shown(Numbers(size), capsys)
    assert len(found["items"]) == size
    assert found["next"] is None


def test_a_limit_ends_with_a_cursor_that_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    numbers = Numbers(25)
    seen: list[int] = []
    cursor = None
    for _ in range(3):
        sort, key = lists._start(USERS, None, cursor)
        found = shown(numbers, capsys, limit=10, sort=sort, key=key)
        seen += [each["id"] for each in found["items"]]
        assert found["total"] == 25
        cursor = found["next"]
    assert seen == list(range(1, 26))
    assert cursor is None


def test_a_limit_that_just_fits_has_no_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(Numbers(10), capsys, limit=10)["next"] is None


def test_a_count_that_stopped_early_is_no_total(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(Numbers(3, exact=False), capsys)["total"] is None


def test_an_empty_list_is_said_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    written = shown(Numbers(0), capsys, as_json=False)
    assert written.out == ""
    assert written.err == "No users.\n"


def test_a_table_names_the_cursor_where_there_is_more(
    capsys: pytest.CaptureFixture[str],
) -> None:
    written = shown(Numbers(5), capsys, as_json=False, limit=2)
    assert len(written.out.splitlines()) == 3
    assert "--cursor " in written.err


@pytest.fixture
def asked() -> dict[str, Any]:
    return {}


@pytest.fixture
def command(asked: dict[str, Any]) -> click.Command:
    @click.command()
    @click.option("--status")
    @click.option("--search")
    @lists.listing_options(USERS)
    def list_(wanted: Wanted) -> None:
        asked["wanted"] = wanted

    return list_


def test_filters_become_terms_and_words(command: click.Command, asked: dict[str, Any]) -> None:
    line = ["--status", "blocked", "--search", "Jos\u00e9 JANSEN", "--limit", "3"]
    result = CliRunner().invoke(command, line)
    assert result.exit_code == 0, result.output
    wanted: Wanted = asked["wanted"]
    assert wanted.query == Query(("jose", "jansen"), (Term("status", ":", "blocked"),))
    assert (wanted.sort, wanted.limit, wanted.key) == (USERS.sort, 3, None)


def test_an_order_is_asked_for_by_name(command: click.Command, asked: dict[str, Any]) -> None:
    assert CliRunner().invoke(command, ["--sort", "-email"]).exit_code == 0
    assert asked["wanted"].sort == ("email", True)


@pytest.mark.parametrize(
    "line", [["--sort", "organisations"], ["--limit", "0"], ["--limit", "x"], ["--cursor", "x"]]
)
def test_a_wrong_option_is_a_usage_error(command: click.Command, line: list[str]) -> None:
    assert CliRunner().invoke(command, line).exit_code == 2


def test_a_cursor_keeps_to_its_own_order(command: click.Command) -> None:
    cursor = cursors.encode(USERS, USERS.sort, (NOW, 1))
    assert CliRunner().invoke(command, ["--cursor", cursor]).exit_code == 0
    assert CliRunner().invoke(command, ["--cursor", cursor, "--sort", "email"]).exit_code == 2
