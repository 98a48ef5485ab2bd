"""Telling, by the clock, those who may approve of who waits: their digests, and who waits too long.

Each is queued in the transaction that notes that it was, so that it is queued once, whoever of the
workers and dashboards looks first.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, delete, func, insert, select

from tui_admin.domain.lifecycle import DIGEST_MAIL, OVERDUE_MAIL, WAITING
from tui_admin.domain.permissions import Rights
from tui_admin.domain.telling import (
    BETWEEN_ESCALATIONS,
    HOURLY,
    is_due,
    overdue_before,
    slot,
)
from tui_admin.services.approval_rows import is_awake
from tui_admin.services.chunks import chunks
from tui_admin.services.digests import TOLD, Choice, choices
from tui_admin.services.drafts import put
from tui_admin.services.posting import Letter, Recipient, post_all
from tui_admin.services.reminders import BY_ITSELF
from tui_admin.services.speaking import language_of
from tui_admin.services.work import Context, Policy, Work
from tui_admin.store.schema.accounts import role_permission, user
from tui_admin.store.schema.environment import setting
from tui_admin.store.schema.joining import registration
from tui_admin.store.schema.organisations import membership, organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.pages import Column
    from tui_admin.store.store import Store

ESCALATED = "approvals.escalated"
"""The setting that says up to whom (by when they handed in) word of an overdue wait has gone."""
NAMED = 5
"""How many of those who wait a mail names, the oldest first."""


class Approver(NamedTuple):
    """Somebody who may approve: everywhere, or for these organisations; `row` is of `user`."""

    row: Any
    everywhere: bool
    organisations: frozenset[int]

    def sees(self) -> list[Column]:
        """Return the conditions of the registrations that they may decide on."""
        own = registration.c.user_id != self.row.id
        if self.everywhere:
            return [own]
        return [own, registration.c.organisation_id.in_(self.organisations)]


class Queue(NamedTuple):
    """Who waits, as one approver may know: how many, how many too long, and the oldest."""

    number: int
    overdue: int
    newest: datetime
    oldest: Sequence[Any]

    def facts(self, work: Work) -> dict[str, Any]:
        """Return what a mail says of it."""
        return {
            "number": self.number,
            "overdue": self.overdue,
            "hours": work.policy.target_hours,
            "since": self.oldest[0].submitted_at,
            "people": [
                {
                    "who": row.display_name,
                    "email": row.email,
                    "organisation": row.organisation or row.company_name,
                }
                for row in self.oldest
            ],
        }


class Telling:
    """Looks whom to tell, for whoever keeps house: a worker, or a dashboard."""

    def __init__(
        self, store: Store, policy: Policy, now: Callable[[], datetime], origin: str
    ) -> None:
        """Look in this store by this clock."""
        self._store = store
        self._context = Context(store, policy, now, BY_ITSELF, origin)

    async def send_due(self) -> int:
        """Queue what is due; returns how many mails."""
        if not await self._store.read(self._any):
            return 0
        return await self._store.exclusive(self._tell)

    async def _any(self, connection: AsyncConnection) -> bool:
        work = self._work(connection)
        if not await work.rows(select(registration.c.id).where(_waits(work)).limit(1)):
            return False
        return bool(await _digests_due(work)) or await _overdue(work) is not None

    async def _tell(self, connection: AsyncConnection) -> int:
        work = self._work(connection)
        queued = await _send_digests(work) + await _escalate(work)
        return await work.finish(queued)

    def _work(self, connection: AsyncConnection) -> Work:
        return Work(connection, self._context, Rights(0, "", active=False, role_id=0))


# Digests


class _Due(NamedTuple):
    approver: Approver
    choice: Choice
    began: datetime


async def _digests_due(work: Work) -> list[_Due]:
    """Return those whose digest's time has come, whether or not there is anything to tell."""
    approvers = await _approvers(work)
    chosen = await choices(work, [each.row.id for each in approvers])
    local, hour = work.now.astimezone(), work.policy.digest_hour
    found = []
    for each in approvers:
        choice = chosen[each.row.id]
        began = slot(choice.when, local, hour).astimezone(work.now.tzinfo)
        if is_due(choice.when, began, choice.chosen_at, choice.told_at):
            found.append(_Due(each, choice, began))
    return found


async def _send_digests(work: Work) -> int:
    letters = []
    for approver, choice, began in await _digests_due(work):
        # Whoever came since is told of the next time.
        in_time = registration.c.submitted_at <= began
        queue = await _queue(work, [_waits(work), in_time, *approver.sees()])
        at = {"at": work.now.isoformat()}
        if queue is None or _is_known(choice, queue):
            continue
        letters.append(_letter(work, DIGEST_MAIL, approver, queue, f"{began:%Y%m%dT%H%MZ}"))
        await put(work.connection, approver.row.id, work.now, TOLD, at)
    await post_all(work, DIGEST_MAIL, letters)
    return len(letters)


