"""The outbox as operators see it: what waits, what went, what failed and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, select, update

from tui_admin.domain.errors import NotFound, because
from tui_admin.domain.lifecycle import (
    APPROVED_MAIL,
    DROPPABLE,
    HEARTBEAT_FRESH,
    INVITATION_MAIL,
    REJECTED_MAIL,
    REMINDER_MAIL,
    RETRYABLE,
)
from tui_admin.domain.listings import MESSAGES, MessageRow
from tui_admin.domain.outcomes import Outcome, Picks, Row
from tui_admin.domain.query import Query, Term
from tui_admin.services.chunks import chunks
from tui_admin.services.lister import Lister
from tui_admin.services.outgoing import letter_of
from tui_admin.services.people import recompute_leaving
from tui_admin.services.places import live_others
from tui_admin.services.posting import outbox_moved, reminder_key
from tui_admin.services.trail import Subject
from tui_admin.services.work import Work, reads, writes
from tui_admin.store.pages import Source
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.outbox import outbox_message, worker

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tui_admin.domain.errors import Reason
    from tui_admin.store.pages import Column

SOURCE = Source(
    MESSAGES,
    select(outbox_message),
    outbox_message.c.id,
    outbox_message.c.version,
    {
        "to": outbox_message.c.to,
        "status": outbox_message.c.status,
        "kind": outbox_message.c.kind,
        "created_at": outbox_message.c.created_at,
        "attempts": outbox_message.c.attempts,
    },
    search=outbox_message.c.search,
)
SOURCE_FAILED = Query(terms=(Term("status", ":", "failed"),))


class MailView(NamedTuple):
    """A mail as it may be read: without its link. `waiting_for` says why it has not gone."""

    row: MessageRow
    text: str
    waiting_for: Reason | None


class MailHealth(NamedTuple):
    """How the sending goes; `trouble` are the mail server's or the network's own words."""

    queued: int
    oldest: datetime | None
    failed: int
    workers: int
    trouble: str
    retry_at: datetime | None


def message_row(row: Any) -> MessageRow:
    """Return a mail as front ends see it."""
    return MessageRow(
        row.id,
        row.version,
        row.to,
        row.subject,
        row.kind,
        row.status,
        row.attempts,
        row.created_at,
        row.not_before if row.status == "queued" else None,
        row.sent_at,
        row.last_error,
        row.message_id,
    )


class Outbox(Lister[MessageRow]):
    """The mails that were decided on."""

    source = SOURCE
    needs = "can_manage_mail"

    def visible(self, work: Work) -> list[Column]:  # noqa: ARG002
        """Hide nothing: the permission is for all mail."""
        return []

    def label(self, row: Any) -> str:
        """Return whom it is for."""
        return str(row.to)

    async def present(self, work: Work, found: Sequence[Any]) -> tuple[MessageRow, ...]:  # noqa: ARG002
        """Return the mails."""
        return tuple(message_row(row) for row in found)

    @reads("can_manage_mail")
    async def show(self, work: Work, message_id: int) -> MailView:
        """Return one mail; raises `NotFound`."""
        found = await work.rows(select(outbox_message).where(outbox_message.c.id == message_id))
        if not found:
            raise NotFound("mail_unknown", id=message_id)
        row = found[0]
        return MailView(message_row(row), _text(work, row), await self._waiting_for(work, row))

    async def _waiting_for(self, work: Work, row: Any) -> Reason | None:
        if row.status != "queued":
            return None
        if row.not_before > work.now:
            why = "waits_for_retry" if row.attempts else "waits_for_undo"
            return because(why, at=row.not_before)
        health = await mail_health(work)
        if not health.workers:
            return because("waits_for_worker")
        if health.trouble:
            return because("waits_for_server", words=health.trouble)
        return because("waits_for_turn")

    @writes("can_manage_mail")
    async def retry(self, work: Work, picks: Picks) -> Outcome:
        """Queue the same messages again."""
        rows, lost = await self.sift(work, picks)
        return await self._retry(work, rows, lost)

    @writes("can_manage_mail")
    async def retry_failed(self, work: Work) -> Outcome:
        """Queue every failed message again."""
        rows, lost = await self.sift(work, Picks.matching(SOURCE_FAILED))
        return await self._retry(work, rows, lost)

    async def _retry(self, work: Work, rows: list[Any], lost: list[Row]) -> Outcome:
        good = [row for row in rows if row.status in RETRYABLE and row.facts != "{}"]
        refused = [
            Row(row.id, row.to, because("mail_gone" if row.facts == "{}" else "mail_not_failed"))
            for row in rows
            if row not in good
        ]
        dead = await _no_longer_wanted(work, good)
        refused += [Row(row.id, row.to, dead[row.id]) for row in good if row.id in dead]
        good = [row for row in good if row.id not in dead]
        if work.rehearsal:
            return self._noted(work, "mail.retry", good, [*refused, *lost], "queued")
        values = {
            "status": "queued",
            "attempts": 0,
            "phase": "",
            "owner": "",
            "lease_until": None,
            "not_before": work.now,
            "last_error": "",
        }
        await work.change(outbox_message, good, values)
        await _set_invitations(work, good, "queued", "")
        return self._noted(work, "mail.retry", good, [*refused, *lost], "queued")

    @writes("can_manage_mail")
    async def drop(self, work: Work, picks: Picks) -> Outcome:
        """Cancel messages that were not sent."""
        rows, lost = await self.sift(work, picks)
        good = [row for row in rows if row.status in DROPPABLE]
        refused = [
            Row(row.id, row.to, because("mail_is", status=row.status))
            for row in rows
            if row not in good
        ]
        if work.rehearsal:
            return self._noted(work, "mail.cancel", good, [*refused, *lost], "cancelled")
        await work.change(outbox_message, good, {"status": "cancelled"})
        await _set_invitations(work, good, "failed", "the mail was cancelled")
        return self._noted(work, "mail.cancel", good, [*refused, *lost], "cancelled")

    def _noted(
        self, work: Work, action: str, good: list[Any], skipped: list[Row], status: str
    ) -> Outcome:
        for row in good:
            subject = Subject("mail", row.id, row.to, row.version + 1)
            work.trail.note(action, subject, {"status": row.status}, {"status": status})
        return work.outcome(action, [Row(row.id, row.to) for row in good], skipped)

    @reads()
    async def health(self, work: Work) -> MailHealth:
        """Return how the sending goes, for the status line of those who may know of mail."""
        if not work.rights.scope("can_manage_mail"):
            return MailHealth(0, None, 0, 0, "", None)
        return await mail_health(work)


async def mail_health(work: Work) -> MailHealth:
    """Return how the sending goes."""
    counts = await work.rows(
        select(outbox_message.c.status, func.count(), func.min(outbox_message.c.created_at))
        .where(outbox_message.c.status.in_(("queued", "sending", "failed")))
        .group_by(outbox_message.c.status)
    )
    numbers = {status: (number, oldest) for status, number, oldest in counts}
    fresh = await work.rows(
        select(worker)
        .where(worker.c.beat_at > work.now - HEARTBEAT_FRESH)
        .order_by(worker.c.retry_at.desc())
    )
    troubled = [each for each in fresh if each.trouble]
    queued, oldest = numbers.get("queued", (0, None))
    return MailHealth(
        queued + numbers.get("sending", (0, None))[0],
        oldest,
        numbers.get("failed", (0, None))[0],
        len(fresh),
        troubled[0].trouble if troubled else "",
        troubled[0].retry_at if troubled else None,
    )


def _text(work: Work, row: Any) -> str:
    """Return the mail without its link: as it was sent, or as it will be."""
    if row.shown or row.facts == "{}":
        return str(row.shown)
    from tui_admin.mail.compose import preview
    from tui_admin.mail.templating import templates_in

    letter = letter_of(row)
    return preview(
        letter.kind, letter.language, letter.facts, templates_in(work.policy.templates)
    ).text


async def _no_longer_wanted(work: Work, rows: list[Any]) -> dict[int, Reason]:
    """Return the mails about what no longer holds, and why."""
    found = await _decided_otherwise(work, rows) | await _reminders_of_before(work, rows)
    about = {row.invitation_id: row for row in rows if row.kind == INVITATION_MAIL}
    for some in chunks([each for each in about if each is not None]):
        letters = await work.rows(select(invitation).where(invitation.c.id.in_(some)))
        taken = await live_others(work, letters)
        for letter in letters:
            row = about[letter.id]
            if letter.status not in ("queued", "sent", "failed"):
                found[row.id] = because("invitation_is", status=letter.status)
            elif letter.expires_at <= work.now:
                found[row.id] = because("invitation_is", status="expired")
            elif letter.id in taken:
                found[row.id] = because("invited_again")
    return found


async def _reminders_of_before(work: Work, rows: list[Any]) -> dict[int, Reason]:
    """Return the reminders of links that hold no longer, or that somebody has followed."""
    told = [row for row in rows if row.kind == REMINDER_MAIL]
    keys: set[str] = set()
    for some in chunks([row.invitation_id for row in told]):
        holding = invitation.c.status == "sent", invitation.c.expires_at > work.now
        for each in await work.rows(select(invitation).where(invitation.c.id.in_(some), *holding)):
            keys.add(reminder_key(each.id, each.reminder_hash or ""))
    return {row.id: because("mail_outdated") for row in told if row.dedupe_key not in keys}


async def _decided_otherwise(work: Work, rows: list[Any]) -> dict[int, Reason]:
    """Return the mails about decisions that were taken back, or that the person acted on."""
    told = [row for row in rows if row.kind in (APPROVED_MAIL, REJECTED_MAIL)]
    keys: set[str] = set()
    for some in chunks([row.user_id for row in told]):
        theirs = registration.c.user_id.in_(some)
        for each in await work.rows(select(registration).where(theirs)):
            keys.add(f"{each.status}-{each.id}-{each.version}")
    return {row.id: because("mail_outdated") for row in told if row.dedupe_key not in keys}


async def _set_invitations(work: Work, rows: list[Any], status: str, error: str) -> None:
    """Let the invitations follow what became of their mails."""
    ids = [row.invitation_id for row in rows if row.kind == INVITATION_MAIL]
    people: list[int] = []
    for some in chunks([each for each in ids if each is not None]):
        found = await work.connection.execute(
            update(invitation)
            .where(invitation.c.id.in_(some), invitation.c.status.in_(("queued", "failed")))
            .values(
                status=status,
                error=error,
                moved_at=work.now,
                version=invitation.c.version + 1,
            )
            .returning(invitation.c.user_id)
        )
        people += found.scalars().all()
    await recompute_leaving(work, people)
    await outbox_moved(work.connection)
