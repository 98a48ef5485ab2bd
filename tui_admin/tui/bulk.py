"""One act on one, on those marked or on all that match: foreseen, then done in parts.

Each part is a transaction of its own, so that others get their turn between them. What was done
stays done when an act is stopped, and every row is reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tui_admin.domain.errors import AdminError, Refused
from tui_admin.domain.offices import LAST
from tui_admin.domain.outcomes import PART, Outcome, Picks, Row

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_admin.domain.errors import Reason
    from tui_admin.services.facade import Desk
    from tui_admin.tui.app import Dashboard

    Do = Callable[[Desk, Picks], Awaitable[Outcome]]

NAMED = 10
"""People who are named before an act."""


class Bulk:
    """An act on what was picked.

    `plan` is what its rehearsal came to; `even_last` says that the last administrator of an
    organisation is meant, too. It goes on when its screen is left, and ends with the part
    it is at once `stopped` is set.
    """

    def __init__(self, app: Dashboard, doing: str, picks: Picks) -> None:
        """Take what is done, in a word for the status line, and to whom."""
        self._app, self._doing, self.picks = app, doing, picks
        self.plan = Outcome("")
        self.stopped = self.even_last = False

    @property
    def people(self) -> tuple[str, ...]:
        """Return the first of those it would be done to."""
        return tuple(row.label for row in self.plan.done[:NAMED])

    @property
    def total(self) -> int:
        """Return how many it would be done to."""
        return len(self.plan.done)

    @property
    def is_for_one(self) -> bool:
        """Say whether one record was picked."""
        return len(self.picks.named) == 1

    async def foresee(self, lister: Any, do: Do) -> Outcome:
        """Find out what the act would do, without doing it."""
        self.picks = await lister.pin(self.picks)
        self.plan = await self._in_parts(self._app.opened_desk.rehearsing(), do, "Looking")
        return self.plan

    def spared(self) -> tuple[str, ...]:
        """Return those who are spared as the last administrator of an organisation, with which."""
        return tuple(
            f"{row.label} · {row.reason.values['organisation']}"
            for row in self.plan.skipped
            if row.reason and row.reason.id == LAST
        )

    async def run(self, do: Do) -> Outcome:
        """Do it."""
        return await self._in_parts(self._app.opened_desk, do, self._doing)

    async def again(self, outcome: Outcome, do: Do) -> Outcome:
        """Do it once more to those who were left alone, as they are now."""
        self.picks = Picks.of(*(row.id for row in outcome.skipped))
        return await self.run(do)

    async def _in_parts(self, desk: Desk, do: Do, doing: str) -> Outcome:
        parts, total = list(self.picks.parts()), len(self.picks.named)
        if len(parts) == 1:
            return await do(desk, parts[0])
        self.stopped = False
        outcomes: list[Outcome] = []
        self._app.begin(self)
        try:
            for at, part in enumerate(parts):
                if self.stopped:
                    raise Refused("not_reached")
                self._app.progress(f"{doing}: {at * PART:,} of {total:,} · X stops it")
                outcomes.append(await do(desk, part))
        except AdminError as error:
            if not outcomes:
                raise
            outcomes.append(self._not_reached(parts[len(outcomes) :], error.reason))
        finally:
            self._app.end(self)
        return Outcome.of(outcomes)

    def _not_reached(self, parts: list[Picks], reason: Reason) -> Outcome:
        """Report those whom an act did not come to."""
        names = {row.id: row.label for row in self.plan.done}
        left = [pick.id for part in parts for pick in part.named]
        return Outcome(
            "", (), tuple(Row(each, names.get(each, f"#{each}"), reason) for each in left)
        )
