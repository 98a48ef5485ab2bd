"""What the app below the dashboard promises, without a terminal."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, Any

import pytest
from textual.theme import BUILTIN_THEMES
from textual.widgets import Input, Static, TextArea

from tests.support.settle import settle, until
from tui_admin.domain.errors import Misconfigured
from tui_admin.tui import theme
from tui_admin.tui.terminal.app import CLIPBOARD_LIMIT, SturdyApp
from tui_admin.tui.terminal.crash import CRASHED

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult


class Fields(SturdyApp):
    """Two fields and a line that uses the meanings."""

    CSS = (
        "Static { color: $good; background: $waiting; border: round $bad; } Input { color: $off; }"
    )

    def compose(self) -> ComposeResult:
        yield Static("status")
        yield Input()
        yield TextArea()


@pytest.fixture
def app(tmp_path: Path) -> Fields:
    return Fields(incidents=tmp_path / "incidents")


async def test_no_cursor_blinks(app: Fields) -> None:
    async with app.run_test() as pilot:
        for kind in (Input, TextArea):
            field: Any = app.query_one(kind)
            field.focus()
            await settle(pilot)
            assert field.has_focus
            assert field.cursor_blink is False


async def test_it_offers_no_command_of_textuals_own(app: Fields) -> None:
    async with app.run_test():
        assert list(app.get_system_commands(app.screen)) == []
        bound = {active.binding.action for active in app.active_bindings.values()}
        assert {"quit", "help_quit"}.isdisjoint(bound)


async def test_nothing_opens_a_browser_or_writes_a_picture(
    app: Fields, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.chdir(tmp_path)
    async with app.run_test() as pilot:
        app.open_url("https://a.example/")
        app.action_screenshot()
        await settle(pilot)
    assert opened == []
    assert os.listdir(tmp_path) == []  # noqa: PTH208


async def test_a_notification_is_never_markup(app: Fields) -> None:
    async with app.run_test(notifications=True) as pilot:
        app.notify("a [/foo] b", title="[@click=app.quit]x", markup=True)
        app.screen.notify("[@click=app.quit]y[/]")
        await settle(pilot)
        shown = [str(toast.render()) for toast in app.screen.query("Toast").results(Static)]
    assert shown == ["[@click=app.quit]x\na [/foo] b", "[@click=app.quit]y[/]"]


async def test_the_clipboard_gets_text_of_a_bearable_length(
    app: Fields, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app.run_test():
        sent: list[str] = []
        monkeypatch.setattr(app._driver, "write", sent.append)
        app.copy_to_clipboard("https://a.example/\x1b[31m\ud800")
        app.copy_to_clipboard("x" * 2 * CLIPBOARD_LIMIT)
    first, second = (base64.b64decode(each[len("\x1b]52;c;") : -1]) for each in sent)
    assert first == b"https://a.example/[31m"
    assert len(second) == CLIPBOARD_LIMIT


async def test_an_error_still_reaches_the_test_that_caused_it(app: Fields, tmp_path: Path) -> None:
    async def fail() -> None:
        async with app.run_test() as pilot:
            app.call_later(lambda: 1 // 0)
            await settle(pilot)

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert app.return_code == CRASHED
    assert len(os.listdir(tmp_path / "incidents")) == 1  # noqa: PTH208


@pytest.mark.parametrize("name", [*theme.NAMES, *sorted(BUILTIN_THEMES)])
async def test_every_theme_knows_the_meanings(tmp_path: Path, name: str) -> None:
    app = Fields(incidents=tmp_path, theme_name=name)
    async with app.run_test():
        known = app.get_css_variables()
        assert [word for word in ("good", "waiting", "bad", "off") if not known.get(word)] == []


def test_an_unknown_theme_is_told_before_the_screen_changes(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"theme\.unknown"):
        Fields(incidents=tmp_path, theme_name="tui-admn")


async def test_no_color_is_stronger_than_the_configuration(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert Fields(incidents=tmp_path, theme_name=theme.DARK).theme == theme.PLAIN


async def test_settling_waits_for_workers_and_what_they_cause(app: Fields) -> None:
    async with app.run_test() as pilot:
        status = app.query_one(Static)

        def tell() -> None:
            app.call_after_refresh(status.update, "done")

        def work() -> None:
            app.call_from_thread(app.call_later, tell)

        app.run_worker(work, thread=True)
        await settle(pilot)
        assert str(status.render()) == "done"
        app.set_timer(0.01, lambda: status.update("later"))
        await until(pilot, lambda: str(status.render()) == "later")
