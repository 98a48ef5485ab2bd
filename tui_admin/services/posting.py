"""Deciding on mail: rows of the outbox, written in the transaction of what they tell about.

The facts hold the link until the mail is sent; the worker makes the message of them.
"""

from __future__ import annotations

import json
import uuid
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, func, select, update

from tui_admin.domain.lifecycle import (
    AGAIN,
    INVITATION_MAIL,
    PRIORITY,
    REMINDER_MAIL,
    RETRYABLE,
    REVOCATION_MAIL,
)
from tui_admin.domain.secrets import token_hash
from tui_admin.domain.text import fold
from tui_admin.services.chunks import chunks
from tui_admin.store.schema.outbox import counter, outbox_message

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Update

    from tui_admin.services.work import Operator, Work
    from tui_admin.store.connection import AsyncConnection


class Addressed(NamedTuple):
    """What a mail about an invitation says, but for the link."""

    id: int
    user_id: int
    email: str
    name: str
    organisation: str
    product: str
    language: str
    note: str
    expires_at: datetime


class Recipient(NamedTuple):
    """Somebody whom a mail is for."""

    user_id: int | None
    email: str
    name: str
    language: str


class Letter(NamedTuple):
    """A mail of any kind: `key` is what the same mail is never queued twice under."""

    to: Recipient
    facts: dict[str, Any]
    key: str


class Seen(NamedTuple):
    """A mail as somebody will read it, but for its link."""

    to: str
    subject: str
    text: str


