"""The outbox as operators see it: what waits, what went, what failed and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select, update

from tui_admin.domain.errors import NotFound, Refused, because
from tui_admin.domain.lifecycle import (
    DROPPABLE,
    INVITATION_MAIL,
    RETRYABLE,
)
from tui_admin.domain.lists.outbox import MESSAGES, MessageRow
from tui_admin.domain.outcomes import Outcome, Picks, Row
from tui_admin.domain.query import Query, Term
from tui_admin.services.chunks import chunks
from tui_admin.services.lister import Lister
from tui_admin.services.outgoing import letter_of
from tui_admin.services.people import recompute_leaving
from tui_admin.services.posting import outbox_moved
from tui_admin.services.sending import MailHealth, Pause, mail_health, read_pause, set_pause
from tui_admin.services.trail import Subject
from tui_admin.services.waiting import waiting_for
from tui_admin.services.wanted import no_longer_wanted
from tui_admin.services.work import Work, reads, writes
from tui_admin.store.pages import Source
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.outbox import outbox_message

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
FAILED = Query(terms=(Term("status", ":", "failed"),))
"""Every mail that failed."""


class MailView(NamedTuple):
    """A mail as it may be read: without its link. `waiting_for` says why it has not gone.

    It is in `language`, answers go to `reply_to`, and after `not_after` it is given up.
    """

    row: MessageRow
    text: str
    waiting_for: Reason | None
    language: str
    reply_to: str
    not_after: datetime | None


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
    kept = True
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
        return MailView(
            message_row(row),
            _text(work, row),
            await waiting_for(work, row),
            row.language,
            row.reply_to,
            row.not_after,
        )

    @writes("can_manage_mail")
    async def retry(self, work: Work, picks: Picks, *, again: bool = False) -> Outcome:
        """Queue the same messages again; those that may have arrived only with `again`."""
        rows, lost = await self.sift(work, picks)
        if not again:
            doubtful = [row for row in rows if row.status == "unknown"]
            lost += [Row(row.id, row.to, because("mail_in_doubt")) for row in doubtful]
            rows = [row for row in rows if row not in doubtful]
        return await self._retry(work, rows, lost)

    @writes("can_manage_mail")
    async def retry_failed(self, work: Work) -> Outcome:
        """Queue every failed message again."""
        rows, lost = await self.sift(work, Picks.matching(FAILED))
        return await self._retry(work, rows, lost)

    async def _retry(self, work: Work, rows: list[Any], lost: list[Row]) -> Outcome:
        good = [row for row in rows if row.status in RETRYABLE and row.facts != "{}"]
        refused = [
            Row(
                row.id,
                row.to,
                because("mail_gone" if row.status in RETRYABLE else "mail_not_failed"),
            )
            for row in rows
            if row not in good
        ]
        dead = await no_longer_wanted(work, good)
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

    @writes("can_manage_mail")
    async def pause(self, work: Work) -> Outcome:
        """Hold all mail back but codes and links to passwords, for which somebody waits."""
        before = await read_pause(work.connection)
        if before is not None:
            raise Refused("mail_paused_already", who=before.by)
        pause = Pause(work.context.operator.username, work.now)
        done = await set_pause(work, "mail.pause", pause)
        return work.outcome("mail.pause", [done], undo=True)

    @writes("can_manage_mail")
    async def resume(self, work: Work) -> Outcome:
        """Let mail go again."""
        if await read_pause(work.connection) is None:
            raise Refused("mail_not_paused")
        done = await set_pause(work, "mail.resume", None)
        return work.outcome("mail.resume", [done], undo=True)

    @reads()
    async def health(self, work: Work) -> MailHealth:
        """Return how the sending goes, for the status line of those who may know of mail."""
        if not work.rights.scope("can_manage_mail"):
            return MailHealth()
        return await mail_health(work.connection, work.now)


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
