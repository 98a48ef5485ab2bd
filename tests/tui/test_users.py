from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.applicants import members
from tests.support.company import ACME
from tests.support.fakes import at_desk, lines, press, rest, text
from tests.support.screens import shown
from tests.support.settle import until
from tui_admin.tui.screens.users import UsersScreen

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.tui.app import Dashboard


def users(app: Dashboard) -> UsersScreen:
    screen = app.screen
    assert isinstance(screen, UsersScreen)
    return screen


async def people(company: Company, *names: str) -> None:
    for each in names:
        await company.add(each)
        company.clock.move(minutes=1)


async def test_the_newest_stand_first_with_status_in_words_and_tabs_with_counts(
    small: Company,
) -> None:
    await people(small, "anna", "bert")
    await small.invite("carla@acme.example")
    async with at_desk(small) as (app, _):
        painted = lines(app)
    assert painted[1].split()[:6] == ["All", "4", "Active", "3", "Invited", "1"]
    rows = [line.split()[1] for line in painted[4:8]]
    assert rows[:3] == ["○", "●", "●"] or "carla@acme.example" in painted[4]
    assert "invited" in painted[4]
    assert "bert@acme.example" in painted[5]
    assert any(line.strip().startswith("1 of 4") for line in painted)


async def test_typing_finds_and_escape_gives_everything_back(small: Company) -> None:
    await people(small, "anna", "bert")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "slash", *"ann", "enter")
        assert [row.username for row in users(app).list.table.run.rows] == ["anna"]
        assert "1 of 1" in text(app)
        await press(pilot, "escape")
        assert len(users(app).list.table.run.rows) == 3


async def test_letters_typed_into_the_filter_are_no_commands(small: Company) -> None:
    async with at_desk(small) as (app, pilot):
        await press(pilot, "slash", *"qb2")
        assert app.is_running
        assert users(app).list.bar.value == "qb2"
        assert "No users match the filter." in text(app)
        assert "esc clears the filter" in text(app)


async def test_a_fault_in_the_filter_is_said_and_tab_mends_it(small: Company) -> None:
    async with at_desk(small) as (app, pilot):
        await press(pilot, "slash", *"statsu:active")
        assert "tab makes it status:active" in text(app)
        await press(pilot, "tab")
        assert users(app).list.bar.value == "status:active"
        assert len(users(app).list.table.run.rows) == 1


async def test_filters_are_completed_from_the_names_there_are(small: Company) -> None:
    await small.desk.domains.share("freemail.example")
    async with shown(small) as it:
        bar = users(it.app).list.bar
        for typed, completed in (
            ("domain:fr", "domain:freemail.example"),
            ("org:acme", f'org:"{ACME}"'),
            ("role:adv", 'role:"Advanced user"'),
            ("by:m", "by:me"),
        ):
            await it.press("slash", *typed, "tab")
            assert bar.value == completed
            await it.press("escape")


async def test_tabs_narrow_to_a_status_and_the_last_is_another_screen(small: Company) -> None:
    await people(small, "anna")
    await small.desk.users.block(await small.pick("anna"))
    async with at_desk(small) as (app, pilot):
        await press(pilot, "right_square_bracket", "right_square_bracket", "right_square_bracket")
        assert [row.username for row in users(app).list.table.run.rows] == ["anna"]
        await press(pilot, "left_square_bracket")
        assert "No invited users." in text(app)
        assert "i invites people" in text(app)
        await press(pilot, "right_square_bracket", "right_square_bracket")
        assert lines(app)[0].endswith("Invitations")


async def test_b_asks_why_blocks_and_u_takes_it_back(small: Company) -> None:
    await people(small, "anna")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "b")
        assert "anna@acme.example" in text(app)
        await press(pilot, *"left", "enter")
        await until(pilot, lambda: "anna@acme.example blocked" in text(app))
        person = await small.desk.users.show("anna")
        assert (person.row.status, person.blocked_reason) == ("blocked", "left")
        assert "anna@acme.example blocked" in text(app)
        assert "u takes it back" in text(app)
        await press(pilot, "u")
        await until(pilot, lambda: "as before" in text(app))
        assert (await small.user("anna")).status == "active"


