from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.errors import Refused
from tui_admin.domain.expiry import read_expiry

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HERE = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("14d", NOON + timedelta(days=14)),
        (" 2 weeks ", NOON + timedelta(days=14)),
        ("48h", NOON + timedelta(hours=48)),
        # A day is held to its end where the operator is.
        ("2026-03-31", datetime(2026, 4, 1, tzinfo=HERE)),
        ("31-03-2026", datetime(2026, 4, 1, tzinfo=HERE)),
        ("2026-3-2", datetime(2026, 3, 3, tzinfo=HERE)),
    ],
)
def test_a_date_or_a_length_of_time_is_understood(text: str, until: datetime) -> None:
    assert read_expiry(text, NOON, HERE) == until


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tomorrow", "expiry_form"),
        ("", "expiry_form"),
        ("2026-02-30", "expiry_form"),
        ("9999-12-31", "expiry_form"),
        ("2026-03-01", "expiry_past"),
        ("0d", "expiry_past"),
        ("999999d", "expiry_too_far"),
        ("2028-01-01", "expiry_too_far"),
    ],
)
def test_what_nothing_can_hold_until_is_refused(text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        read_expiry(text, NOON, HERE)


@given(st.text(max_size=20))
def test_anything_typed_is_a_moment_ahead_or_refused(text: str) -> None:
    try:
        until = read_expiry(text, NOON)
    except Refused:
        return
    assert NOON < until <= NOON + timedelta(days=367)
