"""Taking back what was done with invitations: sent, sent again, revoked, retried, held, copied."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import update

from tui_admin.domain.errors import Denied, Refused, Stale
from tui_admin.domain.lifecycle import REVOCATION_MAIL
from tui_admin.services.people import recompute_leaving
from tui_admin.services.places import live_others
from tui_admin.services.posting import cancel_waiting, requeue
from tui_admin.services.renewing import TIMES, tell_expiry
from tui_admin.services.undone import current, moment_of, noted
from tui_admin.store.schema.inviting import invitation, invitation_batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.outcomes import Row
    from tui_admin.services.work import Work


async def unsend(work: Work, events: Sequence[Any]) -> list[Row]:
    """Take a batch back before any of its mails has left: all of it, or none."""
    rows = await _uncover(work, events)
    await _hold_back(work, rows)
    await work.change(invitation, rows.values(), {"status": "undone"})
    await work.connection.execute(
        update(invitation_batch)
        .where(invitation_batch.c.id.in_({row.batch_id for row in rows.values()}))
        .values(undone_at=work.now)
    )
    await recompute_leaving(work, {row.user_id for row in rows.values()})
    return [noted(work, event, rows[event.subject_id].version) for event in events]


async def unresend(work: Work, events: Sequence[Any]) -> list[Row]:
    """Let the old links work again, or the mails be failed, before the new ones have left."""
    rows = await _uncover(work, events)
    await _hold_back(work, rows)
    return await _restore(work, events, rows)


async def unrevoke(work: Work, events: Sequence[Any]) -> list[Row]:
    """Let revoked links work again, before word of it has left."""
    rows = await _uncover(work, events)
    waiting = await cancel_waiting(work, rows, REVOCATION_MAIL)
    if not {each.subject_id for each in events if _told(each)} <= waiting:
        raise Refused("undo_mail_left")
    done = await _restore(work, events, rows)
    await requeue(work, _were_queued(events))
    return done


async def unlink(work: Work, events: Sequence[Any]) -> list[Row]:
    """Let the links of the mails work again in place of those that were copied."""
    rows = await _uncover(work, events)
    done = await _restore(work, events, rows)
    await requeue(work, _were_queued(events))
    return done


async def unhold(work: Work, events: Sequence[Any]) -> list[Row]:
    """Let links hold until the time they held before."""
    rows = await _uncover(work, events)
    done = await _restore(work, events, rows)
    times = {each.subject_id: moment_of(json.loads(each.before)["expires_at"]) for each in events}
    await tell_expiry(work, {key: at for key, at in times.items() if at is not None})
    return done


async def _uncover(work: Work, events: Sequence[Any]) -> dict[int, Any]:
    """Return the invitations of the events; raises `Denied` where they are not the operator's."""
    rows = await current(work, invitation, events)
    scope = work.rights.scope("can_invite")
    if not all(scope.covers(row.organisation_id) for row in rows.values()):
        raise Denied("not_allowed_there", permission="can_invite")
    return rows


async def _hold_back(work: Work, rows: dict[int, Any]) -> None:
    if len(await cancel_waiting(work, rows)) != len(rows):
        raise Refused("undo_mail_left")


def _told(event: Any) -> bool:
    """Say whether somebody was told of a revocation; older events do not say."""
    told: bool = json.loads(event.after).get("told", not _was_queued(event))
    return told


def _was_queued(event: Any) -> bool:
    return bool(json.loads(event.before)["status"] == "queued")


def _were_queued(events: Sequence[Any]) -> list[int]:
    return [each.subject_id for each in events if _was_queued(each)]


async def _restore(work: Work, events: Sequence[Any], rows: dict[int, Any]) -> list[Row]:
    others = await live_others(work, list(rows.values()))
    for each in others:
        raise Stale("undo_went_further", who=rows[each].email)
    done = []
    for event in events:
        before = json.loads(event.before)
        times = {name: moment_of(before[name]) for name in TIMES if name in before}
        await work.change(invitation, [rows[event.subject_id]], before | times)
        done.append(noted(work, event, rows[event.subject_id].version))
    await recompute_leaving(work, {row.user_id for row in rows.values()})
    return done
