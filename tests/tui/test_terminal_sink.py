"""Nothing but text reaches the terminal, whatever a widget was given."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tests.support.terminal import Terminal
from tui_admin.tui.terminal.guard import Guard, cleaned, plain

if TYPE_CHECKING:
    from pathlib import Path

KINDS = [
    "Header", "Title", "Subtitle", "Tree", "Static", "Label", "Button", "Checkbox", "OptionList",
    "Input", "Placeholder", "TextArea", "Column", "DataTable", "Select", "Painted", "RichLog",
    "Tab", "Quit", "Notify", "Notified", "Tooltip",
]  # fmt: skip
"""What every place that shows text in the hostile app begins with."""

MARKS = {
    "ESC": "\x1b[5m", "reset": "\x1bc", "OSC 52": "\x1b]52", "CSI as C1": "\x9b",
    "OSC as C1": "\x9d", "DEL": "\x7f", "override": "\u202e", "isolate": "\u2066",
    "zero-width": "\u200b", "mark": "\u200f", "BOM": "\ufeff", "soft hyphen": "\u00ad",
    "tag": "\U000e0041", "separator": "\u2028",
}  # fmt: skip
"""What would show that the attack got through."""

BACKGROUND = Color(0, 0, 0)


def shown_everywhere(incidents: Path, *arguments: str) -> str:
    """Return all that the hostile app sent to the terminal until it was left by its key."""
    argv = [sys.executable, "-m", "tests.support.hostile_app", incidents, *arguments]
    with Terminal(argv, size=(150, 44)) as terminal:
        terminal.wait_until(lambda: b"Painted" in terminal.raw, "the first frame")
        terminal.press("n")
        terminal.wait_until(lambda: b"Notify" in terminal.raw, "the notification")
        terminal.send(b"\x1b[<35;60;4M")  # the mouse moves over the widget with a tooltip
        terminal.wait_until(lambda: b"Tooltip" in terminal.raw, "the tooltip")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.left_clean() == []
    return terminal.raw.decode("utf-8", "replace")


def test_no_widget_lets_the_attack_through(tmp_path: Path) -> None:
    sent = shown_everywhere(tmp_path)
    assert [kind for kind in KINDS if kind not in sent] == []
    assert [name for name, mark in MARKS.items() if mark in sent] == []
    assert "[/foo]" in sent, "markup is shown as what it is"


def test_without_the_guard_it_is_an_attack(tmp_path: Path) -> None:
    sent = shown_everywhere(tmp_path, "unguarded")
    assert [name for name, mark in MARKS.items() if mark not in sent] == []


@given(st.text())
def test_a_segment_stays_as_wide_as_it_was_measured(text: str) -> None:
    assert cell_len(cleaned(text)) == cell_len(text)


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


@pytest.mark.parametrize(
    "text", ["Zoë", "日本語テキスト", "مرحبا", "a\u0301", "❤️ ok", "█▊╭─", "नमस्ते"]
)
def test_text_of_any_language_is_left_alone(text: str) -> None:
    assert cleaned(text) == text
    assert plain(text) == text


def test_whatever_unicode_calls_a_control_is_cleaned() -> None:
    steering = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    left = [
        hex(point)
        for point in range(sys.maxunicode + 1)
        if (
            unicodedata.category(chr(point)) in {"Cc", "Cs", "Zl", "Zp"}
            or unicodedata.bidirectional(chr(point)) in steering
        )
        and chr(point) in cleaned(chr(point))
    ]
    assert left == []


def test_clean_lines_pass_as_they_are() -> None:
    segments = [Segment("alice", Style(bold=True)), Segment("Zoë")]
    assert Guard().apply(segments, BACKGROUND) is segments


def test_a_link_that_breaks_out_is_dropped_and_a_good_one_stays() -> None:
    good = Segment("a", Style(link="https://a.example/?b=1"))
    bad = Segment("b", Style(link="https://a.example/\x1b\\\x1bc", bold=True))
    (first, second) = Guard().apply([good, bad], BACKGROUND)
    assert first.style is not None
    assert first.style.link == "https://a.example/?b=1"
    assert second.style == Style(bold=True)


def test_the_clipboard_keeps_lines_and_loses_what_acts() -> None:
    assert plain("a\r\nb\tc\x1b[31m\x9b1m\u202e\ud800\rd") == "a\nb\tc[31m1m\nd"
