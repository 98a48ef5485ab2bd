"""What is left of the past: mails in the outbox, and the audit log, each in the order of time."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_admin.demo.catalogue import ENVIRONMENT, PRODUCTS
from tui_admin.domain.lifecycle import INVITATION_MAIL, PRIORITY, REVOCATION_MAIL
from tui_admin.domain.permissions import BASIC
from tui_admin.domain.secrets import GENESIS, token_hash
from tui_admin.domain.text import fold
from tui_admin.mail.compose import preview
from tui_admin.services.posting import letter_key
from tui_admin.services.trail import Event, Subject, event_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tui_admin.demo.catalogue import Row
    from tui_admin.demo.world import Account, Invited, World

MAIL_OF = {"failed": "failed", "queued": "queued", "undone": "cancelled"}
"""What became of an invitation's mail, by the invitation's status; else it was sent."""
TOLD_AFTER = timedelta(hours=6)
"""How long after an invitation it is revoked."""
TAKEN_BACK = {
    "revoked": ("invitation.revoke", "sent", TOLD_AFTER),
    "undone": ("invitation.send.undo", "queued", timedelta(seconds=7)),
}
"""Which event follows the invitation's own, what it was before, and how much later."""


class Happened(NamedTuple):
    """An event with its time and who did it."""

    at: datetime
    who: Account
    event: Event


def mails(world: World, portal_url: str) -> list[Row]:
    """Return the outbox, oldest first."""
    rows = []
    for invited in world.traces:
        rows.append(_mail(world, INVITATION_MAIL, invited, portal_url))
        if invited.status == "revoked":
            rows.append(_mail(world, REVOCATION_MAIL, invited, portal_url))
    rows.sort(key=lambda row: row["created_at"])
    for number, row in enumerate(rows, 1):
        row |= {
            "id": number,
            "dedupe_key": row["dedupe_key"] or f"demo-{number}",
            "message_id": f"<demo-{world.seed}-{number}@demo.example>",
        }
    return rows


def _mail(world: World, kind: str, invited: Invited, portal_url: str) -> Row:
    facts = _facts(world, invited)
    if invited.token:
        facts["link"] = f"{portal_url}/invitation/{invited.token}"
    seen = preview(kind, "en", facts)
    first = kind == INVITATION_MAIL
    status = _status(invited) if first else "sent"
    at = (invited.sent_at or invited.group.at) + (timedelta() if first else TOLD_AFTER)
    account, waits = invited.account, first and bool(invited.token)
    return {
        "kind": kind,
        "priority": PRIORITY[kind],
        "to": account.email,
        "to_name": account.name,
        "reply_to": invited.group.inviter.email,
        "search": fold(f"{account.email} {account.name} {seen.subject}"),
        "subject": seen.subject,
        # As long as a mail may go out its facts are kept, and not a moment longer.
        "facts": json.dumps(facts) if invited.token else "{}",
        "shown": "" if invited.token else seen.text,
        "dedupe_key": letter_key(invited.id, token_hash(invited.token)) if waits else "",
        "status": status,
        "attempts": 0 if status in ("queued", "cancelled") else 1,
        "created_at": at,
        "not_before": at,
        "not_after": invited.expires_at if first else None,
        "sent_at": at if status == "sent" else None,
        "last_error": invited.error if status in ("failed", "unknown") else "",
        "invitation_id": invited.id,
        "user_id": account.id,
        "batch_id": invited.group.batch if first else None,
    }


def _status(invited: Invited) -> str:
    """Return what became of an invitation's own mail."""
    in_doubt = invited.status == "sent" and invited.error
    return "unknown" if in_doubt else MAIL_OF.get(invited.status, "sent")


def _facts(world: World, invited: Invited) -> dict[str, Any]:
    return {
        "environment": ENVIRONMENT,
        "inviter_name": invited.group.inviter.name,
        "inviter_email": invited.group.inviter.email,
        "organisation": _organisation(world, invited),
        "product": PRODUCTS[invited.group.product - 1][1],
        "invitee_name": invited.account.name,
        "expires_at": invited.expires_at.isoformat(),
        "note": "",
    }


def _organisation(world: World, invited: Invited) -> str:
    return world.organisations[invited.group.organisation - 1] if invited.group.organisation else ""


def events(world: World) -> Iterator[Row]:
    """Yield the audit log from its first event on, chained as the services chain it."""
    told = [*_founding(world), *_invitations(world), *_blocks(world)]
    told.sort(key=lambda each: each.at)
    previous = GENESIS
    for number, (at, who, event) in enumerate(told, 1):
        row = event_row(number, previous, at, (who.id, who.username), event, "demo")
        previous = row["hash"]
        yield row


def _founding(world: World) -> Iterator[Happened]:
    founder = world.staff["founder"]
    subject = Subject("user", founder.id, founder.email, 1)
    after = {"environment": ENVIRONMENT, "organisation": world.organisations[0]}
    yield Happened(world.start, founder, Event("environment.found", subject, {}, after))
    for account in list(world.staff.values())[1:]:
        after = {"email": account.email, "username": account.username}
        subject = Subject("user", account.id, account.email, 1)
        yield Happened(world.start, founder, Event("user.add", subject, {}, after))


def _invitations(world: World) -> Iterator[Happened]:
    for invited in world.traces:
        after = {
            "status": "queued",
            "batch": invited.group.batch,
            "organisation": _organisation(world, invited),
            "product": PRODUCTS[invited.group.product - 1][0],
            "role": BASIC,
        }
        subject = Subject("invitation", invited.id, invited.account.email, 1)
        sent = Event("invitation.send", subject, {}, after)
        yield Happened(invited.group.at, invited.group.inviter, sent)
        if invited.status in TAKEN_BACK:
            action, before, later = TAKEN_BACK[invited.status]
            event = Event(action, subject, {"status": before}, {"status": invited.status})
            yield Happened(invited.group.at + later, invited.group.inviter, event)


def _blocks(world: World) -> Iterator[Happened]:
    admin = world.staff["admin"]
    for account, at, reason in world.blocked:
        subject = Subject("user", account.id, account.email, 1)
        after = {"status": "blocked", "reason": reason}
        yield Happened(at, admin, Event("user.block", subject, {"status": "active"}, after))
