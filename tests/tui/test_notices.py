"""What the status line says first, and what `u` takes back; without a screen."""

from __future__ import annotations

from datetime import UTC, datetime

from tui_admin.domain.outcomes import Undo
from tui_admin.tui.notices import Notices

SENT = Undo((1,), datetime(2026, 1, 1, tzinfo=UTC))
PAUSED = Undo((2,))


def test_what_was_sent_before_the_start_is_offered_behind_what_was_done_since() -> None:
    notices = Notices()
    notices.trouble = "Mail is paused"
    notices.acted("Mail is paused", PAUSED, 0.0, None)
    notices.acted_before("1 invitation sent", SENT, 15.0)
    first = notices.last_act(1.0)
    assert first
    assert first.undo == PAUSED
    assert notices.line(1.0) == ("Mail is paused", "warning")
    notices.taken_back(first)
    then = notices.last_act(1.0)
    assert then
    assert then.undo == SENT
    assert notices.last_act(16.0) is None


def test_what_was_sent_since_the_start_is_offered_once() -> None:
    notices = Notices()
    notices.acted("1 invitation sent", SENT, 0.0, 15.0)
    notices.acted_before("1 invitation sent", SENT, 15.0)
    act = notices.last_act(1.0)
    assert act
    notices.taken_back(act)
    assert notices.last_act(1.0) is None
