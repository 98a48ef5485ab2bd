"""Screen 9 on a real store, and its blocks as pure text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.applicants import applicant
from tests.support.dialogs import ACTS, HOSTILE
from tests.support.screens import shown
from tui_admin.domain.errors import OutOfReach
from tui_admin.domain.lists.audit import AuditRow
from tui_admin.domain.outcomes import Picks
from tui_admin.services.decisions import Decisions
from tui_admin.services.overview import Numbers
from tui_admin.services.sending import MailHealth
from tui_admin.tui import glance
from tui_admin.tui.details.lines import changes

if TYPE_CHECKING:
    from tests.support.company import Company

SIZES = [(80, 24), (120, 40)]
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("size", SIZES)
async def test_the_numbers_are_those_of_the_store(small: Company, size: tuple[int, int]) -> None:
    await small.invite("a@acme.example b@acme.example")
    async with shown(small, size=size) as it:
        await it.press("9")
        assert it.text.splitlines()[0].rstrip().endswith("Overview")
        assert "Users  3" in it.text
        assert "Invitations  2" in it.text
        assert "◌ 2 queued" in it.text
        assert "nobody is waiting" in it.text
        assert "invitation send" in it.text


async def test_it_follows_what_others_do(small: Company) -> None:
    async with shown(small) as it:
        await it.press("9")
        assert "Users  1" in it.text
        await small.add("piet")
        await it.until(lambda: "Users  2" in it.text)


async def test_a_store_out_of_reach_is_said_with_the_way_out(
    small: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(small) as it:
        assert it.app.desk is not None
        numbers = it.app.desk.overview.numbers

        async def gone() -> Numbers:
            raise OutOfReach("store_out_of_reach")

        monkeypatch.setattr(it.app.desk.overview, "numbers", gone)
        await it.press("9")
        assert "ctrl+r tries again" in it.text
        monkeypatch.setattr(it.app.desk.overview, "numbers", numbers)
        await it.press("ctrl+r")
        assert "Users  1" in it.text


def test_where_the_portal_is_is_told() -> None:
    assert "http://127.0.0.1:8080" in glance.portal("http://127.0.0.1:8080").plain


async def test_escape_goes_back(small: Company) -> None:
    async with shown(small) as it:
        await it.press("2", "9", "escape")
        assert it.text.splitlines()[0].rstrip().endswith("Invitations")


def event(subject: str, **changes: Any) -> AuditRow:
    row = AuditRow(1, NOW - timedelta(minutes=5), "founder", "user.block", subject, "", "", "", "")
    return row._replace(**changes)


def test_changes_are_told_in_words_without_what_only_the_program_needs() -> None:
    row = event(
        "piet@acme.example",
        before='{"status": "active", "token_hash": "aa", "expires_at": null}',
        after='{"status": "blocked", "token_hash": "bb", "blocked_from": "active",'
        ' "leaves_at": "2026-03-02T09:00:10+00:00", "expires_at": "2026-03-09T09:00:00+00:00"}',
    )
    told = changes(row)
    local = datetime(2026, 3, 9, 9, tzinfo=UTC).astimezone()
    assert told == f"status: active → blocked · expires: {local:%Y-%m-%d %H:%M}"


def test_something_is_never_nothing_and_nothing_is_nothing() -> None:
    assert glance.bar(1, 1_000_000, 20) == "╸"
    assert glance.bar(0, 10, 20) == ""
    assert glance.bar(10, 10, 20) == "━" * 20
    assert len(glance.bar(5, 10, 20)) == 10


def test_the_total_of_users_is_told_and_each_status_has_its_word() -> None:
    text = glance.by_status("1", "Users", {"": 12, "active": 10, "invited": 2}, ("active",), 40)
    assert "Users  12" in text.plain
    assert "● active" in text.plain


def test_the_oldest_who_waits_is_told() -> None:
    numbers = Numbers({}, {}, 30, NOW - timedelta(weeks=5), 4, Decisions(), MailHealth(), ())
    assert "30 waiting, the oldest for 5 w" in glance.waiting(numbers, NOW).plain


def test_an_address_keeps_its_domain_in_a_narrow_event() -> None:
    address = "somebody.with.a.very.long.name@a-rather-long-company.example"
    line = glance.recent((event(address),), 76, 8, NOW).plain
    assert "@a-rather-long-company.example" in line
    assert max(map(len, line.splitlines())) <= 76


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_events_are_only_ever_text(hostile: str) -> None:
    row = event(hostile, operator=hostile, action=hostile, after=f'{{"name": "{hostile[:3]}"}}')
    text = glance.recent((row,), 116, 8, NOW).plain
    assert not any(each in text for each in ACTS)


def test_decisions_are_bars_day_by_day_and_names() -> None:
    found = Decisions((0, 1, 4, 0, 8), (("anna", 9), ("bob", 4)))
    numbers = Numbers({}, {}, 0, None, 0, found, MailHealth(), ())
    assert glance.decided(numbers, 120).plain == (
        "  decided  ·▁▄·█  13 in 5 days, 8 today   anna 9 · bob 4"
    )
    assert len(glance.decided(numbers, 50).plain) <= 50
    assert glance.decided(numbers._replace(decisions=Decisions((0, 0), ())), 80).plain == ""


async def test_who_decided_how_many_stands_in_the_overview(small: Company) -> None:
    number = await applicant(small, "ann")
    await small.desk.approvals.reject(Picks.of(number), "No")
    async with shown(small) as it:
        await it.press("9")
        assert "1 in 14 days, 1 today   founder 1" in it.text