async def test_before_an_act_on_many_stands_who_is_left_alone_and_after_it_each_by_reason(
    small: Company,
) -> None:
    await people(small, "anna", "bert", "carla")
    await small.desk.users.block(await small.pick("carla"))
    async with at_desk(small) as (app, pilot):
        await press(pilot, "asterisk", "b")
        await until(pilot, lambda: "Block these 2 users?" in text(app))
        assert "2 are left alone:" in text(app)
        assert "That is your own account." in text(app)
        assert "carla@acme.example" in text(app)
        await press(pilot, "enter")
        await until(pilot, lambda: "2 skipped" in text(app))
        assert "r Retry what was skipped" in text(app)
        assert (await small.user("bert")).status == "blocked"
        await press(pilot, "r")
        await until(pilot, lambda: "0 done" in text(app))
        await press(pilot, "enter", "u")
        await until(pilot, lambda: "as before" in text(app))
        assert (await small.user("bert")).status == "active"


async def test_an_act_that_would_do_nothing_is_refused_before_anything_is_asked(
    small: Company,
) -> None:
    async with at_desk(small) as (app, pilot):
        await press(pilot, "b")
        await until(pilot, lambda: "That is your own account." in text(app))
        assert not app.screen.is_modal


async def test_b_on_somebody_blocked_unblocks(small: Company) -> None:
    await people(small, "anna")
    await small.desk.users.block(await small.pick("anna"))
    async with at_desk(small) as (app, pilot):
        assert "b Unblock" in lines(app)[-1]
        await press(pilot, "b")
        assert (await small.user("anna")).status == "active"


async def test_escape_in_the_reason_blocks_nobody(small: Company) -> None:
    await people(small, "anna")
    async with at_desk(small) as (_, pilot):
        await press(pilot, "b", "escape")
        assert (await small.user("anna")).status == "active"


async def test_marks_make_an_act_for_many_and_every_row_is_reported(small: Company) -> None:
    await people(small, "anna", "bert")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "space", "space", "space")
        assert "3 marked" in text(app)
        await press(pilot, "b", "enter")
        assert [(await small.user(each)).status for each in ("anna", "bert", "founder")] == [
            "blocked",
            "blocked",
            "active",
        ]
        assert "2 blocked" in text(app)
        assert "founder@acme.example left alone" in text(app)


async def test_star_marks_all_that_match_and_role_is_given_to_all(small: Company) -> None:
    await people(small, "anna", "anneke", "bert")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "slash", *"ann", "enter", "asterisk")
        assert "all 2 that match are marked" in text(app)
        await press(pilot, "r", *"advanced", "enter")
        await until(pilot, lambda: "Make these 2 users Advanced user?" in text(app))
        await press(pilot, "enter")
        await until(pilot, lambda: "2 given another role" in text(app))
        roles = [(await small.user(each)).role for each in ("anna", "anneke", "bert")]
        assert roles == ["Advanced user", "Advanced user", "Basic user"]


async def test_details_show_the_person_beside_or_in_front(small: Company) -> None:
    await people(small, "anna")
    async with at_desk(small, size=(120, 40)) as (app, pilot):
        await press(pilot, "enter")
        shown = text(app)
        assert "Username" in shown
        assert "founder@acme.example" in shown
        await press(pilot, "j")
        await until(pilot, lambda: "Administrator" in text(app).split("Username")[0])
        await pilot.resize_terminal(80, 24)
        await rest(pilot)
        assert not users(app).list.display or "E-mail" not in lines(app)[3]
        await press(pilot, "escape")
        assert "E-mail" in lines(app)[3]


async def test_a_row_that_left_stays_as_a_tombstone_until_it_is_left(small: Company) -> None:
    await people(small, "anna", "bert")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "right_square_bracket")
        table = users(app).list.table
        assert table.current.username == "bert"
        await small.desk.users.block(await small.pick("bert"))
        await until(pilot, lambda: table.gone is not None)
        assert "† bert@acme.example" in text(app)
        assert users(app).list.current is None
        await press(pilot, "j")
        assert table.gone is None
        assert table.current.username == "anna"
        assert "bert@acme.example" not in text(app)


