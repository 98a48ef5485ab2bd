"""What acts on invitations write: new links, other expiries, revocations, the same mail again."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, select, update

from tui_admin.domain.lifecycle import INVITATION_MAIL, REMINDER_MAIL
from tui_admin.domain.outcomes import Outcome, Row
from tui_admin.domain.secrets import new_token, token_hash
from tui_admin.services.chunks import chunks
from tui_admin.services.people import recompute_leaving
from tui_admin.services.posting import (
    Addressed,
    cancel_letters,
    link,
    post_invitations,
    post_revocations,
    requeue,
)
from tui_admin.services.trail import Subject
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.outbox import outbox_message

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import datetime

    from tui_admin.domain.outcomes import Undo
    from tui_admin.services.work import Work

KEPT = ("status", "token_hash", "reminder_hash", "error")
TIMES = ("expires_at", "sent_at", "moved_at")
"""What an event keeps of an invitation, so that the act can be taken back."""


class Link(NamedTuple):
    """A link that was made to be handed over by other means than our mail."""

    id: int
    url: str
    email: str
    expires_at: datetime


class Links(NamedTuple):
    """The links that were made, and for which invitations none was."""

    links: tuple[Link, ...]
    done: tuple[Row, ...]
    skipped: tuple[Row, ...]
    undo: Undo | None

    @property
    def outcome(self) -> Outcome:
        """Return what was done without the links themselves, which are secrets."""
        return Outcome("invitation.link", self.done, self.skipped, self.undo)


async def send_again(work: Work, rows: Sequence[Any], until: datetime) -> None:
    """Make new links with a new expiry and queue their mails; the old links die at once."""
    expires_at = work.now + work.policy.expires_after
    await cancel_letters(work, [row.id for row in rows])
    tokens = await _renew(work, rows, {"status": "queued", "expires_at": expires_at})
    ordered = sorted(rows, key=lambda row: row.batch_id or 0)
    for batch, some in groupby(ordered, key=lambda row: row.batch_id):
        letters = [(addressed(row, expires_at), tokens[row.id]) for row in some]
        await post_invitations(work, letters, until, batch)
    note(work, "invitation.resend", rows, {"status": "queued", "expires_at": expires_at})
    await recompute_leaving(work, [row.user_id for row in rows])


async def make_links(work: Work, rows: Sequence[Any]) -> tuple[Link, ...]:
    """Make new links to hand over by other means; the old ones, and mails that wait, die."""
    expires_at = work.now + work.policy.expires_after
    await cancel_letters(work, [row.id for row in rows])
    values = {"status": "sent", "sent_at": work.now, "expires_at": expires_at}
    tokens = await _renew(work, rows, values)
    note(work, "invitation.link", rows, {"status": "sent", "expires_at": expires_at})
    await recompute_leaving(work, [row.user_id for row in rows])
    return tuple(Link(row.id, link(work, tokens[row.id]), row.email, expires_at) for row in rows)


async def _renew(work: Work, rows: Sequence[Any], values: Mapping[str, Any]) -> dict[int, str]:
    """Give each of the invitations a new link; returns their tokens."""
    tokens = {row.id: new_token() for row in rows}
    await work.change(invitation, rows, {**values, "error": "", "reminder_hash": None})
    if rows:
        await work.connection.execute(
            update(invitation)
            .where(invitation.c.id == bindparam("of"))
            .values(token_hash=bindparam("hashed")),
            [{"of": each, "hashed": token_hash(token)} for each, token in tokens.items()],
        )
    return tokens


async def take_away(work: Work, rows: Sequence[Any], until: datetime) -> None:
    """Let links die at once, and tell those who had one."""
    unsent = await cancel_letters(work, [row.id for row in rows])
    await work.change(invitation, rows, {"status": "revoked"})
    told = [row for row in rows if row.sent_at is not None or row.id not in unsent]
    await post_revocations(work, [addressed(row, row.expires_at) for row in told], until)
    await recompute_leaving(work, [row.user_id for row in rows])
    words = {row.id for row in told}
    for row in rows:
        note(work, "invitation.revoke", [row], {"status": "revoked", "told": row.id in words})


async def take_silently(work: Work, rows: Sequence[Any]) -> None:
    """Let links die at once, and tell nobody."""
    await cancel_letters(work, [row.id for row in rows])
    await work.change(invitation, rows, {"status": "revoked"})
    await recompute_leaving(work, [row.user_id for row in rows])
    note(work, "invitation.revoke", rows, {"status": "revoked", "told": False})


async def try_again(work: Work, rows: Sequence[Any], until: datetime) -> None:
    """Queue the same mail again for invitations whose mail failed."""
    await requeue(work, [row.id for row in rows], not_before=until)
    await work.change(invitation, rows, {"status": "queued", "error": ""})
    await recompute_leaving(work, [row.user_id for row in rows])
    note(work, "invitation.retry", rows, {"status": "queued"})


async def hold_until(work: Work, rows: Sequence[Any], expires_at: datetime) -> None:
    """Let the links that people have hold until another time, also those that had expired."""
    over = [row for row in rows if row.status == "expired"]
    live = [row for row in rows if row.status != "expired"]
    await work.change(invitation, live, {"expires_at": expires_at})
    await work.change(invitation, over, {"expires_at": expires_at, "status": "sent"})
    await tell_expiry(work, {row.id: expires_at for row in rows})
    await recompute_leaving(work, [row.user_id for row in rows])
    note(work, "invitation.expiry", rows, {"expires_at": expires_at})


async def tell_expiry(work: Work, until: Mapping[int, datetime]) -> None:
    """Let invitations' mails that still wait say until when they hold."""
    waiting = select(outbox_message).where(
        outbox_message.c.kind.in_((INVITATION_MAIL, REMINDER_MAIL)),
        outbox_message.c.status == "queued",
    )
    for some in chunks(until):
        for mail in await work.rows(waiting.where(outbox_message.c.invitation_id.in_(some))):
            expires_at = until[mail.invitation_id]
            facts = json.loads(mail.facts) | {"expires_at": expires_at.isoformat()}
            values = {"facts": json.dumps(facts), "not_after": expires_at}
            await work.change(outbox_message, [mail], values)


def note(work: Work, action: str, rows: Iterable[Any], after: Mapping[str, Any]) -> None:
    """Write down what was done to each, and what it was before."""
    told = {name: _plain(value) for name, value in after.items()}
    for row in rows:
        before = {name: getattr(row, name) for name in KEPT}
        before |= {name: _plain(getattr(row, name)) for name in TIMES}
        subject = Subject("invitation", row.id, row.email, row.version + 1)
        work.trail.note(action, subject, before, told)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


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


def rows_of(invitations: Collection[Any]) -> list[Row]:
    """Return invitations as outcomes name them."""
    return [Row(row.id, row.email) for row in invitations]
