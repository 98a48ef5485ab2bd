"""Invitations after they were decided on: seen, resent, revoked, retried."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, false, func, or_, select

from tui_admin.domain.errors import NotFound, Refused, because
from tui_admin.domain.lifecycle import LIVE, RESENDABLE, invitation_status
from tui_admin.domain.listings import INVITATIONS, InvitationRow
from tui_admin.domain.outcomes import Outcome, Pick, Picks, Row
from tui_admin.domain.secrets import new_token, token_hash
from tui_admin.domain.text import fold
from tui_admin.services.lister import Lister
from tui_admin.services.people import recompute_leaving
from tui_admin.services.places import live_others, undo_until
from tui_admin.services.posting import (
    Addressed,
    cancel_waiting,
    link,
    post_invitations,
    post_revocations,
    requeue,
)
from tui_admin.services.trail import Subject
from tui_admin.services.work import Work, reads, writes
from tui_admin.store.pages import Source
from tui_admin.store.schema.accounts import role, user
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.organisations import organisation
from tui_admin.store.schema.products import coupon, product

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from tui_admin.domain.errors import Reason
    from tui_admin.domain.query import Query, Term
    from tui_admin.store.pages import Column

inviter = user.alias("inviter")
ME = ("invited_by", "me")
"""The filter that stands for whoever asks."""


class Link(NamedTuple):
    """A link that was made to be handed over by other means than our mail."""

    url: str
    email: str
    expires_at: datetime


def _has_status(term: Term, now: datetime) -> Column:
    """Return the condition of a status as of now: overdue live ones are expired."""
    overdue = and_(invitation.c.status.in_(LIVE), invitation.c.expires_at <= now)
    wanted = term.value.split(",")
    fresh = and_(
        invitation.c.status.in_([each for each in wanted if each in LIVE]),
        invitation.c.expires_at > now,
    )
    settled = invitation.c.status.in_([each for each in wanted if each not in LIVE])
    return or_(fresh, settled, overdue if "expired" in wanted else false())


SOURCE = Source(
    INVITATIONS,
    select(
        invitation,
        func.coalesce(organisation.c.name, "").label("organisation"),
        func.coalesce(product.c.code, "").label("product"),
        func.coalesce(product.c.name, "").label("product_name"),
        func.coalesce(coupon.c.code, "").label("coupon"),
        role.c.name.label("role"),
        inviter.c.username.label("inviter"),
    ).select_from(
        # Outer joins, so that no engine begins with another table and then sorts all invitations.
        invitation.outerjoin(role, invitation.c.role_id == role.c.id)
        .outerjoin(inviter, invitation.c.invited_by == inviter.c.id)
        .outerjoin(organisation, invitation.c.organisation_id == organisation.c.id)
        .outerjoin(product, invitation.c.product_id == product.c.id)
        .outerjoin(coupon, invitation.c.coupon_id == coupon.c.id)
    ),
    invitation.c.id,
    invitation.c.version,
    {
        "email": invitation.c.email_key,
        "status": invitation.c.status,
        "organisation": organisation.c.name_key,
        "product": product.c.code,
        "invited_by": inviter.c.username,
        "created_at": invitation.c.created_at,
        "expires_at": invitation.c.expires_at,
        "batch": invitation.c.batch_id,
    },
    search=invitation.c.search,
    special={"status": _has_status},
)


def invitation_row(row: Any, now: datetime) -> InvitationRow:
    """Return an invitation as front ends see it at that time."""
    return InvitationRow(
        row.id,
        row.version,
        row.email,
        row.name,
        invitation_status(row.status, row.expires_at, now),
        row.organisation,
        row.product,
        row.coupon,
        row.role,
        row.inviter,
        row.created_at,
        row.sent_at,
        row.expires_at,
        row.batch_id,
        row.user_id,
        row.error,
    )


def visible_invitations(work: Work) -> list[Column]:
    """Return the conditions of the invitations that the operator may see."""
    scope = work.rights.scope("can_view")
    if scope.everywhere:
        return []
    return [invitation.c.organisation_id.in_(scope.organisations)]


async def invitations_of(work: Work, user_id: int) -> tuple[InvitationRow, ...]:
    """Return somebody's invitations, newest first, as far as the operator may see them."""
    found = await work.rows(
        SOURCE.rows.where(invitation.c.user_id == user_id, *visible_invitations(work))
        .order_by(invitation.c.id.desc())
        .limit(50)
    )
    return tuple(invitation_row(row, work.now) for row in found)


