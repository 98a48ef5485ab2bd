"""How each who may approve wants to be told of who waits: their own choice, else the deployment's.

It lies on their desk, as views do: nobody else's business, and not audited.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import select

from tui_admin.domain.errors import Refused
from tui_admin.domain.telling import DIGESTS
from tui_admin.services.chunks import chunks
from tui_admin.services.drafts import keep, kept
from tui_admin.services.work import Service, Work, reads, writes
from tui_admin.store.schema.desk import operator_state

if TYPE_CHECKING:
    from collections.abc import Collection

CHOICE: Final = "digest"
TOLD: Final = "digest.told"


class Digest(NamedTuple):
    """A choice; `when` is one of `domain.telling.DIGESTS`, `chosen` says whether it is their own.

    `default` is what holds where nobody chose, `hour` when a daily one goes out.
    """

    when: str
    chosen: bool
    default: str
    hour: int


class Choice(NamedTuple):
    """What somebody chose and when, and when a digest was queued for them last."""

    when: str
    chosen_at: datetime | None = None
    told_at: datetime | None = None


class Digests(Service):
    """An operator's own choice."""

    @reads("can_approve")
    async def mine(self, work: Work) -> Digest:
        """Return what holds for the operator."""
        return _as_it_is(work, str((await kept(work, CHOICE)).get("when", "")))

    @writes("can_approve")
    async def choose(self, work: Work, when: str) -> Digest:
        """Be told so from now on; "" goes by the deployment's default again.

        Raises `Refused` for a word that is none of `domain.telling.DIGESTS`.
        """
        if when and when not in DIGESTS:
            raise Refused("digest_unknown", digest=when, known=", ".join(DIGESTS))
        if not work.rehearsal:
            await keep(work, CHOICE, {"when": when} if when else {})
        return _as_it_is(work, when)


def _as_it_is(work: Work, own: str) -> Digest:
    default = work.policy.digest
    return Digest(own or default, bool(own), default, work.policy.digest_hour)


async def choices(work: Work, people: Collection[int]) -> dict[int, Choice]:
    """Return what holds for each of these users (ids), and when they were told last."""
    found = {each: Choice(work.policy.digest) for each in people}
    state = operator_state.c
    for some in chunks(people):
        rows = await work.rows(
            select(operator_state).where(state.user_id.in_(some), state.name.in_((CHOICE, TOLD)))
        )
        for row in rows:
            value = json.loads(row.value)
            if row.name == CHOICE:
                said = {"when": value["when"], "chosen_at": row.saved_at}
            else:
                said = {"told_at": datetime.fromisoformat(value["at"])}
            found[row.user_id] = found[row.user_id]._replace(**said)
    return found
