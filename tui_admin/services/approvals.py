"""The approval queue: who waits, what to know before deciding, and the decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from tui_admin.domain.approving import why_not_approve, why_not_decide
from tui_admin.domain.errors import Denied, NotFound
from tui_admin.domain.lifecycle import WAITING
from tui_admin.domain.listings import Count
from tui_admin.domain.lists.approvals import AWAKE, SNOOZED, ApprovalRow
from tui_admin.domain.outcomes import Outcome, Picks, Row
from tui_admin.domain.text import one_line
from tui_admin.services import deciding
from tui_admin.services.approval_rows import SOURCE, approval_row, is_awake
from tui_admin.services.assessing import applicants
from tui_admin.services.candidates import candidate_of
from tui_admin.services.chunks import chunks
from tui_admin.services.lister import Lister
from tui_admin.services.places import undo_until
from tui_admin.services.planning import find_organisation
from tui_admin.services.work import Work, nothing_picked, reads, writes
from tui_admin.store.pages import COUNTED
from tui_admin.store.schema.joining import registration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from tui_admin.domain.approving import Applicant
    from tui_admin.domain.errors import Reason
    from tui_admin.services.candidates import Candidate
    from tui_admin.store.pages import Column

LONGEST_REASON = 500


class Approvals(Lister[ApprovalRow]):
    """Registrations that wait for a decision, those who have waited longest first."""

    source = SOURCE

    def visible(self, work: Work) -> list[Column]:
        """Narrow to those who wait, where the operator may decide."""
        return [registration.c.status == WAITING, *self.within(work)]

    def within(self, work: Work) -> list[Column]:
        """Return the conditions of registrations in any state that the operator may know of."""
        scope = work.rights.scope("can_approve")
        if scope.everywhere:
            return []
        return [registration.c.organisation_id.in_(scope.organisations)]

    def _check(self, work: Work) -> None:
        if not work.rights.scope("can_approve"):
            raise Denied("not_allowed", permission="can_approve")

    async def present(self, work: Work, found: Sequence[Any]) -> tuple[ApprovalRow, ...]:
        """Add what to look at."""
        judged = await applicants(work, found)
        target = work.policy.decided_within
        return tuple(approval_row(row, judged[row.id], target) for row in found)

    async def counts(self, work: Work) -> dict[str, int]:
        """Return how many wait, and how many of them are put off."""
        queue = select(func.count()).select_from(registration).where(*self.visible(work))
        awake = is_awake(work.now)
        every = int(await work.connection.scalar(queue) or 0)
        shown = int(await work.connection.scalar(queue.where(awake)) or 0)
        return {"": every, AWAKE: shown, SNOOZED: every - shown}

    @reads()
    async def waiting(self, work: Work) -> Count:
        """Return how many wait where the operator may decide, for the badge; at most 10,000."""
        if not work.rights.scope("can_approve"):
            return Count(0)
        mine = select(registration.c.id).where(*self.visible(work), is_awake(work.now))
        some = mine.limit(COUNTED + 1)
        statement = select(func.count()).select_from(some.subquery())
        found = int(await work.connection.scalar(statement) or 0)
        return Count(min(found, COUNTED), exact=found <= COUNTED)

    @reads()
    async def of_user(self, work: Work, user_id: int) -> int | None:
        """Return the registration that somebody waits with longest, None for none."""
        if not work.rights.scope("can_approve"):
            return None
        theirs = (
            select(registration.c.id)
            .where(registration.c.user_id == user_id, *self.visible(work))
            .order_by(registration.c.submitted_at, registration.c.id)
        )
        found = await work.connection.scalar(theirs.limit(1))
        return None if found is None else int(found)

    @reads("can_approve")
    async def show(self, work: Work, registration_id: int) -> Candidate:
        """Return one registration, decided or not, with all there is to know; `NotFound`."""
        wanted = self.source.rows.where(registration.c.id == registration_id, *self.within(work))
        found = await work.rows(wanted)
        if not found:
            raise NotFound("registration_unknown", id=registration_id)
        return await candidate_of(work, found[0], self.within(work))

    # Deciding

    @writes("can_approve")
    async def approve(self, work: Work, picks: Picks, organisation: str = "") -> Outcome:
        """Let people go on: they get their place and role now, and word after the undo window.

        `organisation` (a name or number) is where those come who named none themselves; without it
        they come into the environment alone.
        """
        place = await find_organisation(work, organisation) if organisation else None
        if place is not None and not work.rights.scope("can_approve").covers(place.id):
            raise Denied("not_allowed_there", permission="can_approve")
        good, skipped = await self.decidable(work, picks, why_not_approve)
        until = undo_until(work)
        for row in work.for_real(good):
            await deciding.approve(work, row, until, place.id if place else None)
        return self._outcome(work, "registration.approve", good, skipped, until)

    @writes("can_approve")
    async def reject(self, work: Work, picks: Picks, reason: str) -> Outcome:
        """Turn people down with a reason, of one line, which they are told.

        Raises `Refused` where there is none, or it is longer than 500 characters.
        """
        reason = one_line(reason, field="reason", limit=LONGEST_REASON, required=True)
        good, skipped = await self.decidable(work, picks, why_not_decide)
        until = undo_until(work)
        for row in work.for_real(good):
            await deciding.reject(work, row, reason, until)
        return self._outcome(work, "registration.reject", good, skipped, until)

    async def decidable(
        self, work: Work, picks: Picks, why_not: Callable[[Any, Applicant], Reason | None]
    ) -> tuple[list[Any], list[Row]]:
        """Return the picked registrations that an act is for, and why not the others."""
        rows, skipped = await self.sift(work, picks)
        judged = await applicants(work, rows)
        good = []
        # Whoever registered a new company first is its administrator.
        for row in sorted(rows, key=lambda row: (row.submitted_at or row.created_at, row.id)):
            reason = why_not(work.rights, judged[row.id])
            if reason is None:
                good.append(row)
            else:
                skipped.append(Row(row.id, row.email, reason))
        return good, skipped

    async def picked(self, work: Work, picks: Picks) -> Sequence[Any]:
        """Return also those named that were decided on meanwhile, so that it is told by whom."""
        if picks.where is not None:
            return await super().picked(work, picks)
        if not picks.named:
            raise nothing_picked()
        found: list[Any] = []
        for some in chunks([pick.id for pick in picks.named]):
            wanted = registration.c.id.in_(some)
            found += await work.rows(self.source.rows.where(wanted, *self.within(work)))
        return found

    async def sift(self, work: Work, picks: Picks) -> tuple[list[Any], list[Row]]:
        """Keep those decided on among the rows: who decided says more than that a row moved."""
        if picks.where is not None:
            return await super().sift(work, picks)
        found = await self.picked(work, picks)
        settled = {row.id for row in found if row.status != WAITING}
        left = tuple(
            pick._replace(version=None) if pick.id in settled else pick for pick in picks.named
        )
        return await super().sift(work, Picks(left))

    def _outcome(
        self, work: Work, action: str, good: list[Any], skipped: list[Row], until: datetime
    ) -> Outcome:
        done = [Row(row.id, row.email) for row in good]
        return work.outcome(action, done, skipped, undo=True, until=until)
