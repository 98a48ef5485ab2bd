"""When those who may approve are told of who waits, as each has chosen."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

AT_ONCE, HOURLY, DAILY, NEVER = "at-once", "hourly", "daily", "none"
DIGESTS: Final = (AT_ONCE, HOURLY, DAILY, NEVER)
"""How often somebody can be mailed of who waits."""
COLLECTED: Final = (HOURLY, DAILY)
"""Those that one mail at a set time goes with, which tells of all who wait."""

BETWEEN_ESCALATIONS: Final = timedelta(hours=1)
"""Word of those over the target is collected that long, so that a bad day is not a mail each."""


def slot(digest: str, now: datetime, hour: int) -> datetime:
    """Return when the latest digest was due; `now` knows its zone, `hour` (0 to 23) is in that.

    An hourly one is due at every full hour, a daily one at its hour.
    """
    full = now.replace(minute=0, second=0, microsecond=0)
    if digest == HOURLY:
        return full
    today = full.replace(hour=hour)
    return today if today <= now else today - timedelta(days=1)


def is_due(
    digest: str, began: datetime, chosen_at: datetime | None, told_at: datetime | None
) -> bool:
    """Say whether the digest of the slot that `began` then is still to be sent.

    Whoever chose it since, or was told since, has nothing coming before the next.
    """
    return digest in COLLECTED and all(at is None or at < began for at in (chosen_at, told_at))


def overdue_before(now: datetime, target_hours: int) -> datetime:
    """Return the moment before which whoever handed in has waited longer than was promised."""
    return now - timedelta(hours=target_hours)
