"""An act in parts: told how far it has come, stopped between two, and every row reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import OutOfReach
from tui_admin.domain.outcomes import PART, Outcome, Picks, Row, Undo
from tui_admin.tui.bulk import Bulk

if TYPE_CHECKING:
    from tui_admin.services.facade import Desk

EVERYBODY = Picks.of(*range(1, 2 * PART + 11))


class App:
    """What a bulk asks of the dashboard."""

    opened_desk: Any = None

    def __init__(self) -> None:
        self.said: list[str] = []
        self.running: list[Bulk] = []

    def begin(self, bulk: Bulk) -> None:
        self.running.append(bulk)

    def progress(self, words: str) -> None:
        self.said.append(words)

    def end(self, bulk: Bulk) -> None:
        self.running.remove(bulk)


async def block(_desk: Desk, picks: Picks) -> Outcome:
    done = tuple(Row(pick.id, f"p{pick.id}") for pick in picks.named)
    return Outcome("user.block", done, undo=Undo((done[0].id,)))


async def test_an_act_on_many_goes_in_parts_and_says_how_far_it_is() -> None:
    app: Any = App()
    outcome = await Bulk(app, "Blocking", EVERYBODY).run(block)
    assert len(outcome.done) == 2 * PART + 10
    assert outcome.undo is not None
    assert [each.events for each in outcome.undo.parts] == [(1,), (PART + 1,), (2 * PART + 1,)]
    assert app.said[1] == "Blocking: 500 of 1,010 · X stops it"
    assert app.running == []


async def test_one_that_is_stopped_ends_with_its_part_and_reports_the_others() -> None:
    app: Any = App()
    bulk = Bulk(app, "Blocking", EVERYBODY)

    async def until_told(desk: Desk, picks: Picks) -> Outcome:
        app.running[0].stopped = True
        return await block(desk, picks)

    outcome = await bulk.run(until_told)
    assert len(outcome.done) == PART
    assert len(outcome.skipped) == PART + 10
    assert {row.reason.id for row in outcome.skipped if row.reason} == {"not_reached"}
    assert len((await bulk.again(outcome, block)).done) == PART + 10


async def test_one_whose_store_goes_away_keeps_what_was_done() -> None:
    app: Any = App()

    async def once(desk: Desk, picks: Picks) -> Outcome:
        if picks.named[0].id > 1:
            raise OutOfReach("store_busy")
        return await block(desk, picks)

    outcome = await Bulk(app, "Blocking", EVERYBODY).run(once)
    assert len(outcome.done) == PART
    assert {row.reason.id for row in outcome.skipped if row.reason} == {"store_busy"}
