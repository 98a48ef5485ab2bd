"""What becomes of a mail after an attempt, and of the invitation that it carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import bindparam, or_, update

from tui_admin.domain.lifecycle import (
    AGAIN,
    INVITATION_MAIL,
    RESEND_AFTER,
    back_off,
    goes_once_more,
)
from tui_admin.store.among import among, handfuls
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.outbox import outbox_message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from tui_admin.mail.outcome import Delivery

HANDING_OVER = "handing over"
NOT_KNOWN = "It is not known whether the mail server took it."

FREE: dict[str, Any] = {"owner": "", "lease_until": None, "phase": ""}
"""What a message that nobody has in hand looks like."""


class Note(NamedTuple):
    """What became of a claimed message; `why` is what people read where it did not go."""

    row: Any
    delivery: Delivery
    why: str = ""


_MINE = (
    outbox_message.c.owner == bindparam("by"),
    # Somebody may have given us up while the server was silent; the truth is welcome all the same.
    or_(outbox_message.c.status == "sending", outbox_message.c.status == "unknown"),
)
SENT = (
    update(outbox_message)
    .where(among(outbox_message.c.id), *_MINE)
    .values(
        status="sent",
        sent_at=bindparam("at"),
        # The token is kept as a hash alone.
        facts="{}",
        body=None,
        last_error="",
        version=outbox_message.c.version + 1,
        **FREE,
    )
    .returning(outbox_message.c.id)
)
INVITATIONS_SENT = (
    update(invitation)
    .where(
        among(invitation.c.id),
        # One that was revoked meanwhile stays revoked.
        or_(invitation.c.status == "queued", invitation.c.status == "sent"),
    )
    .values(
        status="sent",
        sent_at=bindparam("at"),
        moved_at=bindparam("at"),
        error="",
        version=invitation.c.version + 1,
    )
)


def settle(connection: Connection, owner: str, notes: Sequence[Note], now: datetime) -> bool:
    """Write down what became of messages; returns whether anything changed by it."""
    sent = [note.row for note in notes if note.delivery.outcome == "sent"]
    moved = bool(sent) and _settle_sent(connection, owner, sent, now)
    for note in notes:
        if note.delivery.outcome != "sent":
            moved |= _settle_other(connection, owner, note, now)
    return moved


def _settle_sent(connection: Connection, owner: str, rows: list[Any], now: datetime) -> bool:
    went: set[int] = set()
    for some in handfuls([row.id for row in rows]):
        went.update(connection.execute(SENT, {**some, "by": owner, "at": now}).scalars())
    carried = [row.invitation_id for row in rows if row.id in went and _carries(row)]
    for some in handfuls(carried):
        connection.execute(INVITATIONS_SENT, {**some, "at": now})
    return bool(went)


def _settle_other(connection: Connection, owner: str, note: Note, now: datetime) -> bool:
    values = settled(note, now)
    statement = (
        update(outbox_message)
        .where(outbox_message.c.id == note.row.id, *_MINE)
        # Not another claim of the same message, should its lease have ended meanwhile.
        .where(
            or_(
                outbox_message.c.version == note.row.version,
                outbox_message.c.status == "unknown",
            )
        )
        .values(version=outbox_message.c.version + 1, **values)
    )
    if not connection.execute(statement, {"by": owner}).rowcount:
        return False
    tell_invitation(connection, note.row, values, now)
    return True


def settled(note: Note, now: datetime) -> dict[str, Any]:
    """Return how a message that was not sent looks after the attempt."""
    row, why = note.row, note.why
    match note.delivery.outcome:
        case "permanent":
            return {"status": "failed", "last_error": why, **FREE}
        case "unknown":
            return in_doubt(row, now) | {"last_error": why or NOT_KNOWN}
        case "unreachable":
            # The server's trouble, or nobody's: no attempt was used.
            told = {"last_error": why} if why else {}
            return {"status": "queued", "attempts": row.attempts - 1, **told, **FREE}
    later = now + back_off(row.attempts, row.priority)
    if row.not_after is not None and later > row.not_after:
        return {"status": "expired", "last_error": why, **FREE}
    return {"status": "queued", "not_before": later, "last_error": why, **FREE}


def in_doubt(row: Any, now: datetime) -> dict[str, Any]:
    """Return how a message looks of which nobody knows whether it arrived.

    It keeps its owner: the answer may still come.
    """
    doubts = row.doubts + 1
    known = {"status": "unknown", "doubts": doubts, "lease_until": None}
    if goes_once_more(row.kind, doubts):
        return known | {"phase": AGAIN, "not_before": now + RESEND_AFTER}
    return known | {"phase": ""}


def _carries(row: Any) -> bool:
    return row.kind == INVITATION_MAIL and row.invitation_id is not None


def tell_invitation(
    connection: Connection, row: Any, values: dict[str, Any], now: datetime
) -> None:
    """Let an invitation follow its mail, unless somebody decided on it meanwhile."""
    if not _carries(row):
        return
    after = {"error": values["last_error"]} if "last_error" in values else {}
    match values["status"]:
        case "unknown":
            after |= {"status": "sent", "sent_at": now, "moved_at": now}
        case "failed" | "expired":
            after |= {"status": "failed", "moved_at": now}
    if after:
        connection.execute(
            update(invitation)
            .where(invitation.c.id == row.invitation_id, invitation.c.status == "queued")
            .values(version=invitation.c.version + 1, **after)
        )
