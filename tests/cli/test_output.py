from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.cli import output
from tui_admin.cli.context import Call
from tui_admin.domain.errors import because
from tui_admin.domain.listings import USERS, AuditRow, Kind, UserRow
from tui_admin.domain.outcomes import Outcome, Row

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = "\x1b]52;c;aGk=\x07\x9b31m\u202egnp\x7f\r\n=cmd|' /C calc'!A1"


def user(**changes: Any) -> UserRow:
    row = UserRow(
        7,
        3,
        "jan.jansen@a-rather-long-subdomain.acme.example",
        "jan.jansen",
        "Jan Jansen",
        "active",
        "Basic user",
        ("Acme Nederland BV", "Other BV"),
        NOW - timedelta(days=3),
        None,
    )
    return row._replace(**changes)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def printed(monkeypatch: pytest.MonkeyPatch, rows: list[UserRow], width: int = 80) -> list[str]:
    screen = Terminal()
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setattr("sys.stdout", screen)
    table = output.Table(output.columns(USERS.fields), NOW)
    table.add(rows)
    return screen.getvalue().split("\n")[:-1]


@given(st.text())
def test_json_is_printable_ascii_whatever_is_in_it(text: str) -> None:
    written = output.dumps({"name": text})
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written) == {"name": text}


def test_a_row_becomes_an_object_without_the_dashboards_own_fields() -> None:
    found = output.item(user())
    assert found["organisations"] == ["Acme Nederland BV", "Other BV"]
    assert found["created_at"] == "2026-02-26T12:00:00Z"
    assert found["seen_at"] is None
    assert "version" not in found


def test_an_events_changes_are_objects() -> None:
    row = AuditRow(1, NOW, "jan", "user.block", "piet", '{"status": "active"}', "", "cli", "0")
    assert output.item(row)["before"] == {"status": "active"}
    assert output.item(row)["after"] is None
    assert output.item(row._replace(before="{half"))["before"] == "{half"


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
    output.Table(output.columns(USERS.fields), NOW).add([user(display_name="x" * 90)])
    written = capsys.readouterr().out
    assert "x" * 90 in written
    assert "2026-02-26T12:00:00Z" in written
    assert "\t" not in written


def test_columns_stay_aligned_with_wide_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = printed(monkeypatch, [user(display_name="山田太郎"), user()], width=200)
    places = [output.cells_of(line[: line.index("active")]) for line in lines[1:]]
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
    assert output.cut(text, width) == shown


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
    assert output.ago(NOW, NOW - then) == words


def test_an_outcome_lists_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome("user.block", (Row(1, f"jan{HOSTILE}"),), (Row(2, "piet", because("why")),))
    assert output.told(Call(), outcome, (Row(0, "nobody", because("unknown")),)) == 1
    written = capsys.readouterr()
    assert len(written.out.splitlines()) == 3
    assert written.out.replace("\n", "").isprintable()
    assert "1 done, 2 skipped" in written.err


def test_an_outcome_as_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    call = Call()
    call.as_json = True
    outcome = Outcome("user.block", (Row(1, "jan"),), (Row(2, "piet", because("why")),))
    assert output.told(call, outcome) == 1
    written = capsys.readouterr()
    assert written.err == ""
    document = json.loads(written.out)
    assert document["done"] == [{"id": 1, "label": "jan"}]
    assert document["skipped"][0] == {"id": 2, "label": "piet", "reason": "why", "detail": "why"}


def test_reasons_inside_results_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Result(NamedTuple):
        detail: object
        kind: Kind
        who: frozenset[str]

    monkeypatch.setitem(__import__("tui_admin.i18n").i18n.MESSAGES, "why", "Because {x}.")
    found = output.plain(Result(because("why", x=1), Kind.TEXT, frozenset({"b", "a"})))
    assert found == {"detail": "Because 1.", "kind": "text", "who": ["a", "b"]}