class Invitations(Lister[InvitationRow]):
    """What was sent to whom, and where it stands."""

    source = SOURCE

    def visible(self, work: Work) -> list[Column]:
        """Narrow to the operator's organisations."""
        return visible_invitations(work)

    def narrowed(self, work: Work, query: Query) -> list[Column]:
        """Take `by:me` for the operator's own, exactly: somebody else's name may have it in it."""
        mine = [each for each in query.terms if (each.field, fold(each.value)) == ME]
        others = query._replace(terms=tuple(each for each in query.terms if each not in mine))
        own = [invitation.c.invited_by == work.rights.operator_id] if mine else []
        return [*super().narrowed(work, others), *own]

    async def present(self, work: Work, found: Sequence[Any]) -> tuple[InvitationRow, ...]:
        """Tell the status as of now."""
        return tuple(invitation_row(row, work.now) for row in found)

    async def corrected(self, work: Work, counts: dict[str, int]) -> dict[str, int]:
        """Count overdue ones as expired."""
        overdue = await work.rows(
            select(invitation.c.status, func.count())
            .where(invitation.c.status.in_(LIVE), invitation.c.expires_at <= work.now)
            .where(*self.visible(work))
            .group_by(invitation.c.status)
        )
        for status, number in overdue:
            counts[status] -= number
            counts["expired"] = counts.get("expired", 0) + number
        return {name: number for name, number in counts.items() if number}

    @reads()
    async def show(self, work: Work, invitation_id: int) -> InvitationRow:
        """Return one invitation; raises `NotFound`."""
        found = await work.rows(
            self.source.rows.where(invitation.c.id == invitation_id, *self.visible(work))
        )
        if not found:
            raise NotFound("invitation_unknown", id=invitation_id)
        return invitation_row(found[0], work.now)

    @writes("can_invite")
    async def resend(self, work: Work, picks: Picks) -> Outcome:
        """Send new links with a new expiry; the old ones stop working at once (rule 10)."""
        rows, lost = await self._within_reach(work, picks)
        if len(rows) > 1:
            self._needs_bulk(work, rows)
        good, refused = await self._sort_out(work, rows, self._why_not_resend)
        others = await live_others(work, good)
        refused += [
            Row(row.id, row.email, because("invited_again")) for row in good if row.id in others
        ]
        good = [row for row in good if row.id not in others]
        until = undo_until(work)
        for row in work.for_real(good):
            await self._send_again(work, row, until)
        await recompute_leaving(work, [row.user_id for row in work.for_real(good)])
        done = [Row(row.id, row.email) for row in good]
        return work.outcome("invitation.resend", done, [*refused, *lost], undo=True, until=until)

    async def _send_again(self, work: Work, row: Any, until: datetime) -> None:
        token = new_token()
        expires_at = work.now + work.policy.expires_after
        await cancel_waiting(work, [row.id])
        await self._renew(work, row, "queued", token, expires_at)
        await post_invitations(work, [(addressed(row, expires_at), token)], until, row.batch_id)
        self._note(work, "invitation.resend", row, {"status": "queued"})

    async def _renew(
        self, work: Work, row: Any, status: str, token: str, expires_at: datetime
    ) -> None:
        values = {
            "status": status,
            "token_hash": token_hash(token),
            "expires_at": expires_at,
            "error": "",
        }
        if status == "sent":
            values["sent_at"] = work.now
        await work.change(invitation, [row], values)

    @writes("can_invite")
    async def revoke(self, work: Work, picks: Picks) -> Outcome:
        """Take invitations back: the link is dead at once, and whoever had the mail is told."""
        rows, lost = await self._within_reach(work, picks)
        good, refused = await self._sort_out(work, rows, self._why_not_revoke)
        until = undo_until(work)
        done = [Row(row.id, row.email) for row in good]
        if work.rehearsal:
            return work.outcome("invitation.revoke", done, [*refused, *lost])
        unsent = await cancel_waiting(work, [row.id for row in good])
        await work.change(invitation, good, {"status": "revoked"})
        told = [addressed(row, row.expires_at) for row in good if row.id not in unsent]
        await post_revocations(work, told, until)
        await recompute_leaving(work, [row.user_id for row in good])
        for row in good:
            self._note(work, "invitation.revoke", row, {"status": "revoked"})
        return work.outcome("invitation.revoke", done, [*refused, *lost], undo=True, until=until)

    @writes("can_invite")
    async def retry(self, work: Work, picks: Picks) -> Outcome:
        """Queue the same mail again for invitations whose mail failed."""
        rows, lost = await self._within_reach(work, picks)
        good, refused = await self._sort_out(work, rows, self._why_not_retry)
        others = await live_others(work, good)
        refused += [
            Row(row.id, row.email, because("invited_again")) for row in good if row.id in others
        ]
        good = [row for row in good if row.id not in others]
        if work.rehearsal:
            done = [Row(row.id, row.email) for row in good]
            return work.outcome("invitation.retry", done, [*refused, *lost])
        queued = await requeue(work, [row.id for row in good])
        refused += [
            Row(row.id, row.email, because("mail_gone")) for row in good if row.id not in queued
        ]
        good = [row for row in good if row.id in queued]
        await work.change(invitation, good, {"status": "queued", "error": ""})
        await recompute_leaving(work, [row.user_id for row in good])
        for row in good:
            self._note(work, "invitation.retry", row, {"status": "queued"})
        return work.outcome(
            "invitation.retry", [Row(row.id, row.email) for row in good], [*refused, *lost]
        )

    @writes("can_invite")
    async def copy_link(self, work: Work, pick: Pick) -> Link:
        """Make a new link to hand over by other means; the old one, and a waiting mail, die."""
        rows, lost = await self._within_reach(work, Picks((pick,)))
        good, refused = await self._sort_out(work, rows, self._why_not_link)
        if not good or await live_others(work, good):
            why = (refused or lost or [Row(0, "", because("invited_again"))])[0].reason
            raise why.refusal if why else Refused("not_there")
        row, token = good[0], new_token()
        expires_at = work.now + work.policy.expires_after
        await cancel_waiting(work, [row.id])
        await self._renew(work, row, "sent", token, expires_at)
        await recompute_leaving(work, [row.user_id])
        self._note(work, "invitation.link", row, {"status": "sent"})
        return Link(link(work, token), row.email, expires_at)

    async def _within_reach(self, work: Work, picks: Picks) -> tuple[list[Any], list[Row]]:
        """Return the picked rows on which the operator may act, and why not on the others."""
        rows, lost = await self.sift(work, picks)
        scope = work.rights.scope("can_invite")
        outside = [row for row in rows if not scope.covers(row.organisation_id)]
        why = because("not_allowed_there", permission="can_invite")
        lost += [Row(row.id, row.email, why) for row in outside]
        return [row for row in rows if scope.covers(row.organisation_id)], lost

    def _needs_bulk(self, work: Work, rows: Iterable[Any]) -> None:
        for row in rows:
            work.require("can_bulk_invite", row.organisation_id)

    async def _sort_out(
        self, work: Work, rows: Iterable[Any], why_not: Any
    ) -> tuple[list[Any], list[Row]]:
        good, refused = [], []
        for row in rows:
            reason = why_not(row, invitation_status(row.status, row.expires_at, work.now))
            if reason is None:
                good.append(row)
            else:
                refused.append(Row(row.id, row.email, reason))
        return good, refused

    @staticmethod
    def _why_not_resend(_row: Any, status: str) -> Reason | None:
        if status == "queued":
            return because("mail_still_waits")
        return None if status in RESENDABLE else because("invitation_is", status=status)

    @staticmethod
    def _why_not_revoke(_row: Any, status: str) -> Reason | None:
        return None if status in LIVE else because("invitation_is", status=status)

    @staticmethod
    def _why_not_retry(_row: Any, status: str) -> Reason | None:
        return None if status == "failed" else because("mail_not_failed")

    @staticmethod
    def _why_not_link(_row: Any, status: str) -> Reason | None:
        possible = (*LIVE, "expired", "failed")
        return None if status in possible else because("invitation_is", status=status)

    def _note(self, work: Work, action: str, row: Any, after: dict[str, Any]) -> None:
        before = {
            "status": row.status,
            "token_hash": row.token_hash,
            "expires_at": row.expires_at.isoformat(),
            "error": row.error,
        }
        subject = Subject("invitation", row.id, row.email, row.version + 1)
        work.trail.note(action, subject, before, after)


def addressed(row: Any, expires_at: datetime) -> Addressed:
    """Return what a mail about an invitation says."""
    return Addressed(
        row.id,
        row.user_id,
        row.email,
        row.name,
        row.organisation,
        row.product_name,
        row.language,
        row.note,
        expires_at,
    )
