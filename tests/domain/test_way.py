"""The rule of how far an invitation came, and where it is stuck."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tui_admin.domain.journey import (
    PATIENCE,
    STEPS,
    STUCK,
    Invited,
    Registered,
    journey,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def invited(status: str, days: float = 0, *, sent: bool = True) -> Invited:
    """Return an invitation that has stood so for some days."""
    at = NOW - days * DAY
    return Invited(status, at, at - DAY, at - DAY if sent else None, NOW + 9 * DAY)


def registered(status: str, days: float = 0, **at: datetime) -> Registered:
    """Return a registration that has stood so for some days."""
    return Registered(status, NOW - days * DAY, NOW - 90 * DAY, **at)


@pytest.mark.parametrize(
    ("one", "other", "step", "ended"),
    [
        (invited("queued", sent=False), None, "queued", ""),
        (invited("sent"), None, "sent", ""),
        (invited("sent"), registered("started"), "started", ""),
        (invited("queued"), registered("account"), "account", ""),
        (invited("accepted"), None, "verified", ""),
        (invited("accepted"), registered("details"), "details", ""),
        (invited("accepted"), registered("completed"), "completed", ""),
        (
            invited("accepted"),
            registered("rejected", submitted_at=NOW),
            "awaiting_approval",
            "rejected",
        ),
        (invited("accepted"), registered("withdrawn"), "details", "withdrawn"),
        (
            invited("accepted"),
            registered("withdrawn", submitted_at=NOW, decided_at=NOW),
            "approved",
            "withdrawn",
        ),
        (invited("failed"), None, "queued", "failed"),
        (invited("undone", sent=False), None, "queued", "undone"),
        (invited("revoked", sent=False), None, "queued", "revoked"),
        (invited("revoked"), None, "sent", "revoked"),
        (invited("expired"), registered("account"), "account", "expired"),
    ],
)
def test_the_last_step_is_told_and_how_it_ended(
    one: Invited, other: Registered | None, step: str, ended: str
) -> None:
    found = journey(one, other, NOW)
    assert (found.step, found.ended) == (step, ended)


@pytest.mark.parametrize("step", PATIENCE)
def test_where_nothing_happens_for_too_long_it_is_stuck(step: str) -> None:
    days = PATIENCE[step] / DAY
    for waited, stuck in ((days * 0.99, ""), (days, step), (days * 9, step)):
        if step in ("queued", "sent"):
            found = journey(invited(step, waited), None, NOW)
        else:
            status = "sent" if step in ("started", "account") else "accepted"
            found = journey(invited(status, 90), registered(step, waited), NOW)
        assert (found.step, found.stuck) == (step, stuck)
        assert found.since == NOW - waited * DAY


def test_a_new_link_starts_the_waiting_anew() -> None:
    assert journey(invited("sent"), registered("started", 30), NOW).stuck == ""


def test_what_ended_by_itself_is_stuck_and_what_somebody_ended_is_not() -> None:
    for status in ("failed", "expired"):
        assert journey(invited(status), None, NOW).stuck == status
    for status in ("revoked", "undone"):
        assert journey(invited(status, 90), None, NOW).stuck == ""
    for status in ("rejected", "withdrawn", "completed"):
        assert journey(invited("accepted", 90), registered(status, 90), NOW).stuck == ""


def test_every_step_but_the_last_can_be_asked_for() -> None:
    assert ("any", *STEPS[:-1], "failed", "expired") == STUCK


def test_what_was_written_before_times_were_kept_has_others() -> None:
    old = Registered("approved", None, NOW - 9 * DAY, NOW - 8 * DAY, NOW - 7 * DAY)
    assert old.since == NOW - 7 * DAY
    assert Invited("sent", None, NOW - 9 * DAY, NOW - 8 * DAY, NOW).since == NOW - 8 * DAY
    assert Invited("expired", NOW, NOW, NOW, NOW - DAY).since == NOW - DAY
