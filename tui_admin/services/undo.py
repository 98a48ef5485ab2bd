"""Taking an act back: each action's inverse, found from the audit events that record it.

An undo is an act of its own, with its own events. It is refused, as a whole, once any of the
records has moved on since, or a mail has left.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from tui_admin.domain.errors import Denied, Refused, Stale
from tui_admin.domain.lifecycle import INVITATION_MAIL, REVOCATION_MAIL
from tui_admin.domain.outcomes import Outcome
from tui_admin.services.chunks import chunks
from tui_admin.services.people import (
    active_administrators,
    find_role,
    recompute_leaving,
)
from tui_admin.services.places import live_others
from tui_admin.services.posting import cancel_waiting, requeue
from tui_admin.services.unbringing import unbring
from tui_admin.services.undeciding import ADMITTED, unapprove, unreject
from tui_admin.services.undone import current, moment_of, noted
from tui_admin.services.unlisting import unenlist
from tui_admin.services.work import Service, Work, writes
from tui_admin.store.schema.accounts import user
from tui_admin.store.schema.audit import audit_event
from tui_admin.store.schema.inviting import invitation, invitation_batch

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from tui_admin.domain.outcomes import Row, Undo

NEEDS = {
    "user.block": "can_block",
    "user.unblock": "can_block",
    "user.role": "can_change_role",
    "user.add": "can_add_user",
    "user.update": "can_add_user",
    "user.identity": "can_register_identity",
    "registration.register": "can_register_identity",
    "invitation.send": "can_invite",
    "invitation.resend": "can_invite",
    "invitation.revoke": "can_invite",
    "registration.approve": "can_approve",
    "registration.reject": "can_approve",
}
"""Who may take an act back: those who may do it."""
ADDED = frozenset({"user.add", "user.identity"})
"""What changing or registering people brings along, where there is anything else."""


class Undoing(Service):
    """Takes acts back."""

    @writes()
    async def take_back(self, work: Work, undo: Undo) -> Outcome:
        """Undo the act of these events; raises `Refused`, and changes nothing, where it is late."""
        if undo.until is not None and work.now > undo.until:
            raise Refused("undo_over")
        events = await self._events(work, undo)
        action = _act(events)
        if not work.rights.scope(NEEDS[action]):
            raise Denied("not_allowed", permission=NEEDS[action])
        done = await INVERSES[action](work, events)
        return work.outcome(f"{action}.undo", done)

    async def __call__(self, undo: Undo) -> Outcome:
        """Undo an act, as the outcome of it said: one that came in parts from its last one on."""
        parts = reversed(undo.parts or (undo,))
        return Outcome.of([await self.take_back(each) for each in parts])

    async def _events(self, work: Work, undo: Undo) -> Sequence[Any]:
        found: list[Any] = []
        for some in chunks(undo.events):
            found += await work.rows(
                select(audit_event).where(audit_event.c.id.in_(some)).order_by(audit_event.c.id)
            )
        if len(found) != len(undo.events) or _act(found) not in NEEDS:
            raise Refused("undo_impossible")
        if any(event.operator_id != work.rights.operator_id for event in found):
            raise Denied("undo_of_another")
        return found


def _act(events: Sequence[Any]) -> str:
    """Return the act that events are of, "" for none or several: what came along is not it."""
    actions = {event.action for event in events} - ADMITTED
    acts = actions - ADDED or actions
    return acts.pop() if len(acts) == 1 else ""


async def _invitations(work: Work, events: Sequence[Any]) -> dict[int, Any]:
    rows = await current(work, invitation, events)
    scope = work.rights.scope("can_invite")
    if not all(scope.covers(row.organisation_id) for row in rows.values()):
        raise Denied("not_allowed_there", permission="can_invite")
    return rows


async def _restore_users(work: Work, events: Sequence[Any]) -> list[Row]:
    """Give accounts back the status and the role they had."""
    rows = await current(work, user, events)
    alike: dict[str, list[Any]] = {}
    for event in events:
        alike.setdefault(event.before, []).append(rows[event.subject_id])
    for text, people in alike.items():
        before = json.loads(text)
        role = await find_role(work, before["role"])
        values = {
            "status": before["status"],
            "blocked_from": before["blocked_from"],
            "blocked_reason": before["blocked_reason"],
            "role_id": role.id,
            "leaves_at": moment_of(before["leaves_at"]),
        }
        await work.change(user, people, values)
    if not await active_administrators(work):
        raise Refused("last_administrator")
    return [noted(work, event, rows[event.subject_id].version) for event in events]


async def _unsend(work: Work, events: Sequence[Any]) -> list[Row]:
    """Take a batch back before any of its mails has left: all of it, or none."""
    rows = await _invitations(work, events)
    if len(await cancel_waiting(work, rows)) != len(rows):
        raise Refused("undo_mail_left")
    await work.change(invitation, rows.values(), {"status": "undone"})
    await work.connection.execute(
        update(invitation_batch)
        .where(invitation_batch.c.id.in_({row.batch_id for row in rows.values()}))
        .values(undone_at=work.now)
    )
    await recompute_leaving(work, {row.user_id for row in rows.values()})
    return [noted(work, event, rows[event.subject_id].version) for event in events]


async def _unresend(work: Work, events: Sequence[Any]) -> list[Row]:
    """Let the old links work again, before the new ones have left."""
    rows = await _invitations(work, events)
    if len(await cancel_waiting(work, rows)) != len(rows):
        raise Refused("undo_mail_left")
    return await _restore_invitations(work, events, rows)


async def _unrevoke(work: Work, events: Sequence[Any]) -> list[Row]:
    """Let revoked links work again, before word of it has left."""
    rows = await _invitations(work, events)
    told = {e.subject_id for e in events if json.loads(e.before)["status"] != "queued"}
    waiting = await cancel_waiting(work, rows, REVOCATION_MAIL)
    if not told <= waiting:
        raise Refused("undo_mail_left")
    done = await _restore_invitations(work, events, rows)
    await requeue(work, [each for each in rows if each not in told], INVITATION_MAIL)
    return done


async def _restore_invitations(
    work: Work, events: Sequence[Any], rows: dict[int, Any]
) -> list[Row]:
    others = await live_others(work, list(rows.values()))
    for each in others:
        raise Stale("undo_went_further", who=rows[each].email)
    done = []
    for event in events:
        before = json.loads(event.before)
        values = before | {"expires_at": moment_of(before["expires_at"])}
        await work.change(invitation, [rows[event.subject_id]], values)
        done.append(noted(work, event, rows[event.subject_id].version))
    await recompute_leaving(work, {row.user_id for row in rows.values()})
    return done


INVERSES: dict[str, Callable[[Work, Sequence[Any]], Awaitable[list[Row]]]] = {
    "user.block": _restore_users,
    "user.unblock": _restore_users,
    "user.role": _restore_users,
    "user.add": unbring,
    "user.update": unbring,
    "user.identity": unbring,
    "registration.register": unenlist,
    "invitation.send": _unsend,
    "invitation.resend": _unresend,
    "invitation.revoke": _unrevoke,
    "registration.approve": unapprove,
    "registration.reject": unreject,
}