async def post(
    work: Work,
    kind: str,
    to: Recipient,
    facts: dict[str, Any],
    key: str,
    *,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> None:
    """Queue one mail of any kind, at once or not before a time.

    `key` is what the same mail is never queued twice under; by it `cancel_posted` finds it again.
    """
    letters = [Letter(to, facts, key)]
    await post_all(work, kind, letters, not_before=not_before, not_after=not_after)


async def post_all(
    work: Work,
    kind: str,
    letters: Sequence[Letter],
    *,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> None:
    """Queue mails of one kind, as `post` does."""
    rows = []
    for to, facts, key in letters:
        facts = {"environment": work.policy.environment, **facts}
        row = _row(work, kind, to, facts, key, not_before or work.now)
        rows.append(row | {"not_after": not_after, "user_id": to.user_id})
    await _insert(work, rows)


async def cancel_posted(work: Work, keys: Collection[str]) -> set[str]:
    """Cancel the mails of these keys that nobody has begun to send; returns which those were."""
    cancelled: set[str] = set()
    for some in chunks(keys):
        these = outbox_message.c.dedupe_key.in_(some)
        statement = _cancel(these).returning(outbox_message.c.dedupe_key)
        cancelled |= set((await work.connection.execute(statement)).scalars())
        await work.connection.execute(_never_again(these))
    return cancelled


def _cancel(these: ColumnElement[bool]) -> Update:
    return (
        update(outbox_message)
        .where(these, outbox_message.c.status == "queued")
        .values(status="cancelled", version=outbox_message.c.version + 1)
    )


def _never_again(these: ColumnElement[bool]) -> Update:
    """Leave those alone that would go once more since nobody knows whether they arrived."""
    return (
        update(outbox_message)
        .where(these, outbox_message.c.status == "unknown", outbox_message.c.phase == AGAIN)
        .values(phase="", version=outbox_message.c.version + 1)
    )


def link(work: Work, token: str) -> str:
    """Return the address that an invitee opens."""
    return f"{work.policy.portal_url}/invitation/{token}"


async def post_invitations(
    work: Work,
    letters: Sequence[tuple[Addressed, str]],
    not_before: datetime,
    batch_id: int | None,
) -> None:
    """Queue invitations, each with the token that its link carries."""
    rows = []
    for letter, token in letters:
        facts = _invitation_facts(work, letter, token)
        key = letter_key(letter.id, token_hash(token))
        row = _row(work, INVITATION_MAIL, letter, facts, key, not_before)
        rows.append(row | _about(letter) | {"not_after": letter.expires_at, "batch_id": batch_id})
    await _insert(work, rows)


async def post_reminder(work: Work, letter: Addressed, token: str, sender: Operator) -> None:
    """Queue a reminder of an invitation, in the name of whoever sent that."""
    context = work.context
    work.context = context._replace(operator=sender)
    try:
        facts = _facts(work, letter) | {
            "link": link(work, token),
            "expires_at": letter.expires_at,
        }
        key = reminder_key(letter.id, token_hash(token))
        row = _row(work, REMINDER_MAIL, letter, facts, key, work.now)
    finally:
        work.context = context
    await _insert(work, [row | _about(letter) | {"not_after": letter.expires_at, "batch_id": None}])


def letter_key(invitation_id: int, hashed: str) -> str:
    """Return what the mail with an invitation's own link is never queued twice under."""
    return f"{INVITATION_MAIL}-{invitation_id}-{hashed[:16]}"


def reminder_key(invitation_id: int, hashed: str) -> str:
    """Return what the reminder with a link is never queued twice under."""
    return f"{REMINDER_MAIL}-{invitation_id}-{hashed[:16]}"


def shown_invitation(work: Work, letter: Addressed) -> Seen:
    """Return an invitation as it will look; nothing is queued, and its link opens nothing."""
    from tui_admin.mail.compose import preview
    from tui_admin.mail.templating import templates_in

    facts = _invitation_facts(work, letter, "") | {"link": ""}
    templates = templates_in(work.policy.templates)
    seen = preview(INVITATION_MAIL, letter.language, facts, templates)
    return Seen(letter.email, seen.subject, seen.text)


def _invitation_facts(work: Work, letter: Addressed, token: str) -> dict[str, Any]:
    return _facts(work, letter) | {
        "link": link(work, token),
        "expires_at": letter.expires_at,
        "note": letter.note,
    }


async def post_revocations(work: Work, letters: Sequence[Addressed], not_before: datetime) -> None:
    """Queue word that invitations no longer hold, for those who may have had them."""
    rows = []
    for letter in letters:
        key = f"{REVOCATION_MAIL}-{letter.id}-{uuid.uuid4().hex[:16]}"
        row = _row(work, REVOCATION_MAIL, letter, _facts(work, letter), key, not_before)
        rows.append(row | _about(letter) | {"not_after": None, "batch_id": None})
    await _insert(work, rows)


def _facts(work: Work, letter: Addressed) -> dict[str, Any]:
    operator = work.context.operator
    return {
        "environment": work.policy.environment,
        "inviter_name": operator.display_name or operator.username,
        "inviter_email": operator.email,
        "organisation": letter.organisation,
        "product": letter.product,
        "invitee_name": letter.name,
    }


def _row(
    work: Work,
    kind: str,
    letter: Addressed | Recipient,
    facts: dict[str, Any],
    key: str,
    not_before: datetime,
) -> dict[str, Any]:
    from tui_admin.mail.compose import preview
    from tui_admin.mail.templating import templates_in

    subject = preview(kind, letter.language, facts, templates_in(work.policy.templates)).subject
    return {
        "kind": kind,
        "language": letter.language,
        "priority": PRIORITY[kind],
        "dedupe_key": key,
        "message_id": f"<{uuid.uuid4().hex}@{work.policy.mail_domain}>",
        "to": letter.email,
        "to_name": letter.name,
        "reply_to": work.context.operator.email,
        "search": fold(f"{letter.email} {letter.name} {subject}"),
        "subject": subject,
        "facts": json.dumps(facts, default=datetime.isoformat),
        "created_at": work.now,
        "not_before": not_before,
    }


def _about(letter: Addressed) -> dict[str, int]:
    return {"invitation_id": letter.id, "user_id": letter.user_id}


async def _insert(work: Work, rows: list[dict[str, Any]]) -> None:
    if rows:
        await work.connection.execute(outbox_message.insert(), rows)


async def cancel_waiting(
    work: Work, invitations: Collection[int], kind: str = INVITATION_MAIL
) -> set[int]:
    """Cancel the mails about these invitations that nobody has begun to send.

    Returns the invitations for which there was one.
    """
    cancelled: set[int] = set()
    for some in chunks(invitations):
        these = and_(outbox_message.c.invitation_id.in_(some), outbox_message.c.kind == kind)
        statement = _cancel(these).returning(outbox_message.c.invitation_id)
        cancelled |= set((await work.connection.execute(statement)).scalars())
        await work.connection.execute(_never_again(these))
    return cancelled


async def cancel_letters(work: Work, invitations: Collection[int]) -> set[int]:
    """Cancel the mails with links, of invitations and of reminders, that nobody began to send.

    Returns the invitations whose own mail was among them.
    """
    await cancel_waiting(work, invitations, REMINDER_MAIL)
    return await cancel_waiting(work, invitations)


async def requeueable(
    work: Work, invitations: Collection[int], kind: str = INVITATION_MAIL
) -> set[int]:
    """Return the invitations whose latest mail can be sent again: it still has what to send."""
    found: set[int] = set()
    for some in chunks(invitations):
        wanted = select(outbox_message.c.invitation_id).where(*_sendable(some, kind))
        found |= set((await work.connection.execute(wanted)).scalars())
    return found


def _sendable(invitations: list[int], kind: str) -> tuple[Any, ...]:
    latest = (
        select(func.max(outbox_message.c.id))
        .where(outbox_message.c.kind == kind, outbox_message.c.invitation_id.in_(invitations))
        .group_by(outbox_message.c.invitation_id)
    )
    return (
        outbox_message.c.id.in_(latest),
        outbox_message.c.status.in_(RETRYABLE),
        outbox_message.c.facts != "{}",
    )


async def requeue(
    work: Work,
    invitations: Collection[int],
    kind: str = INVITATION_MAIL,
    *,
    not_before: datetime | None = None,
) -> set[int]:
    """Queue the latest mail about each invitation again, if it still has what to send.

    Returns the invitations for which that was so.
    """
    again = (
        update(outbox_message)
        .values(
            status="queued",
            attempts=0,
            phase="",
            owner="",
            lease_until=None,
            not_before=not_before or work.now,
            last_error="",
            version=outbox_message.c.version + 1,
        )
        .returning(outbox_message.c.invitation_id)
    )
    queued: set[int] = set()
    for some in chunks(invitations):
        statement = again.where(*_sendable(some, kind))
        queued |= set((await work.connection.execute(statement)).scalars())
    return queued


async def outbox_moved(connection: AsyncConnection) -> None:
    """Raise the number by which dashboards notice that the outbox changed."""
    await connection.execute(OUTBOX_MOVED)


OUTBOX_MOVED = update(counter).where(counter.c.name == "outbox").values(value=counter.c.value + 1)
"""The statement behind it, for whoever has a plain connection."""
