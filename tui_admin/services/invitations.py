"""Invitations after they were decided on: seen, resent, revoked, retried, held for longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select

from tui_admin.domain.errors import NotFound, Refused, because
from tui_admin.domain.expiry import check_expiry
from tui_admin.domain.lifecycle import LIVE, invitation_status
from tui_admin.domain.lists.invitations import InvitationRow
from tui_admin.domain.managing import (
    EXPIRY,
    LINK,
    RESEND,
    RETRY,
    REVOKE,
    Act,
    Standing,
)
from tui_admin.domain.outcomes import Outcome, Row, Undo
from tui_admin.domain.text import fold
from tui_admin.services import renewing
from tui_admin.services.invitation_rows import (
    ME,
    SOURCE,
    overdue,
    presented,
    visible_invitations,
)
from tui_admin.services.lister import Lister
from tui_admin.services.places import live_others, undo_until
from tui_admin.services.posting import requeueable
from tui_admin.services.whereabouts import times_of
from tui_admin.services.work import Work, reads, writes
from tui_admin.store.pages import Clause
from tui_admin.store.schema.inviting import invitation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from tui_admin.domain.outcomes import Picks
    from tui_admin.domain.query import Query
    from tui_admin.store.pages import Column, Question


class InvitationView(NamedTuple):
    """Everything about one invitation; `times` says when it came to which step of its journey."""

    row: InvitationRow
    times: dict[str, datetime]


class Invitations(Lister[InvitationRow]):
    """What was sent to whom, where it stands, and what can be done about it."""

    source = SOURCE
    kept = True

    def visible(self, work: Work) -> list[Column]:
        """Narrow to the operator's organisations."""
        return visible_invitations(work)

    def scope(self, work: Work) -> Select[Any] | None:
        """Return the invitations to the operator's organisations."""
        mine = visible_invitations(work)
        return select(invitation.c.id).where(*mine) if mine else None

    def question(self, work: Work, query: Query) -> Question:
        """Take `by:me` for the operator's own, exactly: somebody else's name may have it in it."""
        mine = [each for each in query.terms if (each.field, fold(each.value)) == ME]
        others = query._replace(terms=tuple(each for each in query.terms if each not in mine))
        asked = super().question(work, others)
        if not mine:
            return asked
        own = invitation.c.invited_by == work.rights.operator_id
        mine_alone = Clause(own, select(invitation.c.id).where(own))
        return asked._replace(clauses=(*asked.clauses, mine_alone))

    async def present(self, work: Work, found: Sequence[Any]) -> tuple[InvitationRow, ...]:
        """Tell the status as of now."""
        return await presented(work, found)

    async def corrected(self, work: Work, counts: dict[str, int]) -> dict[str, int]:
        """Count overdue ones as expired."""
        late = await work.rows(
            select(invitation.c.status, func.count())
            .where(overdue(work.now), *self.visible(work))
            .group_by(invitation.c.status)
        )
        for status, number in late:
            counts[status] -= number
            counts["expired"] = counts.get("expired", 0) + number
        return {name: number for name, number in counts.items() if number}

    @reads()
    async def show(self, work: Work, invitation_id: int) -> InvitationView:
        """Return one invitation; raises `NotFound`."""
        found = await work.rows(
            self.source.rows.where(invitation.c.id == invitation_id, *self.visible(work))
        )
        if not found:
            raise NotFound("invitation_unknown", id=invitation_id)
        (row,) = await presented(work, found)
        return InvitationView(row, await times_of(work, found[0]))

    @reads()
    async def next_expiry(self, work: Work) -> datetime | None:
        """Return when the next invitation expires, and so the list reads otherwise."""
        live = invitation.c.status.in_(LIVE)
        first = select(func.min(invitation.c.expires_at)).where(
            live, invitation.c.expires_at > work.now, *self.visible(work)
        )
        found: datetime | None = await work.connection.scalar(first)
        return found

    @writes("can_invite")
    async def resend(self, work: Work, picks: Picks) -> Outcome:
        """Send new links with a new expiry; the old ones stop working at once (rule 10)."""
        good, skipped = await self._sorted(work, RESEND, picks)
        until = undo_until(work)
        await renewing.send_again(work, work.for_real(good), until)
        return self._done(work, RESEND, good, skipped, until)

    @writes("can_invite")
    async def revoke(self, work: Work, picks: Picks) -> Outcome:
        """Take invitations back: the link is dead at once, and whoever had the mail is told."""
        good, skipped = await self._sorted(work, REVOKE, picks)
        until = undo_until(work)
        await renewing.take_away(work, work.for_real(good), until)
        return self._done(work, REVOKE, good, skipped, until)

    @writes("can_invite")
    async def retry(self, work: Work, picks: Picks) -> Outcome:
        """Queue the same mail again for invitations whose mail failed."""
        good, skipped = await self._sorted(work, RETRY, picks)
        until = undo_until(work)
        await renewing.try_again(work, work.for_real(good), until)
        return self._done(work, RETRY, good, skipped, until)

    @writes("can_invite")
    async def set_expiry(self, work: Work, picks: Picks, expires_at: datetime) -> Outcome:
        """Let links hold until another time: the same links, also those that had expired.

        Raises `Refused` (`expiry_past`, `expiry_too_far`).
        """
        check_expiry(expires_at, work.now)
        good, skipped = await self._sorted(work, EXPIRY, picks)
        await renewing.hold_until(work, work.for_real(good), expires_at)
        return self._done(work, EXPIRY, good, skipped, None)

    @writes("can_invite")
    async def copy_links(self, work: Work, picks: Picks) -> renewing.Links:
        """Make new links to hand over by other means; the old ones, and waiting mails, die.

        Raises `Refused` (`links_too_many`) for more than fit into one go.
        """
        good, skipped = await self._sorted(work, LINK, picks)
        links = await renewing.make_links(work, work.for_real(good))
        done = tuple(renewing.rows_of(good))
        # The events are filled in when the work is finished.
        return renewing.Links(links, done, tuple(skipped), Undo(()) if links else None)

    def _done(
        self,
        work: Work,
        act: Act,
        good: list[Any],
        skipped: list[Row],
        until: datetime | None,
    ) -> Outcome:
        done = renewing.rows_of(good)
        return work.outcome(act.action, done, skipped, undo=True, until=until)

    # Whom an act is for, and whom it spares

    async def _sorted(self, work: Work, act: Act, picks: Picks) -> tuple[list[Any], list[Row]]:
        """Return the picked invitations that an act is for, and why not the others."""
        rows, lost = await self._within_reach(work, picks)
        if act.many and len(rows) > 1:
            for row in rows:
                work.require(act.many, row.organisation_id)
        refused = {row.id: act.why_not(_standing(work, row)) for row in rows}
        good = [row for row in rows if refused[row.id] is None]
        if act.takes_place:
            others = await live_others(work, good)
            refused |= dict.fromkeys(others, because("invited_again"))
        if act is RETRY:
            kept = await requeueable(work, [row.id for row in good])
            gone = {row.id for row in good} - kept
            refused |= dict.fromkeys(gone, because("mail_gone"))
        good = [row for row in rows if refused[row.id] is None]
        if act is LINK and len(good) > work.policy.batch_limit:
            raise Refused("links_too_many", limit=work.policy.batch_limit)
        spared = [Row(row.id, row.email, refused[row.id]) for row in rows if refused[row.id]]
        return good, [*spared, *lost]

    async def _within_reach(self, work: Work, picks: Picks) -> tuple[list[Any], list[Row]]:
        """Return the picked rows on which the operator may act, and why not on the others."""
        rows, lost = await self.sift(work, picks)
        scope = work.rights.scope("can_invite")
        outside = [row for row in rows if not scope.covers(row.organisation_id)]
        why = because("not_allowed_there", permission="can_invite")
        lost += [Row(row.id, row.email, why) for row in outside]
        return [row for row in rows if scope.covers(row.organisation_id)], lost


def _standing(work: Work, row: Any) -> Standing:
    status = invitation_status(row.status, row.expires_at, work.now)
    return Standing(status, row.sent_at is not None, row.expires_at <= work.now)
