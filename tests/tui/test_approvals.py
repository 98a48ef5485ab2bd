"""Screen 3 on a real store: every key, and what keeps a key from deciding too much."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update
from textual.events import Key

from tests.support.applicants import applicant, invited, members, organisation_id, pick, state
from tests.support.company import ACME
from tests.support.fakes import at_desk, lines, press, rest, text
from tests.support.screens import Shown, shown
from tests.support.settle import until
from tui_admin.store.schema import everything as schema
from tui_admin.tui.approving import AGAIN, SHIFTED
from tui_admin.tui.gate import HELD
from tui_admin.tui.screens.approvals import ApprovalsScreen

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot

    from tests.support.company import Company
    from tui_admin.tui.app import Dashboard

NARROW, WIDE = (80, 24), (120, 40)
OURS = {"company_name": ACME, "company_number": "12345678"}


async def queue(company: Company, *names: str, **columns: Any) -> dict[str, int]:
    """Let people wait one after the other, with nothing to look at, and return their ids."""
    acme = await organisation_id(company, ACME)
    found = {}
    for each in names:
        values = {"organisation_id": acme, **OURS, **columns}
        found[each] = await applicant(company, each, **values)
        company.clock.move(minutes=5)
    return found


class Seen:
    """Screen 3 of a running dashboard, whose clock for haste is moved by hand."""

    def __init__(self, app: Dashboard, pilot: Pilot[None]) -> None:
        self.app, self.pilot, self.seconds = app, pilot, 1000.0
        app.clock = lambda: self.seconds

    @property
    def screen(self) -> ApprovalsScreen:
        screen = self.app.screen
        assert isinstance(screen, ApprovalsScreen)
        return screen

    @property
    def here(self) -> str:
        """Who is under the cursor."""
        row = self.screen.list.under_cursor
        return row.display_name.lower() if row else ""

    @property
    def text(self) -> str:
        return text(self.app)

    async def press(self, *keys: str, apart: float = 1.0) -> None:
        """Press keys so many seconds apart."""
        for each in keys:
            self.seconds += apart
            await press(self.pilot, each)
            await until(self.pilot, lambda: self.app.screen.is_modal or not self._acting())
            await rest(self.pilot)

    def _acting(self) -> bool:
        return any(each.group == "commands" and not each.is_finished for each in self.app.workers)


@asynccontextmanager
async def approvals(
    company: Company, who: str = "founder", size: tuple[int, int] = NARROW
) -> AsyncIterator[Seen]:
    """Open the dashboard and go to screen 3."""
    async with at_desk(company, who, size=size) as (app, pilot):
        seen = Seen(app, pilot)
        await press(pilot, "3")
        yield seen


async def statuses(company: Company, ids: dict[str, int]) -> dict[str, str]:
    return {name: (await state(company, each)).status for name, each in ids.items()}


# What is shown


async def test_the_oldest_stand_first_with_their_age_and_what_they_ask_for(small: Company) -> None:
    await queue(small, "anna", "bert")
    async with approvals(small) as it:
        shown = lines(it.app)
        assert shown[0].endswith("Approvals")
        assert shown[1].split() == ["Waiting", "2", "Put", "off", "0"]
        assert "10 min  Anna" in shown[4]
        assert ACME[:10] in shown[4]
        assert "5 min  Bert" in shown[5]
        assert "oldest first" in it.text


async def test_nobody_waiting_says_so(small: Company) -> None:
    async with approvals(small) as it:
        assert "Nobody waits." in it.text
        await it.press("a")
        assert "Nothing is selected." in it.text


async def test_a_mark_says_that_there_is_something_to_look_at(small: Company) -> None:
    await queue(small, "anna")
    await queue(small, "bert", company_name="Acme Holding")
    async with approvals(small) as it:
        shown = lines(it.app)
        assert "!" not in shown[4]
        assert shown[5].strip().startswith("!")
        assert "other name" in shown[5]


async def test_everything_needed_to_decide_stands_beside_or_in_front(small: Company) -> None:
    await small.add_product("signing", needs_approval=True)
    await small.add_role("Editor", "can_view")
    await invited(
        small, "anna", organisation=ACME, product="signing", no_coupon=True, role="Editor"
    )
    async with approvals(small, size=WIDE) as it:
        assert "Signing" in it.text or "signing" in it.text
        assert "Waits since" in it.text
        assert "Invited by" in it.text
        assert "Basic user → Editor" in it.text
        await it.pilot.resize_terminal(*NARROW)
        await rest(it.pilot)
        assert "Waits since" not in it.text
        await it.press("enter")
        assert "Waits since" in it.text
        await it.press("escape")
        assert "Waits since" not in it.text


async def test_warnings_stand_first_in_words(small: Company) -> None:
    await queue(small, "bert", company_name="Acme Holding")
    async with approvals(small, size=WIDE) as it:
        shown = it.text
        assert shown.index("Look at this first") < shown.index("Who")
        assert "given as Acme Holding" in shown


async def test_escape_leaves_the_screen_though_the_details_are_up(small: Company) -> None:
    await queue(small, "anna")
    async with approvals(small, size=WIDE) as it:
        await it.press("escape")
        assert lines(it.app)[0].endswith("Users")


async def test_without_the_right_the_screen_is_refused_with_the_reason(small: Company) -> None:
    await small.add_role("Reader", "can_view")
    await small.add("rita", "Reader")
    async with at_desk(small, "rita") as (app, pilot):
        await press(pilot, "3")
        assert lines(app)[0].endswith("Users")
        assert "Approve or reject registrations" in text(app)


# Deciding


async def test_a_approves_at_once_moves_on_and_u_takes_it_back(small: Company) -> None:
    ids = await queue(small, "anna", "bert", "carla")
    async with approvals(small) as it:
        await it.press("a")
        assert await statuses(small, ids) == {
            "anna": "approved",
            "bert": "awaiting_approval",
            "carla": "awaiting_approval",
        }
        assert it.here == "bert"
        assert "anna@x.example approved · u takes it back" in it.text
        await it.press("u")
        assert (await state(small, ids["anna"])).status == "awaiting_approval"
        assert it.here == "bert"
        assert "Anna" in it.text


async def test_after_the_last_one_it_is_the_one_before_and_then_nobody(small: Company) -> None:
    await queue(small, "anna", "bert")
    async with approvals(small) as it:
        await it.press("G", "a")
        assert it.here == "anna"
        await it.press("a")
        assert "Nobody waits." in it.text


async def test_details_in_front_move_on_with_the_decision(small: Company) -> None:
    await queue(small, "anna", "bert")
    async with approvals(small) as it:
        await it.press("enter", "a")
        assert "Bert" in lines(it.app)[2]
        assert "bert@x.example" in it.text


async def test_r_wants_a_reason_and_moves_on(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    async with approvals(small) as it:
        await it.press("r", "enter")
        assert "The reason is missing." in it.text
        await press(it.pilot, *"unknown", "enter")
        assert (await state(small, ids["anna"])).status == "rejected"
        assert (await state(small, ids["anna"])).reason == "unknown"
        assert it.here == "bert"
        assert "anna@x.example rejected · u takes it back" in it.text


async def test_escape_in_the_reason_rejects_nobody(small: Company) -> None:
    ids = await queue(small, "anna")
    async with approvals(small) as it:
        await it.press("r", "x", "escape")
        assert (await state(small, ids["anna"])).status == "awaiting_approval"


async def test_s_looks_at_the_next_without_deciding(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    async with approvals(small) as it:
        await it.press("s")
        assert it.here == "bert"
        await it.press("s")
        assert "That was the last one." in it.text
        assert set((await statuses(small, ids)).values()) == {"awaiting_approval"}


async def test_a_asks_once_where_there_is_something_to_look_at(small: Company) -> None:
    ids = await queue(small, "bert", company_name="Acme Holding")
    async with approvals(small) as it:
        await it.press("a")
        assert "given as Acme Holding" in it.text
        await it.press("n")
        assert (await state(small, ids["bert"])).status == "awaiting_approval"
        await it.press("a", "y")
        assert (await state(small, ids["bert"])).status == "approved"


async def test_a_refusal_of_the_rules_is_said(small: Company) -> None:
    acme = await organisation_id(small, ACME)
    desk = await small.company_administrator("cees")
    await invited(small, "anna", desk, organisation=ACME)
    await small.execute(
        update(schema.membership)
        .where(schema.membership.c.organisation_id == acme)
        .where(schema.membership.c.user_id != 1)
        .values(company_administrator=False)
    )
    async with approvals(small) as it:
        await it.press("a", "y")
        assert "anna@x.example left alone: cees" in it.text
        assert it.here == "anna"


# Several


async def test_several_are_shown_first_and_those_with_warnings_left_out(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    ids |= await queue(small, "carla", company_name="Acme Holding")
    async with approvals(small) as it:
        await it.press("asterisk", "a")
        assert "Approve 2 people?" in it.text
        assert "1 left out" in it.text
        assert "anna@x.example" in it.text
        assert "given as Acme Holding" in it.text
        await it.press("enter")
        assert "Press y for yes" in it.text
        await it.press("y")
        assert await statuses(small, ids) == {
            "anna": "approved",
            "bert": "approved",
            "carla": "awaiting_approval",
        }
        assert it.here == "carla"
        assert "2 approved" in it.text


async def test_marked_ones_are_shown_first_and_n_approves_nobody(small: Company) -> None:
    ids = await queue(small, "anna", "bert", "carla")
    async with approvals(small) as it:
        await it.press("space", "space", "a")
        assert "Approve 2 people?" in it.text
        assert "carla@x.example" not in it.text
        await it.press("n")
        assert set((await statuses(small, ids)).values()) == {"awaiting_approval"}


async def test_a_while_all_are_being_marked_approves_nobody(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await queue(small, "anna", "bert")
    async with approvals(small) as it:
        lister, counted = it.app.opened_desk.approvals, asyncio.Event()
        preview = lister.preview

        async def slow(query: Any) -> Any:
            await counted.wait()
            return await preview(query)

        monkeypatch.setattr(lister, "preview", slow)
        await press(it.pilot, "asterisk")
        await press(it.pilot, "a")
        assert "Still at the last one." in it.text
        assert set((await statuses(small, ids)).values()) == {"awaiting_approval"}
        counted.set()
        await until(it.pilot, lambda: it.screen.list.table.all_marked)
        await it.press("a")
        assert "Approve 2 people?" in it.text


async def test_where_all_have_warnings_nobody_is_approved_together(small: Company) -> None:
    await queue(small, "anna", "bert", company_name="Acme Holding")
    async with approvals(small) as it:
        await it.press("asterisk", "a")
        assert not it.app.screen.is_modal
        assert "one by one" in it.text


async def test_several_are_rejected_with_one_reason(small: Company) -> None:
    ids = await queue(small, "anna", "bert", "carla")
    async with approvals(small) as it:
        await it.press("space", "space", "r")
        assert "Reject these 2 people?" in it.text
        await press(it.pilot, *"closed", "enter")
        assert await statuses(small, ids) == {
            "anna": "rejected",
            "bert": "rejected",
            "carla": "awaiting_approval",
        }


# Haste


async def test_a_second_a_within_a_moment_is_ignored_and_said_softly(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    async with approvals(small) as it:
        await it.press("a")
        await it.press("x", "a", apart=(AGAIN - 0.02) / 2)
        assert (await state(small, ids["bert"])).status == "awaiting_approval"
        assert "· Pressed twice" in it.text
        await it.press("a", apart=AGAIN + 0.01)
        assert (await state(small, ids["bert"])).status == "approved"


async def test_hammering_approves_one_person(small: Company) -> None:
    ids = await queue(small, "anna", "bert", "carla", "dirk")
    async with approvals(small) as it:
        for _ in range(6):
            await it.press("x", "a", apart=0.15)
        approved = [
            name for name, each in (await statuses(small, ids)).items() if each == "approved"
        ]
        assert approved == ["anna"]


async def test_a_held_key_approves_one_person(small: Company) -> None:
    ids = await queue(small, "anna", "bert", "carla", "dirk")
    async with approvals(small) as it:
        for turn in range(8):
            key = Key("a", "a")
            key.time = 500.0 + turn * (HELD - 0.01)
            it.seconds += HELD - 0.01
            it.app.post_message(key)
            await until(it.pilot, lambda: not it.app.gate.waiting)
            await rest(it.pilot)
        assert list((await statuses(small, ids)).values()).count("approved") <= 1


async def test_a_pasted_text_approves_nobody(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    async with approvals(small) as it:
        for each in "banana":
            it.app.post_message(Key(each, each))
        await until(it.pilot, lambda: not it.app.gate.waiting)
        await rest(it.pilot)
        assert set((await statuses(small, ids)).values()) == {"awaiting_approval"}


async def test_a_right_after_the_person_changed_by_itself_is_ignored(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    async with approvals(small) as it:
        shown = it.screen.list
        await it.press("j", "k")
        await small.execute(
            update(schema.registration)
            .where(schema.registration.c.id == ids["anna"])
            .values(company_name="Acme Nederland B.V.", version=schema.registration.c.version + 1)
        )
        it.app.moved()
        await until(it.pilot, lambda: shown.shifted_at is not None)
        await rest(it.pilot)
        await it.press("a", apart=SHIFTED - 0.01)
        assert (await state(small, ids["anna"])).status == "awaiting_approval"
        assert not it.app.screen.is_modal
        assert "· What is shown has just changed" in it.text
        await it.press("a")
        assert it.app.screen.is_modal or (await state(small, ids["anna"])).status == "approved"


async def test_the_own_key_is_no_change_by_itself(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    async with approvals(small) as it:
        await it.press("j")
        await it.press("a", apart=0.01)
        assert (await state(small, ids["bert"])).status == "approved"


async def test_a_click_on_the_footer_goes_by_the_same_rule(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    async with approvals(small) as it:
        approve = it.screen.declared["approvals.approve"]
        it.screen.choose(approve)
        await rest(it.pilot)
        it.screen.choose(approve)
        await rest(it.pilot)
        assert list((await statuses(small, ids)).values()).count("approved") == 1


# Others


async def test_an_arrival_shows_and_leaves_the_cursor_where_it_is(small: Company) -> None:
    await queue(small, "anna", "bert")
    async with approvals(small) as it:
        await it.press("j")
        await queue(small, "carla")
        await until(it.pilot, lambda: "Carla" in it.text)
        assert it.here == "bert"


async def test_an_arrival_leaves_what_is_being_typed(small: Company) -> None:
    await queue(small, "anna", "bert")
    async with approvals(small) as it:
        await it.press("r", *"no")
        await queue(small, "carla")
        await until(it.pilot, lambda: it.app.waiting and it.app.waiting.number == 3)
        assert it.app.screen.is_modal
        assert "no" in it.text


async def test_what_another_decided_stays_with_their_name_until_it_is_left(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    admin = await small.add("bob", "Administrator")
    async with approvals(small, size=WIDE) as it:
        await admin.approvals.approve(await pick(admin, ids["anna"]))
        await until(it.pilot, lambda: "† approved by bob" in lines(it.app)[-2])
        assert it.here == "anna"
        await until(it.pilot, lambda: it.text.count("approved by bob") > 1)
        await it.press("a")
        assert "anna@x.example left alone: bob decided already" in it.text
        await it.press("j")
        assert it.here == "bert"
        assert "Anna" not in it.text


async def test_rejecting_what_was_decided_says_who_and_when(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    admin = await small.add("bob", "Administrator")
    async with approvals(small) as it:
        await it.press("r")
        await admin.approvals.approve(await pick(admin, ids["anna"]))
        await press(it.pilot, *"no", "enter")
        assert "bob decided already" in it.text
        assert (await state(small, ids["anna"])).status == "approved"


# The badge


async def test_every_screen_says_how_many_wait_and_where(small: Company) -> None:
    await queue(small, "anna", "bert")
    async with at_desk(small) as (app, pilot):
        await until(pilot, lambda: app.waiting is not None)
        for key in ("2", "9", "7", "1"):
            await press(pilot, key)
            assert "3 ○ 2 waiting" in lines(app)[0]
        await queue(small, "carla")
        await until(pilot, lambda: "3 ○ 3 waiting" in lines(app)[0])


async def test_nothing_is_said_where_nobody_waits_or_to_who_may_not_approve(
    small: Company,
) -> None:
    async with at_desk(small) as (app, pilot):
        await until(pilot, lambda: app.waiting is not None)
        assert "waiting" not in lines(app)[0]
    await queue(small, "anna")
    await small.add_role("Reader", "can_view")
    await small.add("rita", "Reader")
    async with at_desk(small, "rita") as (app, pilot):
        await small.add("someone")
        await until(pilot, lambda: "someone" in text(app))
        assert "waiting" not in lines(app)[0]


async def test_a_company_administrator_is_told_of_their_own_alone(small: Company) -> None:
    await queue(small, "anna")
    await queue(small, "stranger", organisation_id=None)
    await small.company_administrator("cees")
    async with approvals(small, "cees") as it:
        await until(it.pilot, lambda: "3 ○ 1 waiting" in lines(it.app)[0])
        assert "Anna" in it.text
        assert "Stranger" not in it.text


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_foreign_text_stays_text(small: Company, size: tuple[int, int]) -> None:
    evil = "[@click=app.quit]x[/] \x1b]52;c;eA==\x07\u202e"
    await queue(small, "anna", company_name=evil)
    await small.set_user("anna", display_name=evil)
    async with approvals(small, size=size) as it:
        if size == NARROW:
            await it.press("enter")
        assert "[@click=app.quit]" in it.text
        assert not set(it.text) & {"\x1b", "\x07", "\u202e"}
        await it.press("a")
        assert it.app.screen.is_modal
        assert not set(it.text) & {"\x1b", "\x07", "\u202e"}


async def test_a_key_pressed_before_somebody_was_shown_is_not_for_them(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    async with approvals(small) as it:
        late = Key("a", "a")
        late.time -= 0.2
        await it.press("s")
        it.app.post_message(late)
        await until(it.pilot, lambda: "before this person was shown" in it.text)
        await rest(it.pilot)
        assert set((await statuses(small, ids)).values()) == {"awaiting_approval"}
        await it.press("a")
        assert (await statuses(small, ids))["bert"] == "approved"


async def test_the_queue_is_narrowed_by_words_and_by_the_organisation(small: Company) -> None:
    await queue(small, "anna", "bert")
    await small.add_organisation("Other BV")
    other = await organisation_id(small, "Other BV")
    await queue(small, "carla", organisation_id=other, company_name="Other BV")
    async with approvals(small) as it:
        await it.press("slash")
        await press(it.pilot, *"bert", "enter")
        assert it.here == "bert"
        assert "1 of 1" in it.text
        await it.press("escape")
        it.app.narrow("Other BV")
        await until(it.pilot, lambda: it.here == "carla")
        assert "Anna" not in it.text
        assert "3 ○ 3 waiting" in lines(it.app)[0]


async def test_the_first_to_arrive_can_be_approved_at_once(small: Company) -> None:
    async with approvals(small) as it:
        ids = await queue(small, "anna")
        await until(it.pilot, lambda: it.here == "anna")
        await rest(it.pilot)
        await it.press("a", apart=0.01)
        assert (await state(small, ids["anna"])).status == "approved"


async def test_whoever_waits_longer_than_promised_has_a_sign_beside_the_age(
    small: Company,
) -> None:
    await queue(small, "anna")
    small.clock.move(hours=25)
    await queue(small, "bert")
    async with shown(small) as it:
        await it.press("3")
        anna, bert = (
            next(line for line in it.text.splitlines() if name in line and "ago" not in line)
            for name in ("Anna", "Bert")
        )
        assert "1 d ▲" in anna
        assert "▲" not in bert
        await it.press("9")
        assert "1 longer than promised" in it.text


async def test_a_reason_is_chosen_from_the_usual_ones_and_can_be_changed(small: Company) -> None:
    number = (await queue(small, "anna"))["anna"]
    async with shown(small) as it:
        await it.press("3", "r")
        assert "We do not know you at this company." in it.text
        await it.press("down", "down", *" Really.", "enter")
        found = await small.desk.approvals.show(number)
        assert found.status == "rejected"
    rows = await small.execute(select(schema.registration.c.reason))
    assert rows[0].reason == "We do not know you at this company. Really."


@pytest.mark.parametrize("size", [NARROW, WIDE])
async def test_e_asks_for_more_moves_on_and_u_takes_it_back(
    small: Company, size: tuple[int, int]
) -> None:
    ids = await queue(small, "anna", "bert")
    async with shown(small, size=size) as it:
        await it.press("3", "e")
        assert "What do you need of this person?" in it.text
        await it.press("enter")
        assert it.app.screen.is_modal
        await it.press(*"Why?", "enter")
        assert (await small.desk.approvals.show(ids["anna"])).status == "details"
        await it.until(lambda: "anna@x.example asked for more" in it.text)
        await it.until(lambda: "Waiting 1" in it.text)
        await it.press("u")
        assert (await small.desk.approvals.show(ids["anna"])).status == "awaiting_approval"


async def test_z_puts_off_to_a_tab_of_its_own_and_back(small: Company) -> None:
    await queue(small, "anna", "bert")
    async with shown(small) as it:
        await it.press("3", "z")
        assert "tomorrow morning" in it.text
        await it.press("enter")
        await it.until(lambda: "Put off 1" in it.text.replace("  ", " "))
        assert "Anna" not in "".join(it.text.splitlines()[3:-3])
        await it.press("right_square_bracket")
        await it.until(lambda: "Anna" in it.text)
        await it.press("z")
        await it.until(lambda: "Put off 0" in it.text.replace("  ", " "))


async def test_v_vouches_for_who_somebody_is_and_moves_on(small: Company) -> None:
    ids = await queue(small, "anna", "bert")
    times = {"created_at": small.clock(), "updated_at": small.clock()}
    person = {"user_id": (await small.user("anna")).id, "given_names": "Anna"}
    await small.execute(insert(schema.digital_identity).values(**person, **times))
    async with shown(small, size=WIDE) as it:
        await it.press("3", "v")
        found = await small.desk.approvals.show(ids["anna"])
        assert found.identity_status == "validated"
        assert it.app.screen.list.current.email == "bert@x.example"  # type: ignore[attr-defined]
        await it.press("v")
        assert "no personal details to vouch for" in it.text
        await it.press("k")
        await it.until(lambda: "Identity      validated" in it.text)


def _more_wait(it: Shown, than: int) -> bool:
    return it.app.waiting is not None and it.app.waiting.number > than


async def test_the_bell_rings_where_it_is_wanted_when_somebody_comes(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    await queue(small, "anna")
    async with shown(small) as it:
        rung: list[bool] = []
        monkeypatch.setattr(it.app, "bell", lambda: rung.append(it.app.wiring.bell))
        for wanted in (False, True):
            it.app.wiring = it.app.wiring._replace(bell=wanted)
            before = it.app.waiting.number if it.app.waiting else 0
            await queue(small, f"bert{before}")
            await it.until(partial(_more_wait, it, before))
        assert rung == [True]


async def test_who_named_no_company_is_asked_about_once_where_to(small: Company) -> None:
    number = await applicant(small, "anna")
    async with shown(small) as it:
        await it.press("3", "a")
        assert "the environment alone" in it.text
        await it.press("escape")
        assert (await state(small, number)).status == "awaiting_approval"
        it.app.screen._haste._pressed = None  # type: ignore[attr-defined]
        await it.press("a", *"acme", "enter")
        assert (await state(small, number)).status == "approved"
        assert "anna" in await members(small, ACME)
