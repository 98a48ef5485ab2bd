"""What a list does while it is read, when there is nothing, and when reading fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.fakes import FakeHub, lines, opened, press, rest, text, user_row
from tests.support.settle import until
from tui_admin.domain.errors import Denied, OutOfReach
from tui_admin.tui.lists.record_list import RecordList
from tui_admin.tui.lists.states import Aim, State
from tui_admin.tui.lists.window import Run
from tui_admin.tui.notices import shortened

if TYPE_CHECKING:
    from tui_admin.tui.app import Dashboard


def the_list(app: Dashboard) -> RecordList:
    return app.screen.query_one(RecordList)


def hub(number: int = 3) -> FakeHub:
    return FakeHub([user_row(each) for each in range(1, number + 1)])


async def test_before_the_first_answer_it_says_that_it_reads() -> None:
    store = hub()
    store.desk.users.gate.clear()
    async with opened(store) as (app, pilot):
        await until(pilot, lambda: "Reading the users" in text(app))
        assert the_list(app).state is State.LOADING
        store.desk.users.gate.set()
        await until(pilot, lambda: "user0001@acme.example" in text(app))


async def test_the_first_frame_needs_no_store() -> None:
    store = hub()
    store.desk.users.gate.clear()

    app = store.dashboard()
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.screen.name == "users" or lines(app)[0].endswith("Users"))
        assert lines(app)[0].endswith("Users")
        store.desk.users.gate.set()


async def test_no_rows_say_what_to_press_next() -> None:
    async with opened(hub(0)) as (app, _):
        assert "No users." in text(app)
        assert "i invites people · + adds a user" in text(app)


async def test_no_rows_because_of_the_filter_say_how_to_get_them_back() -> None:
    async with opened(hub()) as (app, pilot):
        await press(pilot, "slash", *"nobody", "enter")
        assert "No users match the filter." in text(app)
        await press(pilot, "escape")
        assert "3 users" not in text(app)
        assert "user0003@acme.example" in text(app)


async def test_a_failure_says_why_and_ctrl_r_tries_again() -> None:
    store = hub()
    store.desk.users.broken = OutOfReach("store_away")
    async with opened(store) as (app, pilot):
        assert the_list(app).state is State.FAILED
        assert "ctrl+r tries again" in text(app)
        store.desk.users.broken = None
        await press(pilot, "ctrl+r")
        assert the_list(app).state is State.ROWS


async def test_rows_that_are_there_survive_a_failure_to_read_them_again() -> None:
    store = hub()
    async with opened(store) as (app, pilot):
        store.desk.users.broken = OutOfReach("store_away")
        await press(pilot, "ctrl+r")
        assert the_list(app).state is State.ROWS
        assert "user0001@acme.example" in text(app)
        assert app.notice is not None
        assert app.notice.tone == "error"


async def test_a_late_answer_never_overwrites_a_newer_one() -> None:
    store = hub()
    async with opened(store) as (app, pilot):
        shown = the_list(app)
        late = Run((user_row(99),), ((99, 99),), offset=0)
        shown.post_message(RecordList.RowsArrived(shown.generation - 1, late, Aim.START))
        shown.post_message(RecordList.ReadFailed(shown.generation - 1, OutOfReach("store_away")))
        await rest(pilot)
        assert "user0099" not in text(app)
        assert shown.state is State.ROWS


async def test_a_product_is_completed_from_those_there_are() -> None:
    async with opened(hub()) as (app, pilot):
        await press(pilot, "slash", *"product:eh", "tab")
        assert the_list(app).bar.value == "product:eherkenning-3"


async def test_typing_on_gives_up_the_question_before() -> None:
    store = hub()
    async with opened(store) as (app, pilot):
        await press(pilot, "slash")
        store.desk.users.gate.clear()
        await pilot.press("u", "s", "e", "r", "0", "0", "0", "2")
        store.desk.users.gate.set()
        await rest(pilot)
        assert [row.id for row in the_list(app).table.run.rows] == [2]


async def test_walking_down_a_long_list_meets_every_row_once() -> None:
    store = hub(700)
    async with opened(store) as (app, pilot):
        table = the_list(app).table
        met = [table.current.id]
        while len(met) < 700:
            table.action_move(1)
            if table.current.id != met[-1]:
                met.append(table.current.id)
            if table.at >= len(table.run.rows) - 20:
                await rest(pilot)
        assert met == list(range(1, 701))
        await rest(pilot)
        assert "700 of 700" in text(app)


async def test_end_and_home_reach_the_ends_of_a_list_that_is_not_all_here() -> None:
    async with opened(hub(1000)) as (app, pilot):
        await press(pilot, "G")
        assert the_list(app).table.current.id == 1000
        assert "1,000 of 1,000" in text(app)
        await press(pilot, "k", "g")
        assert the_list(app).table.current.id == 1
        assert "1 of 1,000" in text(app)


async def test_pages_move_the_view_with_the_cursor() -> None:
    async with opened(hub(200)) as (app, pilot):
        table = the_list(app).table
        await press(pilot, "pagedown")
        assert table.at == table.height
        await press(pilot, "ctrl+d", "ctrl+u", "pageup")
        assert table.at == 0


async def test_what_comes_above_pushes_neither_cursor_nor_view() -> None:
    store = hub(300)
    async with opened(store) as (app, pilot):
        table = the_list(app).table
        await press(pilot, "pagedown", "pagedown")
        here, line = table.current.id, table.at - table.top
        store.desk.users.rows += [user_row(each) for each in range(-7, 0)]
        store.feed.at += 1
        await until(pilot, lambda: table.run.rows[0].id == -7)
        await rest(pilot)
        assert (table.current.id, table.at - table.top) == (here, line)
        assert f"{here + 7} of" in text(app)


async def test_a_row_that_many_push_out_of_view_is_no_row_that_left() -> None:
    store = hub(300)
    async with opened(store) as (app, pilot):
        table = the_list(app).table
        store.desk.users.rows += [user_row(each) for each in range(-250, 0)]
        store.feed.at += 1
        await until(pilot, lambda: table.run.before)
        await rest(pilot)
        assert table.gone is None
        assert table.current.id == 1
        assert "251 of 550" in text(app)


async def test_who_comes_after_all_were_marked_is_not_marked() -> None:
    store = hub(2)
    async with opened(store) as (app, pilot):
        await press(pilot, "asterisk")
        assert "all 2 that match are marked" in text(app)
        store.desk.users.rows.append(user_row(3))
        store.feed.at += 1
        await until(pilot, lambda: "user0003" in text(app))
        marked = [line for line in lines(app) if "✓" in line[:3]]
        assert [each for each in marked if "user0003" in each] == []
        assert len(marked) == 2


async def test_a_row_that_left_alone_has_no_place() -> None:
    store = hub(1)
    async with opened(store) as (app, pilot):
        store.desk.users.rows.clear()
        store.feed.at += 1
        await until(pilot, lambda: "– of 0" in text(app))
        assert "1 of 0" not in text(app)


async def test_a_store_that_goes_away_is_said_and_its_return_is_felt() -> None:
    store = hub()
    async with opened(store) as (app, pilot):
        store.feed.broken = OutOfReach("store_away")
        await until(pilot, lambda: "ctrl+r tries now" in text(app))
        store.feed.broken = None
        await until(pilot, lambda: "ctrl+r tries now" not in text(app))
        assert the_list(app).state is State.ROWS


async def test_who_may_not_see_any_more_sees_nothing_and_is_told_why() -> None:
    store = hub()
    async with opened(store) as (app, pilot):
        denied = Denied("operator_blocked", who="founder")

        async def rights() -> None:
            raise denied

        store.desk.rights = rights  # type: ignore[method-assign,assignment]
        store.desk.users.broken = denied
        store.feed.at += 1
        await until(pilot, lambda: the_list(app).state is State.FAILED)
        await rest(pilot)
        assert "user0001" not in text(app)
        assert app.notice is not None
        assert app.notice.text == "The account founder is blocked."
        assert "tries now" not in text(app)


def test_a_line_that_is_too_long_keeps_what_to_press() -> None:
    line = "Mail waits: The server mail.example:25 does not answer. Is it there? · 7 shows why"
    short = shortened(line, 50)
    assert len(short) <= 50
    assert short.startswith("Mail waits: The server")
    assert short.endswith("… · 7 shows why")
    assert shortened(line, 200) == line
    act = "1 blocked · piet@acme.example left alone: It has been changed · u takes it back · 5 s"
    assert shortened(act, 60).endswith("… · u takes it back · 5 s")
    assert shortened("nothing to press here", 10) == "nothing t…"


async def test_a_store_with_a_long_address_is_said_to_be_away_in_a_narrow_line() -> None:
    store = hub()
    async with opened(store) as (app, pilot):
        where = "postgresql+psycopg://somebody@a-rather-long-host.example:5432/a_database"
        store.feed.broken = OutOfReach("store_unreachable", store=where, why="no route")
        await until(pilot, lambda: "The store does not answer · ctrl+r tries now" in text(app))


async def test_mail_that_waits_is_said_in_the_servers_words() -> None:
    store = hub()
    store.desk.trouble = "421 too busy"
    async with opened(store) as (app, pilot):
        await until(pilot, lambda: "Mail waits: 421 too busy" in text(app))


async def test_a_store_that_cannot_be_opened_ends_the_program_with_the_reason() -> None:
    async def connect() -> object:
        raise OutOfReach("store_away")

    app = hub().dashboard(connect=connect)
    async with app.run_test() as pilot:
        await until(pilot, lambda: not app.is_running or app.return_code)
    assert app.return_code == 4


async def test_leaving_lets_go_of_the_store() -> None:
    store = hub()
    async with opened(store):
        assert not store.closed
    assert store.closed


async def test_the_mail_worker_starts_after_the_first_rows() -> None:
    seen: list[int] = []

    async def send_mail(_hub: object) -> None:
        seen.append(len(store.desk.users.asked))

    store = hub()
    async with opened(store, send_mail=send_mail) as (_, pilot):
        await until(pilot, lambda: seen)
    assert seen[0] >= 1


async def test_while_nothing_happens_nothing_is_painted() -> None:
    store = hub()
    async with opened(store) as (app, pilot):
        await rest(pilot)
        polls = store.feed.polls
        painted: list[int] = []
        app._display = lambda *_: painted.append(1)  # type: ignore[method-assign]
        await until(pilot, lambda: store.feed.polls > polls + 1)
        assert not painted