async def test_who_comes_appears_and_the_cursor_stays_on_its_row(small: Company) -> None:
    await people(small, "anna", "bert")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "j", "space")
        table = users(app).list.table
        here, marks = table.current.username, set(table.marks)
        await people(small, "zoe")
        await until(pilot, lambda: len(table.run.rows) == 4)
        assert table.current.username == here
        assert set(table.marks) == marks


async def test_plus_adds_a_user(small: Company) -> None:
    async with at_desk(small) as (app, pilot):
        await press(pilot, "plus", *"dora@acme.example", "ctrl+s")
        await until(pilot, lambda: not app.screen.is_modal)
        await rest(pilot)
        assert (await small.user("dora")).status == "active"
        assert "dora@acme.example added" in text(app)


async def test_sorting_by_a_field_and_back(small: Company) -> None:
    await people(small, "zoe", "anna")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "S", *"e-mail", "enter")
        await rest(pilot)
        emails = [row.email for row in users(app).list.table.run.rows]
        assert emails == sorted(emails)
        assert "E-mail▴" in text(app)
        assert "by e-mail, from a to z" in text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_foreign_text_stays_text(small: Company, size: tuple[int, int]) -> None:
    await people(small, "anna")
    await small.set_user("anna", display_name="[@click=app.quit]x[/] \x1b]52;c;eA==\x07\u202e")
    async with at_desk(small, size=size) as (app, pilot):
        await press(pilot, "enter")
        shown = text(app)
        assert "[@click=app.quit]" in shown
        assert not set(shown) & {"\x1b", "\x07", "\u202e"}


async def test_m_adds_to_an_organisation_and_takes_out_of_it_again(small: Company) -> None:
    await people(small, "anna")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "m", "enter", *"acme", "enter")
        await until(pilot, lambda: "anna@acme.example added" in text(app))
        assert (await small.user("anna")).organisations == ("Acme Nederland BV",)
        await press(pilot, "m")
        assert "Acme Nederland BV: take out" in text(app)
        await press(pilot, *"take out", "enter")
        await until(pilot, lambda: "Take this user out of Acme Nederland BV?" in text(app))
        await press(pilot, "enter")
        await until(pilot, lambda: "anna@acme.example taken out" in text(app))
        await press(pilot, "u")
        await until(pilot, lambda: "as before" in text(app))
        assert (await small.user("anna")).organisations == ("Acme Nederland BV",)


async def test_the_last_administrator_of_an_organisation_is_blocked_only_when_that_is_said(
    small: Company,
) -> None:
    await small.add("admin", "Administrator")
    async with at_desk(small, "admin") as (app, pilot):
        await press(pilot, "down", "b")
        await until(pilot, lambda: "Also the last administrator" in text(app))
        assert "founder@acme.example · Acme Nederland BV" in text(app)
        await press(pilot, "n")
        await until(pilot, lambda: "The last active administrator of Acme" in text(app))
        await press(pilot, "b", "y", "enter")
        await until(pilot, lambda: "founder@acme.example blocked" in text(app))


async def test_removing_asks_once_names_everybody_and_leaves_nobody_to_undo(
    small: Company,
) -> None:
    await people(small, "anna", "bert")
    async with at_desk(small) as (app, pilot):
        await press(pilot, "space", "space", "D")
        await until(pilot, lambda: "Remove these 2 users for good?" in text(app))
        assert "anna@acme.example" in text(app)
        assert "what was done stays in the audit log" in text(app)
        await press(pilot, "enter")
        assert app.screen.is_modal
        await press(pilot, "y")
        await until(pilot, lambda: "2 removed for good" in text(app))
        assert len(users(app).list.table.run.rows) == 1


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_somebody_who_leaves_is_out_of_everything_until_it_is_taken_back(
    small: Company, size: tuple[int, int]
) -> None:
    await small.add("anna")
    await small.desk.memberships.add(await small.pick("anna"), ACME)
    async with shown(small, size=size) as it:
        await it.press("l")
        assert "See this user out?" in it.text
        assert "anna@acme.example" in it.text
        await it.press(*"left", "enter")
        await it.until(lambda: "anna@acme.example seen out" in it.text)
        assert (await small.user("anna")).status == "blocked"
        assert "anna" not in await members(small, ACME)
        await it.press("u")
        assert (await small.user("anna")).status == "active"
        assert "anna" in await members(small, ACME)
