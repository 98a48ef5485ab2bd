"""States: an invitation's as of now, and how long a failed mail waits."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.lifecycle import (
    DROPPABLE,
    HEARTBEAT_FRESH,
    INVITATION_STATUSES,
    LEASE,
    LIVE,
    MESSAGE_STATUSES,
    PRIORITY,
    RESENDABLE,
    RETRYABLE,
    back_off,
    invitation_status,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize("status", INVITATION_STATUSES)
def test_only_what_is_live_expires_and_at_its_very_moment(status: str) -> None:
    assert invitation_status(status, NOW + MOMENT, NOW) == status
    for late in (NOW, NOW - MOMENT, NOW - timedelta(days=999)):
        assert invitation_status(status, late, NOW) == ("expired" if status in LIVE else status)


def test_states_are_words_of_the_lists() -> None:
    assert {*LIVE, *RESENDABLE} <= set(INVITATION_STATUSES)
    assert {*RETRYABLE, *DROPPABLE} <= set(MESSAGE_STATUSES)
    assert not {"sent", "sending"} & {*RETRYABLE, *DROPPABLE}
    assert not {"accepted", "revoked", "undone"} & set(RESENDABLE)


@given(st.integers(-5, 1000))
def test_a_wait_is_within_a_fifth_of_its_step_and_never_longer_than_a_day(attempts: int) -> None:
    steps = (1, 5, 15, 60, 180, 360, 720, 1440)
    step = timedelta(minutes=steps[min(max(attempts, 1), len(steps)) - 1])
    assert 0.8 * step <= back_off(attempts) <= 1.2 * step


def test_waits_differ_so_that_crowds_disperse() -> None:
    assert len({back_off(3) for _ in range(50)}) > 40


def test_notices_go_before_invitations_and_a_lease_outlives_a_heartbeat() -> None:
    assert PRIORITY["revocation"] < PRIORITY["invitation"]
    assert HEARTBEAT_FRESH * 2 < LEASE
