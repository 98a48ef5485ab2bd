"""The smaller dialogs: choose, confirm, reason, outcome, sign in, add user."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from textual.widgets import Input

from tests.support.dialogs import ACTS, HOSTILE, Stage
from tests.support.settle import settle, until
from tui_admin.domain.errors import Denied, OutOfReach, because
from tui_admin.domain.outcomes import Outcome, Row
from tui_admin.tui.dialogs.add_user import AddUser
from tui_admin.tui.dialogs.base import Dialog, Notice
from tui_admin.tui.dialogs.choose import Choose, Item
from tui_admin.tui.dialogs.confirm import Confirm
from tui_admin.tui.dialogs.outcome import ShowOutcome, tally
from tui_admin.tui.dialogs.reason import AskReason
from tui_admin.tui.dialogs.sign_in import SignIn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

    from tests.support.company import Company


class Opened:
    """An open dialog."""

    def __init__(self, pilot: Pilot[Any], dialog: Dialog[Any]) -> None:
        self.pilot, self.dialog = pilot, dialog
        self.app: Stage = pilot.app  # type: ignore[assignment]

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await settle(self.pilot)

    @property
    def text(self) -> str:
        strips = self.app.screen._compositor.render_strips()[: self.app.size.height]
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)

    @property
    def says(self) -> str:
        return self.dialog.query_one(Notice).text

    @property
    def answers(self) -> list[Any]:
        return self.app.answers


@asynccontextmanager
async def opened(dialog: Dialog[Any], size: tuple[int, int] = (80, 24)) -> AsyncIterator[Opened]:
    app = Stage()
    async with app.run_test(size=size) as pilot:
        await app.open(dialog)
        await settle(pilot)
        yield Opened(pilot, dialog)


FRUIT = (
    Item("a", "Apple"),
    Item("b", "Banana", "yellow"),
    Item("c", "Cherry", refusal="sold out"),
    Item("d", "Date"),
)

# Choose


async def test_typing_narrows_and_enter_chooses() -> None:
    async with opened(Choose("Fruit", FRUIT)) as it:
        await it.press(*"yell")
        assert "Apple" not in it.text
        await it.press("enter")
        assert it.answers == ["b"]


async def test_the_cursor_begins_on_what_is_chosen_and_skips_what_cannot_be_had() -> None:
    async with opened(Choose("Fruit", FRUIT, value="b")) as it:
        await it.press("down", "enter")
        assert it.answers == ["d"]


async def test_what_cannot_be_had_says_why_and_is_not_chosen() -> None:
    async with opened(Choose("Fruit", FRUIT, typed="cherry")) as it:
        assert "sold out" in it.text
        await it.press("enter")
        assert it.answers == []
        await it.press("escape")
        assert it.answers == [None]


async def test_nothing_found_is_said_and_enter_chooses_nothing() -> None:
    async with opened(Choose("Fruit", FRUIT)) as it:
        await it.press(*"zzz", "enter")
        assert it.says
        assert it.answers == []


async def test_a_word_of_ones_own_can_be_taken_where_that_is_wanted() -> None:
    async with opened(Choose("Fruit", FRUIT, own="as typed")) as it:
        await it.press(*"Durian", "enter")
        assert it.answers == ["Durian"]
    async with opened(Choose("Fruit", FRUIT, own="as typed")) as it:
        await it.press(*"banana")
        assert "as typed" not in it.text


async def test_ten_thousand_can_be_narrowed() -> None:
    many = tuple(Item(str(number), f"Organisation {number}") for number in range(10_000))
    async with opened(Choose("Organisation", many)) as it:
        await it.press(*"9999", "enter")
        assert it.answers == ["9999"]


async def test_hostile_items_are_only_ever_text() -> None:
    items = tuple(Item(each, each, each) for each in HOSTILE)
    async with opened(Choose(HOSTILE[0], items)) as it:
        assert not any(each in it.text for each in ACTS)
        await it.press("end", "up", "enter")


# Confirm


async def test_danger_is_answered_by_y_and_never_by_enter() -> None:
    dialog = Confirm("Revoke 12 invitations?", ("a@acme.example",), total=12)
    async with opened(dialog) as it:
        assert "a@acme.example" in it.text
        assert "11 more" in it.text
        await it.press("enter")
        assert it.answers == []
        await it.press("y")
        assert it.answers == [True]


@pytest.mark.parametrize("key", ["n", "escape"])
async def test_no_is_no(key: str) -> None:
    async with opened(Confirm("Sure?")) as it:
        await it.press(key)
        assert it.answers == [False]


async def test_enter_is_yes_where_there_is_no_danger() -> None:
    async with opened(Confirm("Leave?", danger=False)) as it:
        await it.press("enter")
        assert it.answers == [True]


async def test_hostile_people_are_only_ever_text() -> None:
    async with opened(Confirm(HOSTILE[1], HOSTILE, detail=HOSTILE[2])) as it:
        assert not any(each in it.text for each in ACTS)


# Reason


async def test_a_reason_is_given_or_left_out_or_called_off() -> None:
    for keys, answer in (
        (("o", "n", " ", "x", "enter"), "on x"),
        (("enter",), ""),
        (("escape",), None),
    ):
        async with opened(AskReason("Block jan?")) as it:
            await it.press(*["space" if key == " " else key for key in keys])
            assert it.answers == [answer]


async def test_a_reason_that_is_needed_is_asked_for() -> None:
    async with opened(AskReason("Reject jan?", required=True)) as it:
        await it.press("enter")
        assert it.answers == []
        assert it.says


async def test_control_characters_in_a_reason_are_refused_and_the_text_stays() -> None:
    async with opened(AskReason("Block jan?")) as it:
        it.dialog.query_one(Input).value = "left\x1b[31m"
        await it.press("enter")
        assert it.answers == []
        assert it.says
        assert it.dialog.query_one(Input).value == "left\x1b[31m"


# Outcome


async def test_every_skipped_row_is_told_with_its_reason() -> None:
    blocked = because("already_blocked")
    skipped = tuple(Row(number, f"p{number}@acme.example", blocked) for number in range(3))
    outcome = Outcome("user.block", (Row(9, "ok@acme.example"),), skipped)
    async with opened(ShowOutcome(outcome, "Block")) as it:
        assert "1 done" in it.text
        assert "3 skipped" in it.text
        assert "p2@acme.example" in it.text
        await it.press("enter")
        assert it.answers == [None]


def test_the_tally_is_one_line() -> None:
    assert tally(12, 3) == "12 done, 3 skipped"
    assert tally(0, 3) == "3 skipped"
    assert tally(0, 0) == "0 done"


# Sign in


async def test_only_the_password_is_lost_when_signing_in_fails(small: Company) -> None:
    await small.hub.operators.set_password("founder", "correct horse battery", None)
    async with opened(SignIn(small.hub.operators, environment="Test")) as it:
        await it.press(*"founder", "enter", *"wrong", "enter")
        assert it.answers == []
        assert it.says
        values = [each.value for each in it.dialog.query(Input)]
        assert values == ["founder", ""]
        await it.press(*"correct", "space", *"horse", "space", *"battery", "enter")
        assert it.answers[0].username == "founder"


async def test_the_password_is_not_shown() -> None:
    class Nobody:
        async def sign_in(self, who: str, password: str) -> Any:
            raise Denied("sign_in_failed")

    async with opened(SignIn(Nobody(), who="founder")) as it:
        await it.press(*"topsecret")
        assert "topsecret" not in it.text


async def test_enter_twice_asks_once() -> None:
    asked: list[str] = []
    answer = asyncio.Event()

    class Slow:
        async def sign_in(self, who: str, password: str) -> Any:
            asked.append(who)
            await answer.wait()
            raise OutOfReach("store_out_of_reach")

    async with opened(SignIn(Slow(), who="founder")) as it:
        await it.pilot.press("x", "enter", "enter")
        answer.set()
        await settle(it.pilot)
        assert asked == ["founder"]


# Add user


async def test_a_user_is_added_with_a_derived_username(small: Company) -> None:
    async with opened(AddUser(small.desk)) as it:
        await it.press(*"jan.jansen@acme.example")
        assert it.dialog.query_one("#username", Input).value == "jan.jansen"
        await it.press("tab", *"Jan", "ctrl+s")
        assert it.answers[0].done[0].label == "jan.jansen@acme.example"
        person = await small.desk.users.show("jan.jansen")
        assert (person.row.display_name, person.row.role) == ("Jan", "Basic user")


async def test_address_and_name_may_be_known_already(small: Company) -> None:
    async with opened(AddUser(small.desk, email="marie@gmail.com", name="Marie")) as it:
        await it.press("ctrl+s")
        assert it.answers[0].done[0].label == "marie@gmail.com"
    assert (await small.user("marie")).display_name == "Marie"


async def test_a_taken_address_is_told_while_typing_and_refused_with_everything_there(
    small: Company,
) -> None:
    async with opened(AddUser(small.desk)) as it:
        await it.press(*"founder@acme.example")
        await until(it.pilot, lambda: it.says and "free" not in it.says)
        await it.press("ctrl+s")
        assert it.answers == []
        assert it.dialog.query_one("#email", Input).value == "founder@acme.example"


async def test_a_typed_username_is_kept_and_told_to_be_taken(small: Company) -> None:
    async with opened(AddUser(small.desk)) as it:
        await it.press("tab", "tab", *"founder", "shift+tab", "shift+tab", *"a@acme.example")
        assert it.dialog.query_one("#username", Input).value == "founder"
        await until(it.pilot, lambda: it.says and "free" not in it.says)


async def test_free_taken_and_invalid_are_told_beside_each_field(small: Company) -> None:
    await small.add("jan")
    async with opened(AddUser(small.desk)) as it:
        await it.press(*"jan@x.example")
        await until(it.pilot, lambda: it.text.count("✓ free") == 2)
        assert it.dialog.query_one("#username", Input).value == "jan-2"
        await it.press("tab", "tab", *["backspace"] * 5, *"founder")
        await until(it.pilot, lambda: "✗ taken" in it.text)
        assert "somebody else's" in it.says
        await it.press("exclamation_mark")
        await until(it.pilot, lambda: "✗ invalid" in it.text)


async def test_an_address_is_asked_for(small: Company) -> None:
    async with opened(AddUser(small.desk)) as it:
        await it.press("ctrl+s")
        assert it.says
        await it.press("escape")
        assert it.answers == [None]
