"""The outbox as a worker sees it: claim, keep the bytes, hand over, write down what became of it.

Attempts are counted at the claim, `handing over` is committed before the text goes out and the
outcome after the server's answer, so that a crash in between is seen as what it is (FACTS, Mail).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, bindparam, exists, or_, select, update

from tui_admin.domain.lifecycle import BULK, LEASE, PAUSED, URGENT
from tui_admin.services.dispatch import HANDING_OVER, Note, settle
from tui_admin.services.posting import OUTBOX_MOVED
from tui_admin.services.roster import Roster
from tui_admin.services.tidying import tidy
from tui_admin.store.among import among, handfuls
from tui_admin.store.schema.environment import setting
from tui_admin.store.schema.outbox import outbox_message

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Connection

    from tui_admin.mail.compose import Letter
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store


class Claimed(NamedTuple):
    """A message that one worker may send now."""

    row: Any

    @property
    def id(self) -> int:
        """Return the message's id."""
        return int(self.row.id)

    def letter(self) -> Letter:
        """Return what the message is made of."""
        return letter_of(self.row)


class Kept(NamedTuple):
    """The bytes of a message, and its text without the link as it may be shown."""

    id: int
    body: bytes
    shown: str


def letter_of(row: Any) -> Letter:
    """Return what a message of the outbox is made of."""
    from tui_admin.mail.compose import Letter

    facts = json.loads(row.facts)
    if "expires_at" in facts:
        facts["expires_at"] = datetime.fromisoformat(facts["expires_at"])
    return Letter(
        kind=row.kind,
        language=row.language,
        to=row.to,
        to_name=row.to_name,
        facts=facts,
        message_id=row.message_id,
        date=row.created_at,
        reply_to=row.reply_to or None,
        reference=row.dedupe_key,
    )


def _may_go() -> ColumnElement[bool]:
    """Return what holds of a mail that no pause holds back."""
    paused = exists().where(setting.c.name == PAUSED)
    return or_(outbox_message.c.priority <= URGENT, ~paused)


DUE = and_(
    outbox_message.c.status == "queued",
    outbox_message.c.not_before <= bindparam("now"),
    outbox_message.c.priority <= bindparam("up_to"),
    _may_go(),
)
ANY_DUE = select(outbox_message.c.id).where(DUE).limit(1)
WAITING = (
    select(outbox_message.c.id)
    .where(DUE)
    .order_by(outbox_message.c.priority, outbox_message.c.not_before, outbox_message.c.id)
    .limit(bindparam("most"))
)
CLAIM = update(outbox_message).values(
    status="sending",
    owner=bindparam("by"),
    lease_until=bindparam("until"),
    attempts=outbox_message.c.attempts + 1,
    phase="claimed",
    version=outbox_message.c.version + 1,
)
KEEP = (
    update(outbox_message)
    .where(outbox_message.c.id == bindparam("of"), outbox_message.c.owner == bindparam("by"))
    .values(body=bindparam("bytes"), shown=bindparam("text"))
)
GRANT = (
    update(outbox_message)
    .where(
        among(outbox_message.c.id),
        outbox_message.c.owner == bindparam("by"),
        outbox_message.c.status == "sending",
        # Once for each claim.
        outbox_message.c.phase == "claimed",
        _may_go(),
    )
    .values(phase=HANDING_OVER, lease_until=bindparam("until"))
    .returning(outbox_message.c.id)
)


class Outgoing:
    """One store's outbox for the workers."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        """Work on this store by this clock."""
        self._store, self.now = store, now
        self.roster = Roster(store, now)
        chosen = outbox_message.c.id.in_(store.dialect.claim(WAITING))
        self._claim = CLAIM.where(chosen).returning(*outbox_message.c)

    async def is_due(self, up_to: int = BULK) -> bool:
        """Say whether a message of this priority or a more pressing one could be claimed now."""
        asked = {"now": self.now(), "up_to": up_to}

        async def ask(connection: AsyncConnection) -> bool:
            return (await connection.execute(ANY_DUE, asked)).first() is not None

        return await self._store.read(ask)

    async def claim(self, owner: str, most: int = 1, *, up_to: int = BULK) -> tuple[Claimed, ...]:
        """Return the next messages that are due, now this worker's, the most pressing first.

        Only those of the priority `up_to` or a more pressing one.
        """
        now = self.now()
        asked = {"now": now, "until": now + LEASE, "by": owner, "most": most, "up_to": up_to}

        def act(connection: Connection) -> list[Any]:
            return list(connection.execute(self._claim, asked))

        rows = await self._store.jot(act)
        rows.sort(key=lambda row: (row.priority, row.not_before, row.id))
        return tuple(Claimed(row) for row in rows)

    async def keep(self, owner: str, made: Collection[Kept]) -> None:
        """Store the bytes of messages before the first attempt, so that every other has the same.

        A claim that was lost meanwhile is passed over.
        """
        rows = [
            {"of": each.id, "by": owner, "bytes": each.body, "text": each.shown} for each in made
        ]

        def act(connection: Connection) -> None:
            connection.execute(KEEP, rows)

        if rows:
            await self._store.jot(act)

    async def write(
        self, owner: str, notes: Sequence[Note] = (), handing: Iterable[int] = ()
    ) -> frozenset[int]:
        """Write down what became of some messages and that the text of others is going out.

        All of it in one transaction. Returns those whose text may go out: the claim of another was
        lost, or a pause holds it.
        """
        now = self.now()
        wanted = list(handing)

        def act(connection: Connection) -> frozenset[int]:
            if settle(connection, owner, notes, now):
                connection.execute(OUTBOX_MOVED)
            granted: set[int] = set()
            for some in handfuls(wanted):
                grant = {**some, "by": owner, "until": now + LEASE}
                granted.update(connection.execute(GRANT, grant).scalars())
            return frozenset(granted)

        return await self._store.jot(act)

    async def tidy(self) -> int:
        """Take over from workers that died and see to what time decides; returns how many."""
        return await tidy(self._store, self.now())
