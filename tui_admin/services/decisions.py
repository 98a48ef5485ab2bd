"""How many registrations were decided on, day by day, and by whom."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import and_, case, func, select

from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.joining import registration

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.services.work import Work

DAYS: Final = 14
"""Days that are told, today the last of them."""
DECIDERS: Final = 4
"""Operators who are named, those who decided most."""


class Decisions(NamedTuple):
    """Decisions of the last days, the oldest day first, and who made how many of them."""

    per_day: tuple[int, ...] = ()
    by: tuple[tuple[str, int], ...] = ()


def days(now: datetime) -> tuple[datetime, ...]:
    """Return when each of the days begins in the machine's zone, and when the last one ends."""
    today = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    return tuple(today + timedelta(days=each) for each in range(1 - DAYS, 2))


async def decisions(work: Work) -> Decisions:
    """Return them, where the operator may decide; nothing for those who may nowhere."""
    scope = work.rights.scope("can_approve")
    if not scope:
        return Decisions()
    begins, at = days(work.now), registration.c.decided_at
    mine = [at >= begins[0], registration.c.decided_by.is_not(None)]
    if not scope.everywhere:
        mine.append(registration.c.organisation_id.in_(scope.organisations))
    counts = [func.count(case((and_(at >= begin, at < end), 1))) for begin, end in pairwise(begins)]
    (per_day,) = await work.rows(select(*counts).where(*mine))
    number = func.count()
    by = (
        select(user.c.username, number)
        .select_from(registration.join(user, registration.c.decided_by == user.c.id))
        .where(*mine)
        .group_by(user.c.username)
        .order_by(number.desc(), user.c.username)
        .limit(DECIDERS)
    )
    return Decisions(tuple(per_day), tuple((name, many) for name, many in await work.rows(by)))
