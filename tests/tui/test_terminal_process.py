"""The environment may not steer the dashboard, and a terminal unfit for it is refused."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.support.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def argv(tmp_path: Path) -> list[str | Path]:
    return [sys.executable, "-m", "tests.support.sample_app", tmp_path / "incidents"]


@pytest.mark.parametrize("term", ["dumb", "unknown", "", None])
def test_a_terminal_that_can_nothing_is_refused(argv: list[str | Path], term: str | None) -> None:
    with Terminal(argv, env={"TERM": term}) as terminal:
        assert terminal.wait_exit() == 2
    assert terminal.raw.startswith(b"terminal.dumb")
    assert b"\x1b" not in terminal.raw


def test_without_a_terminal_it_is_refused(argv: list[str | Path]) -> None:
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(b"terminal.missing")


def test_textual_variables_are_not_heard(argv: list[str | Path], tmp_path: Path) -> None:
    log = tmp_path / "textual.log"
    env = {
        "TEXTUAL": "debug,devtools",
        "TEXTUAL_DRIVER": "os:system",
        "TEXTUAL_LOG": str(log),
        "TEXTUAL_PRESS": "c",
        "TEXTUAL_THEME": "dracula",
        "TEXTUAL_ALLOW_SIGNALS": "1",
    }
    with Terminal(argv, env=env) as terminal:
        terminal.wait_for("user3@")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert not log.exists()


def test_the_real_size_counts(argv: list[str | Path]) -> None:
    with Terminal(argv, size=(100, 30), env={"COLUMNS": "20", "LINES": "5"}) as terminal:
        terminal.wait_for("user20@")
        terminal.resize(80, 15)
        terminal.wait_gone("user20@")


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
)
def test_it_speaks_utf8_in_any_locale(argv: list[str | Path], env: dict[str, str]) -> None:
    with Terminal(argv, env=env) as terminal:
        screen = terminal.wait_for("user3@")
    assert "⭘" in screen
    assert b"\\u2b58" not in terminal.raw


def test_no_color_means_none(argv: list[str | Path]) -> None:
    with Terminal(argv, env={"NO_COLOR": "1"}) as terminal:
        terminal.wait_for("user3@")
    styles = b";".join(re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw)).split(b";")
    coloured = {style for style in styles if re.fullmatch(rb"[349][0-8]|10[0-7]", style)}
    assert coloured == set()
    assert b"7" in styles, "the cursor is told by reverse"
