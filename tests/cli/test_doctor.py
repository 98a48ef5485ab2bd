from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from tui_admin.cli import doctor

NOW = datetime(2026, 3, 1, tzinfo=UTC)


class Screen:
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    found = Screen()
    monkeypatch.setattr(doctor, "sys", SimpleNamespace(stdout=found))
    for name, value in (("TERM", "xterm-256color"), ("COLUMNS", "100"), ("LINES", "30")):
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    return found


def test_a_good_terminal_is_described(screen: Screen) -> None:
    found = doctor.terminal()
    assert found.code == 0
    assert found.says == "xterm-256color, 100×30, UTF-8, 256 colours"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [("TERM", "dumb", "TERM"), ("COLUMNS", "79", "79×30"), ("LINES", "23", "100×23")],
)
def test_a_terminal_that_will_not_do_says_what_to_mend(
    screen: Screen, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    monkeypatch.setenv(name, value)
    found = doctor.terminal()
    assert found.code == 2
    assert says in found.says


def test_an_encoding_that_loses_characters_is_told(screen: Screen) -> None:
    screen.encoding = "iso-8859-1"
    assert "UTF-8" in doctor.terminal().says


def test_no_colour_is_respected(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "no colour" in doctor.terminal().says


@pytest.mark.parametrize(
    ("drift", "code", "says"),
    [
        (timedelta(seconds=1), 0, "agrees"),
        (timedelta(minutes=2), 4, "120 seconds ahead of ours"),
        (timedelta(minutes=-2), 4, "120 seconds behind ours"),
    ],
)
def test_clocks_that_differ_are_told(drift: timedelta, code: int, says: str) -> None:
    found = doctor.clock(NOW + drift, NOW)
    assert found.code == code
    assert says in found.says