def _is_known(choice: Choice, queue: Queue) -> bool:
    """Say whether an hourly digest would only tell again what the last one told."""
    if choice.when != HOURLY or choice.told_at is None:
        return False
    return queue.newest <= choice.told_at


# Those over the target


class _Overdue(NamedTuple):
    after: datetime | None
    until: datetime

    def these(self, work: Work) -> list[Column]:
        found = [_waits(work), registration.c.submitted_at <= self.until]
        return found if self.after is None else [*found, registration.c.submitted_at > self.after]


async def _overdue(work: Work) -> _Overdue | None:
    """Return who has come to wait too long since word of it went, or None for nobody."""
    if not work.policy.target_hours:
        return None
    known = await work.connection.scalar(select(setting.c.value).where(setting.c.name == ESCALATED))
    last = json.loads(known) if known else {}
    if last and datetime.fromisoformat(last["at"]) > work.now - BETWEEN_ESCALATIONS:
        return None
    after = datetime.fromisoformat(last["until"]) if last else None
    found = _Overdue(after, overdue_before(work.now, work.policy.target_hours))
    some = select(registration.c.id).where(*found.these(work)).limit(1)
    return found if await work.rows(some) else None


async def _escalate(work: Work) -> int:
    found = await _overdue(work)
    if found is None:
        return 0
    letters = []
    until = f"{found.until:%Y%m%dT%H%M%SZ}"
    for approver in await _approvers(work):
        queue = await _queue(work, [*found.these(work), *approver.sees()])
        if queue is not None:
            letters.append(_letter(work, OVERDUE_MAIL, approver, queue, until))
    queue = await _queue(work, found.these(work))
    to = work.policy.escalate_to
    if to and queue is not None and all(each.to.email != to for each in letters):
        recipient = Recipient(None, to, "", work.policy.language)
        letters.append(Letter(recipient, queue.facts(work), f"{OVERDUE_MAIL}-0-{until}"))
    await post_all(work, OVERDUE_MAIL, letters)
    value = json.dumps({"until": found.until.isoformat(), "at": work.now.isoformat()})
    await work.connection.execute(delete(setting).where(setting.c.name == ESCALATED))
    await work.connection.execute(insert(setting).values(name=ESCALATED, value=value))
    return len(letters)


# Who, and of whom


def _waits(work: Work) -> Column:
    """Return the condition of those who wait, and are not put off."""
    return and_(registration.c.status == WAITING, is_awake(work.now))


async def _approvers(work: Work) -> list[Approver]:
    """Return those who may approve somebody who waits."""
    roles = select(role_permission.c.role_id).where(role_permission.c.permission == "can_approve")
    asked = select(registration.c.organisation_id).where(_waits(work)).distinct()
    places: dict[int, set[int]] = {}
    for row in await work.rows(
        select(membership.c.user_id, membership.c.organisation_id).where(
            membership.c.company_administrator, membership.c.organisation_id.in_(asked)
        )
    ):
        places.setdefault(row.user_id, set()).add(row.organisation_id)
    person = select(user.c.id, user.c.email, user.c.display_name, user.c.language, user.c.role_id)
    person = person.where(user.c.status == "active")
    everywhere = await work.rows(person.where(user.c.role_id.in_(roles)).order_by(user.c.id))
    found = [Approver(row, everywhere=True, organisations=frozenset()) for row in everywhere]
    for some in chunks(places.keys() - {row.id for row in everywhere}):
        rows = await work.rows(person.where(user.c.id.in_(some)).order_by(user.c.id))
        found += [
            Approver(row, everywhere=False, organisations=frozenset(places[row.id])) for row in rows
        ]
    return found


async def _queue(work: Work, these: list[Column]) -> Queue | None:
    """Return those whom conditions hold for, or None for nobody."""
    late = registration.c.submitted_at <= overdue_before(work.now, work.policy.target_hours)
    counted = select(
        func.count(),
        func.count().filter(late),
        func.max(registration.c.submitted_at),
    ).where(*these)
    number, overdue, newest = (await work.rows(counted))[0]
    if not number:
        return None
    rows = (
        select(
            registration.c.email,
            registration.c.company_name,
            registration.c.submitted_at,
            user.c.display_name,
            organisation.c.name.label("organisation"),
        )
        .select_from(
            registration.join(user, user.c.id == registration.c.user_id).outerjoin(
                organisation, organisation.c.id == registration.c.organisation_id
            )
        )
        .where(*these)
        .order_by(registration.c.submitted_at, registration.c.id)
        .limit(NAMED)
    )
    return Queue(number, overdue, newest, await work.rows(rows))


def _letter(work: Work, kind: str, approver: Approver, queue: Queue, when: str) -> Letter:
    row = approver.row
    to = Recipient(row.id, row.email, row.display_name, language_of(work, row))
    facts = queue.facts(work) | {"invitee_name": row.display_name}
    return Letter(to, facts, f"{kind}-{row.id}-{when}")
