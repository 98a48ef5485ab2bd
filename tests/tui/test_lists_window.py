from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from tests.support.fakes import FakeLister, user_row
from tui_admin.domain.listings import Sort
from tui_admin.domain.query import EVERYTHING
from tui_admin.tui.lists.window import MOST, STEP, Run, Window

BY_ID = Sort("id")


def ids(run: Run[object]) -> list[int]:
    return [row.id for row in run.rows]  # type: ignore[attr-defined]


def window(lister: FakeLister) -> Window[object]:
    return Window(lister, EVERYTHING, BY_ID)


async def test_it_starts_at_the_top_and_ends_at_the_bottom() -> None:
    lister = FakeLister([user_row(each) for each in range(1000)])
    first, last = await window(lister).start(), await window(lister).end()
    assert ids(first) == list(range(STEP))
    assert (first.before, first.after, first.offset) == (False, True, 0)
    assert ids(last) == list(range(1000 - STEP, 1000))
    assert (last.before, last.after, last.offset) == (True, False, 1000 - STEP)


async def test_it_opens_around_a_key_with_its_rank() -> None:
    lister = FakeLister([user_row(each) for each in range(1000)])
    run = await window(lister).at((500, 500))
    assert 500 in ids(run)
    assert run.offset == ids(run)[0]
    assert run.before
    assert run.after


async def test_it_keeps_a_bounded_number_of_rows() -> None:
    lister = FakeLister([user_row(each) for each in range(1000)])
    here = window(lister)
    run = await here.start()
    for _ in range(12):
        run = await here.grow(run, down=True)
    assert len(run.rows) == MOST
    assert ids(run) == list(range(1000 - MOST, 1000))
    assert run.offset == 1000 - MOST
    assert not run.after


async def test_reading_the_same_again_shows_what_is_new_at_the_top() -> None:
    lister = FakeLister([user_row(each) for each in range(10, 50)])
    here = window(lister)
    run = await here.start()
    lister.rows.append(user_row(1))
    assert ids(await here.same(run))[:2] == [1, 10]


async def test_reading_the_same_again_survives_the_end_of_its_rows() -> None:
    lister = FakeLister([user_row(each) for each in range(500)])
    here = window(lister)
    run = await here.end()
    del lister.rows[300:]
    again = await here.same(run)
    assert ids(again) == list(range(200, 300))
    assert not again.after


async def test_no_rows_are_a_run_too() -> None:
    here = window(FakeLister([]))
    run = await here.start()
    assert run == await here.grow(run, down=True)
    assert (await here.same(run)).rows == ()


@given(
    st.lists(st.sampled_from(["down", "up", "end", "start", "same", "come", "go"]), max_size=25),
    st.randoms(use_true_random=False),
)
def test_wherever_one_goes_the_run_is_contiguous_and_ranked(steps: list[str], dice: object) -> None:
    async def walk() -> None:
        lister = FakeLister([user_row(each) for each in range(0, 1600, 2)])
        here = window(lister)
        run = await here.start()
        for step in steps:
            if step == "come":
                new = dice.randrange(1, 1600, 2)  # type: ignore[attr-defined]
                lister.rows = [row for row in lister.rows if row.id != new] + [user_row(new)]
            elif step == "go":
                lister.rows.remove(dice.choice(lister.rows))  # type: ignore[attr-defined]
            elif step in {"down", "up"}:
                run = await here.grow(await here.same(run), down=step == "down")
            else:
                run = await (here.same(run) if step == "same" else getattr(here, step)())
            if step not in {"come", "go"}:
                truth = [row.id for row in sorted(lister.rows)]
                first = truth.index(ids(run)[0])
                assert ids(run) == truth[first : first + len(run.rows)]
                assert run.offset == first
                assert run.before == (first > 0)
                assert run.after == (first + len(run.rows) < len(truth))
                assert len(run.rows) <= MOST + STEP

    asyncio.run(walk())
