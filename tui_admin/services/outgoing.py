"""The outbox as a worker sees it: claim, hand over, settle.

Attempts are counted at the claim, `handing over` is committed before the text goes out and the
outcome after the server's answer, so that a crash in between is seen as what it is (FACTS, Mail).
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, delete, func, or_, select, update

from tui_admin.domain.lifecycle import HEARTBEAT_FRESH, INVITATION_MAIL, LEASE, back_off
from tui_admin.services.posting import outbox_moved
from tui_admin.store.schema.inviting import invitation
from tui_admin.store.schema.outbox import outbox_message, worker

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_admin.mail.compose import Letter
    from tui_admin.mail.outcome import Delivery
    from tui_admin.store.connection import AsyncConnection
    from tui_admin.store.store import Store

HANDING_OVER = "handing over"
NOT_KNOWN = "It is not known whether the mail server took it."


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


class Outgoing:
    """One store's outbox for the workers."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        """Work on this store by this clock."""
        self._store, self.now = store, now
        self._told = ""

    async def due(self) -> datetime | None:
        """Return when the next message may go; None where none waits."""

        async def ask(connection: AsyncConnection) -> datetime | None:
            first = select(func.min(outbox_message.c.not_before))
            found = await connection.scalar(first.where(outbox_message.c.status == "queued"))
            return found if found is None or isinstance(found, datetime) else None

        return await self._store.read(ask)

    async def claim(self, owner: str) -> Claimed | None:
        """Return the next message that is due, now this worker's; None where there is none."""
        now = self.now()
        waiting = (
            select(outbox_message.c.id)
            .where(outbox_message.c.status == "queued", outbox_message.c.not_before <= now)
            .order_by(outbox_message.c.priority, outbox_message.c.not_before, outbox_message.c.id)
            .limit(1)
        )
        statement = (
            update(outbox_message)
            .where(outbox_message.c.id.in_(self._store.dialect.claim(waiting)))
            .values(
                status="sending",
                owner=owner,
                lease_until=now + LEASE,
                attempts=outbox_message.c.attempts + 1,
                phase="claimed",
                version=outbox_message.c.version + 1,
            )
            .returning(*outbox_message.c)
        )

        async def act(connection: AsyncConnection) -> Claimed | None:
            row = (await connection.execute(statement)).first()
            return Claimed(row) if row is not None else None

        return await self._store.write(act)

    async def hand_over(self, claimed: Claimed, owner: str, body: bytes) -> bool:
        """Write down that the text is going out; False where the claim was lost meanwhile."""
        statement = (
            update(outbox_message)
            .where(outbox_message.c.id == claimed.id, outbox_message.c.owner == owner)
            .where(outbox_message.c.status == "sending")
            .values(phase=HANDING_OVER, body=body, lease_until=self.now() + LEASE)
        )

        async def act(connection: AsyncConnection) -> bool:
            return (await connection.execute(statement)).rowcount == 1

        return await self._store.write(act)

    async def settle(
        self, claimed: Claimed, owner: str, delivery: Delivery, shown: str, why: str
    ) -> None:
        """Write down what became of a message, and let its invitation follow.

        `shown` is its text without the link, `why` what people read where it did not go.
        """
        values = self._settled(claimed.row, delivery, shown, why)

        async def act(connection: AsyncConnection) -> None:
            mine = (outbox_message.c.id == claimed.id, outbox_message.c.owner == owner)
            done = await connection.execute(
                update(outbox_message)
                .where(*mine, outbox_message.c.status.in_(("sending", "unknown")))
                .values(version=outbox_message.c.version + 1, **values)
            )
            if done.rowcount:
                await self._follow(connection, claimed.row, values)
                await outbox_moved(connection)

        await self._store.write(act)

    def _settled(self, row: Any, delivery: Delivery, shown: str, why: str) -> dict[str, Any]:
        now = self.now()
        free = {"owner": "", "lease_until": None, "phase": ""}
        match delivery.outcome:
            case "sent":
                blank = {"facts": "{}", "body": None, "shown": shown, "last_error": ""}
                return {"status": "sent", "sent_at": now, **blank, **free}
            case "permanent":
                return {"status": "failed", "last_error": why, **free}
            case "unknown":
                return {"status": "unknown", "last_error": why or NOT_KNOWN, **free}
            case "unreachable":
                # The server's trouble, not the message's: no attempt was used.
                return {"status": "queued", "attempts": row.attempts - 1, "last_error": why, **free}
        later = now + back_off(row.attempts)
        if row.not_after is not None and later > row.not_after:
            return {"status": "expired", "last_error": why, **free}
        return {"status": "queued", "not_before": later, "last_error": why, **free}

    async def _follow(self, connection: AsyncConnection, row: Any, values: dict[str, Any]) -> None:
        """Let an invitation follow its mail; one that was revoked meanwhile stays revoked."""
        if row.kind != INVITATION_MAIL or row.invitation_id is None:
            return
        status = {"sent": "sent", "unknown": "sent", "failed": "failed", "expired": "failed"}
        after: dict[str, Any] = {"error": values["last_error"]}
        if values["status"] in status:
            after |= {"status": status[values["status"]], "moved_at": self.now()}
        if after.get("status") == "sent":
            after["sent_at"] = self.now()
        await connection.execute(
            update(invitation)
            .where(invitation.c.id == row.invitation_id, invitation.c.status == "queued")
            .values(version=invitation.c.version + 1, **after)
        )

    async def tidy(self) -> int:
        """Take over from workers that died, give up what is too late; returns how many changed.

        A message whose text was going out when its worker died may have arrived: it is parked as
        unknown and shown, never sent again by itself.
        """
        now = self.now()
        lost = and_(outbox_message.c.status == "sending", outbox_message.c.lease_until < now)
        late = and_(outbox_message.c.status == "queued", outbox_message.c.not_after <= now)
        handing = outbox_message.c.phase == HANDING_OVER
        free = {"owner": "", "lease_until": None, "version": outbox_message.c.version + 1}
        changes = (
            (and_(lost, handing), {"status": "unknown", "phase": "", "last_error": NOT_KNOWN}),
            (and_(lost, ~handing), {"status": "queued", "phase": ""}),
            (late, {"status": "expired"}),
        )

        async def act(connection: AsyncConnection) -> int:
            changed = 0
            for condition, values in changes:
                done = await connection.execute(
                    update(outbox_message).where(condition).values(**free, **values)
                )
                changed += done.rowcount
            if changed:
                await outbox_moved(connection)
            return changed

        async def ask(connection: AsyncConnection) -> bool:
            some = select(outbox_message.c.id).where(or_(lost, late)).limit(1)
            return (await connection.execute(some)).first() is not None

        return await self._store.write(act) if await self._store.read(ask) else 0

    async def beat(self, name: str, trouble: str = "", retry_at: datetime | None = None) -> None:
        """Say that this worker lives and what troubles it, and keep what it has claimed."""
        now = self.now()
        values = {"beat_at": now, "trouble": trouble, "retry_at": retry_at}

        async def act(connection: AsyncConnection) -> None:
            known = await connection.execute(
                update(worker).where(worker.c.name == name).values(**values)
            )
            if not known.rowcount:
                await connection.execute(worker.insert().values(name=name, **values))
                await connection.execute(
                    delete(worker).where(worker.c.beat_at < now - 20 * HEARTBEAT_FRESH)
                )
            await connection.execute(
                update(outbox_message)
                .where(outbox_message.c.owner == name, outbox_message.c.status == "sending")
                .values(lease_until=now + LEASE)
            )
            if trouble != self._told:
                await outbox_moved(connection)

        await self._store.write(act)
        self._told = trouble

    async def sign_off(self, name: str) -> None:
        """Leave at once, so that another worker need not wait for the heartbeat to grow old."""

        async def act(connection: AsyncConnection) -> None:
            await connection.execute(delete(worker).where(worker.c.name == name))
            await connection.execute(
                update(outbox_message)
                .where(outbox_message.c.owner == name, outbox_message.c.status == "sending")
                .where(outbox_message.c.phase != HANDING_OVER)
                .values(status="queued", owner="", lease_until=None, phase="")
            )
            await outbox_moved(connection)

        await self._store.write(act)

    async def stands_back_for(self, name: str) -> bool:
        """Say whether a worker that comes before this one by name is alive."""
        fresh = self.now() - HEARTBEAT_FRESH

        async def ask(connection: AsyncConnection) -> bool:
            first = select(worker.c.name).where(worker.c.name < name, worker.c.beat_at > fresh)
            return (await connection.execute(first.limit(1))).first() is not None

        return await self._store.read(ask)
