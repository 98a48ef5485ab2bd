"""Screen 8: the log, one event in full, and whether it is whole."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from tests.support.company import START
from tests.support.screens import shown
from tui_admin.domain.lists.audit import AuditRow
from tui_admin.store.schema.audit import audit_event
from tui_admin.tui.details.event import event_details

if TYPE_CHECKING:
    from tests.support.company import Company

SIZES = [(80, 24), (120, 40)]
NOW = START + timedelta(hours=1)


def event(before: str, after: str, subject: str = "ada@acme.example") -> AuditRow:
    return AuditRow(7, START, "founder", "user.block", subject, before, after, "tui", "ab12")


def test_an_event_tells_each_field_as_it_was_and_became() -> None:
    text = event_details(
        event('{"status": "active", "role": "Desk"}', '{"status": "blocked", "reason": "left"}'),
        NOW,
    ).plain
    assert "user block\nada@acme.example" in text
    assert "status\n  − active\n  + blocked\n" in text
    assert "reason        left\n" in text
    assert "role\n  − Desk\n" in text
    assert "ab12" in text


@pytest.mark.parametrize("broken", ["{", "[]", "", '"x"'])
def test_an_event_that_cannot_be_read_is_shown_all_the_same(broken: str) -> None:
    assert "user block" in event_details(event(broken, broken), NOW).plain


def test_nothing_hostile_in_an_event_reaches_the_screen() -> None:
    hostile = "\\u001b]52;c;eA==\\u0007\\u202e[/b]"
    text = event_details(event("{}", f'{{"name": "{hostile}"}}', "\x1b[2Jx"), NOW).plain
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    assert "[/b]" in text


@pytest.mark.parametrize("size", SIZES)
async def test_the_log_is_listed_narrowed_to_one_subject_and_verified(
    small: Company, size: tuple[int, int]
) -> None:
    await small.add("ada")
    await small.desk.users.block(await small.pick("ada"))
    await small.add("bob")
    async with shown(small, size=size) as it:
        await it.press("8")
        assert it.text.splitlines()[0].rstrip().endswith("Audit")
        assert "bob@acme.example" in it.text
        await it.press("down", "s")
        await it.until(lambda: "bob@acme.example" not in it.text)
        await it.until(lambda: "1 of 2" in it.text)
        await it.press("v")
        assert "The log is whole: 4 events" in it.text


async def test_an_event_that_was_changed_behind_our_back_is_named(small: Company) -> None:
    await small.add("ada")
    await small.execute(update(audit_event).where(audit_event.c.id == 2).values(text="{}"))
    async with shown(small) as it:
        await it.press("8", "v")
        assert "Event 2 is not what was written" in it.text


async def test_what_is_done_meanwhile_appears_by_itself(small: Company) -> None:
    async with shown(small) as it:
        await it.press("8")
        await small.add("ada")
        await it.until(lambda: "ada@acme.example" in it.text)


async def test_who_may_not_see_the_log_is_told(small: Company) -> None:
    await small.add("bas")
    async with shown(small, who="bas") as it:
        await it.press("8")
        assert it.text.splitlines()[0].rstrip().endswith("Users")
        assert "See the audit log" in it.text.splitlines()[-2]
