"""A command is declared once; footer, help, palette, keymap read it; the gate lets it through."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, cast

import pytest
from textual import events
from textual.widgets import OptionList

from tests.support.fakes import at_desk, lines, press, rest, text
from tests.support.settle import until
from tui_admin.domain.outcomes import Undo
from tui_admin.i18n import say
from tui_admin.tui.commands import Command, offers
from tui_admin.tui.everywhere import Everywhere
from tui_admin.tui.gate import Gate
from tui_admin.tui.lists.table import RecordTable
from tui_admin.tui.screens import PLACES

if TYPE_CHECKING:
    from tests.support.company import Company


def declared() -> list[Command]:
    screens = [
        getattr(importlib.import_module(f"tui_admin.tui.screens.{place.module}"), place.screen)
        for place in PLACES
    ]
    found = {each.id: each for owner in (Everywhere, *screens) for each in owner.declared.values()}
    return list(found.values())


@pytest.mark.parametrize("each", declared(), ids=lambda each: each.id)
def test_every_command_says_what_it_is(each: Command) -> None:
    assert each.keys or each.always
    assert each.label
    assert len(each.label) <= 14
    assert each.help.endswith(".")
    assert len(each.help) <= 50, "the help has to fit a line of 80"


@pytest.mark.parametrize("each", [one for one in declared() if one.cli], ids=lambda one: one.id)
def test_every_command_line_named_exists(each: Command) -> None:
    import click

    from tui_admin.cli.main import cli

    group: Any = cli
    for word in each.cli.split():
        if not isinstance(group, click.Group):
            break
        found = group.get_command(click.Context(group), word)
        assert found is not None, f"tui-admin {each.cli}"
        group = found
    assert not isinstance(group, click.Group)


async def test_the_footer_shows_what_can_be_pressed(small: Company) -> None:
    async with at_desk(small) as (app, _):
        footer = lines(app)[-1]
    for part in ("i Invite", "+ Add", "b Block", "r Role", "/ Filter", "? Help", "q Quit"):
        assert part in footer


async def test_line_one_ends_with_the_name_of_the_screen(small: Company) -> None:
    async with at_desk(small) as (app, pilot):
        assert lines(app)[0].endswith("Users")
        assert "founder" in lines(app)[0]
        await press(pilot, "2")
        assert lines(app)[0].endswith("Invitations")
        await press(pilot, "escape")
        assert lines(app)[0].endswith("Users")


async def test_help_and_palette_name_every_command_of_the_screen(small: Company) -> None:
    async with at_desk(small, size=(120, 80)) as (app, pilot):
        offered = list(offers(app.screen, typed=False))
        await press(pilot, "question_mark")
        shown = text(app)
        for each in offered:
            assert (say(each.refusal) if each.refusal else each.command.help) in shown
        assert "tui-admin users block {id}" in shown
        await press(pilot, "escape", "colon")
        assert app.screen.query_one(OptionList).option_count == len(offered) - 1


async def test_the_palette_runs_what_is_chosen(small: Company) -> None:
    async with at_desk(small) as (app, pilot):
        await press(pilot, "ctrl+p", *"go to invit", "enter")
        assert lines(app)[0].endswith("Invitations")


async def test_a_refused_command_that_was_named_says_why_and_no_other_runs(small: Company) -> None:
    await small.add("anna")
    await small.desk.users.block(await small.pick("anna"))
    async with at_desk(small) as (app, pilot):
        await press(pilot, "space", "ctrl+p", *"bloc")
        assert app.screen.query_one(OptionList).highlighted == 0
        await press(pilot, "enter")
        await until(pilot, lambda: not app.screen.is_modal)
        assert app.notice is not None
        assert app.notice.tone == "warning"
        assert (await small.user("anna")).status == "blocked"


async def test_an_act_that_cannot_be_taken_back_any_more_is_still_told(small: Company) -> None:
    async with at_desk(small) as (app, _):
        app.acted("1 invited", Undo((1,), small.clock()))
        assert app.notice is not None
        assert app.notice.text == "1 invited"


async def test_a_refused_command_says_why_and_does_nothing_else(small: Company) -> None:
    await small.add("basic")
    async with at_desk(small, "basic") as (app, pilot):
        await press(pilot, "b")
        assert app.notice is not None
        assert app.notice.tone == "warning"
        assert "Block and unblock users" in app.notice.text
        assert not app.screen.is_modal
        assert (await small.user("basic")).status == "active"


async def test_rights_that_change_are_felt_without_a_new_start(small: Company) -> None:
    await small.add("helper")
    async with at_desk(small, "helper") as (app, pilot):
        assert not app.may("can_block")
        await small.desk.users.set_role(await small.pick("helper"), "Administrator")
        await until(pilot, lambda: app.may("can_block"))


async def test_a_pasted_burst_never_reaches_commands(small: Company) -> None:
    async with at_desk(small) as (app, pilot):
        for key in ("q", "b", "x", "2"):
            app.post_message(events.Key(key, key))
        await until(pilot, lambda: not app.gate.waiting and app.notice)
        await rest(pilot)
        assert app.is_running
        assert lines(app)[0].endswith("Users")
        assert not app.screen.is_modal


async def test_a_pasted_burst_marks_nothing(small: Company) -> None:
    await small.add("anna")
    async with at_desk(small) as (app, pilot):
        for key, character in (("space", " "), ("asterisk", "*"), ("space", " "), ("j", "j")):
            app.post_message(events.Key(key, character))
        await until(pilot, lambda: not app.gate.waiting and app.notice)
        await rest(pilot)
        table = app.screen.query_one(RecordTable)
        assert not table.marks
        assert not table.all_marked


async def test_a_paste_into_the_list_ends_with_no_details_open(small: Company) -> None:
    async with at_desk(small) as (app, pilot):
        for key in ("x", "y", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else "\r"))
        await until(pilot, lambda: not app.gate.waiting and app.notice)
        await rest(pilot)
        assert not app.screen.has_class("-details")


async def test_keys_that_no_paste_holds_pass_however_fast(small: Company) -> None:
    await small.add("anna")
    async with at_desk(small) as (app, pilot):
        app.post_message(events.Key("end", None))
        app.post_message(events.Key("enter", "\r"))
        await until(pilot, lambda: app.screen.has_class("-details"))
        await press(pilot, "escape")
        app.post_message(events.Key("j", "j"))
        app.post_message(events.Key("ctrl+c", "\x03"))
        await until(pilot, lambda: "Leave the dashboard?" in text(app))


async def test_enter_right_after_the_letters_of_a_filter_keeps_it(small: Company) -> None:
    await small.add("anna")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "slash")
        for key in ("a", "n", "n", "enter"):
            app.post_message(events.Key(key, key if len(key) == 1 else "\r"))
        table = app.screen.query_one(RecordTable)
        await until(pilot, lambda: table.has_focus)
        await rest(pilot)
        assert [row.username for row in table.run.rows] == ["anna"]


class Runs:
    """An app for a gate of its own: the timers run at once."""

    def __init__(self) -> None:
        self.refused: list[str] = []

    def set_timer(self, _pause: float, act: Any) -> None:
        act()

    def refuse(self, reason: Any) -> None:
        self.refused.append(reason.id)


def test_a_held_key_acts_once_unless_the_command_repeats() -> None:
    ran: list[str] = []

    class Recording(Gate):
        def run(self, node: Any, wanted: Command, picks: Any = None) -> None:
            ran.append(wanted.id)

    class Node:
        is_attached = True

    gate = Recording(cast("Any", Runs()))
    once = Command("once", "b", "Once", "Once.", print)
    again = once._replace(id="again", repeats=True)
    for number in range(5):
        event = events.Key("b", "b")
        event.time = 100 + number * 0.03
        gate.saw(event)
        gate.press(cast("Any", Node()), once)
        gate.press(cast("Any", Node()), again)
    assert ran == ["once", *["again"] * 5]


def pressed(*keys: tuple[str, float]) -> list[str]:
    """Return what a gate lets through of keys, each a command, at these milliseconds."""
    ran: list[str] = []

    class Recording(Gate):
        def run(self, node: Any, wanted: Command, picks: Any = None) -> None:
            ran.append(wanted.id)

    class Node:
        is_attached = True

    waiting: list[Any] = []
    app = Runs()
    app.set_timer = lambda _pause, act: waiting.append(act)  # type: ignore[method-assign]
    gate = Recording(cast("Any", app))
    for key, at in keys:
        event = events.Key(key, key if len(key) == 1 else None)
        event.time = 100 + at / 1000
        gate.saw(event)
        wanted = Command(key, key, key, "Do it.", print, repeats=True)
        gate.press(cast("Any", Node()), wanted)
    for act in waiting:
        act()
    return ran


@pytest.mark.parametrize(
    ("keys", "through"),
    [
        ([("j", 0), ("k", 20), ("b", 40)], ["j", "k", "b"]),
        ([("b", 0), ("ctrl+q", 1)], ["b", "ctrl+q"]),
        ([("end", 0), ("enter", 1)], ["end", "enter"]),
        ([("f5", 0), ("b", 1), ("escape", 2)], ["f5", "b", "escape"]),
        ([("b", 0), ("x", 1)], []),
        ([("b", 0), ("down", 1), ("x", 2)], ["down"]),
        ([("x", 0), ("y", 8), ("enter", 16), ("b", 24)], []),
        ([("enter", 0), ("b", 40)], ["enter", "b"]),
    ],
)
def test_only_text_in_one_go_is_a_paste(keys: list[tuple[str, float]], through: list[str]) -> None:
    assert pressed(*keys) == through


async def test_what_an_act_is_for_is_captured_at_the_press(small: Company) -> None:
    await small.add("anna")
    await small.add("bert")
    async with at_desk(small) as (app, pilot):
        app.post_message(events.Key("b", "b"))
        await until(pilot, lambda: app.gate.waiting or app.screen.is_modal)
        await rest(pilot)
        await until(pilot, lambda: app.screen.is_modal)
        await press(pilot, "enter")
        await until(pilot, lambda: not app.screen.is_modal)
        assert (await small.user("bert")).status == "blocked"


async def test_a_keymap_moves_a_command_to_another_key(small: Company) -> None:
    async with at_desk(small, keymap={"go.invitations": "f2"}) as (app, pilot):
        await press(pilot, "2")
        assert lines(app)[0].endswith("Users")
        await press(pilot, "f2")
        assert lines(app)[0].endswith("Invitations")


async def test_quit_leaves_at_once_and_ctrl_c_asks(small: Company) -> None:
    async with at_desk(small) as (app, pilot):
        await press(pilot, "ctrl+c")
        assert "Leave the dashboard?" in text(app)
        await press(pilot, "n")
        assert app.is_running
        await press(pilot, "q")
        assert app.return_code == 0


async def test_narrowing_to_an_organisation_is_remembered(small: Company) -> None:
    await small.add_organisation("Bakkerij Jansen")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "o", *"bakk", "enter")
        await until(pilot, lambda: app.organisation == "Bakkerij Jansen")
        await rest(pilot)
        assert "Bakkerij Jansen" in lines(app)[0]
        await until(pilot, lambda: "No users" in text(app))
    assert await small.desk.drafts.load("desk") == {"organisation": "Bakkerij Jansen"}
