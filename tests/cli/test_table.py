from __future__ import annotations

import io
from datetime import timedelta

import pytest

from tests.cli.rows import HOSTILE, NOW, user
from tui_admin.cli import table
from tui_admin.domain.lists.users import USERS, UserRow


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(monkeypatch: pytest.MonkeyPatch, rows: list[UserRow], width: int = 80) -> list[str]:
    screen = Terminal()
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("sys.stdout", screen)
    table.Table(table.columns(USERS.fields), NOW).add(rows)
    return screen.getvalue().split("\n")[:-1]


def test_a_table_fits_eighty_columns_and_keeps_the_address_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lines = printed(monkeypatch, [user(), user(id=123456, email="a@b.example")])
    assert all(len(line) <= 80 for line in lines)
    assert "jan.jansen@a-rather-long-subdomain.acme.example" in lines[1]
    assert lines[0].split()[0] == "ID"
    assert "active" in lines[1]


def test_a_wide_terminal_shows_every_column(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(monkeypatch, [user()], width=200)
    for field in USERS.fields:
        assert field.label in lines[0]
    assert "3 d ago" in lines[1]


def test_nothing_hostile_reaches_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(monkeypatch, [user(display_name=HOSTILE, role=HOSTILE)], width=300)
    assert len(lines) == 2
    assert lines[1].isprintable()


def test_a_pipe_gets_whole_cells_and_whole_times(capsys: pytest.CaptureFixture[str]) -> None:
    table.Table(table.columns(USERS.fields), NOW).add([user(display_name="x" * 90)])
    written = capsys.readouterr().out
    assert "x" * 90 in written
    assert "2026-02-26T12:00:00Z" in written
    assert "\t" not in written


def test_columns_stay_aligned_with_wide_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(monkeypatch, [user(display_name="山田太郎"), user()], width=200)
    places = [table.cells_of(line[: line.index("active")]) for line in lines[1:]]
    assert places[0] == places[1]


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("short", 5, "short"),
        ("longer", 5, "long…"),
        ("山田太郎", 5, "山田…"),
        ("e\u0301" * 6, 5, "e\u0301" * 4 + "…"),
        ("any", None, "any"),
    ],
)
def test_cut_text_says_that_it_was_cut(text: str, width: int | None, shown: str) -> None:
    assert table.cut(text, width) == shown


@pytest.mark.parametrize(
    ("then", "words"),
    [
        (timedelta(seconds=20), "now"),
        (timedelta(minutes=5, seconds=59), "5 min ago"),
        (timedelta(hours=25), "1 d ago"),
        (timedelta(days=400), "1 y ago"),
        (timedelta(days=-14), "in 14 d"),
    ],
)
def test_ages_are_words(then: timedelta, words: str) -> None:
    assert table.ago(NOW, NOW - then) == words
