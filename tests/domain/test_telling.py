"""When a digest is due, by the clock alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tui_admin.domain.telling import DAILY, DIGESTS, HOURLY, is_due, overdue_before, slot

HERE = ZoneInfo("Europe/Amsterdam")
AT = datetime(2026, 3, 2, 9, 41, 7, tzinfo=HERE)


def test_an_hourly_one_is_due_at_every_full_hour() -> None:
    assert slot(HOURLY, AT, 8) == datetime(2026, 3, 2, 9, tzinfo=HERE)


@pytest.mark.parametrize(("hour", "day"), [(8, 2), (9, 2), (10, 1)])
def test_a_daily_one_is_due_at_its_hour(hour: int, day: int) -> None:
    assert slot(DAILY, AT, hour) == datetime(2026, 3, day, hour, tzinfo=HERE)


@pytest.mark.parametrize("digest", DIGESTS)
def test_only_what_is_collected_is_ever_due(digest: str) -> None:
    assert is_due(digest, AT, None, None) is (digest in {HOURLY, DAILY})


def test_who_was_told_or_chose_since_waits_for_the_next() -> None:
    before, after = AT - timedelta(minutes=1), AT + timedelta(minutes=1)
    assert is_due(DAILY, AT, before, before)
    assert not is_due(DAILY, AT, after, before)
    assert not is_due(DAILY, AT, before, after)
    assert not is_due(DAILY, AT, before, AT)


def test_the_target_is_so_many_hours_back() -> None:
    assert overdue_before(AT, 24) == datetime(2026, 3, 1, 9, 41, 7, tzinfo=HERE)
