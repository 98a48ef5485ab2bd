"""What the makers of the demo's data share: the dice, the clock, and the rows made so far."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from tui_admin.demo.names import domain, organisation_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tui_admin.demo.catalogue import Row

CHUNK = 5_000
"""How many rows are made before their rows are handed on."""
ORDER = (
    "user",
    "membership",
    "digital_identity",
    "invitation_batch",
    "invitation",
    "registration",
)
"""The tables in which people leave rows, each after those that it refers to."""
FEW = 5_000
"""Up to so many users every step of theirs leaves a trace; beyond, only a sample does."""
YEARS = timedelta(days=730)
LIFETIME = timedelta(days=14)
"""How long an invitation can be accepted."""


class Account(NamedTuple):
    """As much of an account as its invitations, mails and events mention.

    `product` is what the person registered for so far, 0 for nothing; then there is a digital
    identity.
    """

    id: int
    email: str
    username: str
    name: str
    folded: str
    organisation: int
    since: datetime
    product: int = 0


class Group(NamedTuple):
    """What people who came in together have in common; without a batch nobody invited them."""

    number: int
    at: datetime
    organisation: int
    product: int
    inviter: Account
    batch: int | None


class Invited(NamedTuple):
    """An invitation as its mails and events mention it.

    `sent_at` is None where no mail went out, `token` is there while one is still to go out.
    """

    id: int
    account: Account
    status: str
    group: Group
    sent_at: datetime | None
    expires_at: datetime
    error: str
    token: str


class World:
    """The environment while it is being made.

    `now` and `start` are whole seconds, two years apart. `sampled` says whether somebody's steps
    leave a trace in outbox and audit log; `traces` and `blocked` are those that do, in no order.
    """

    def __init__(self, users: int, seed: int, now: datetime) -> None:
        """Throw nothing yet but the names of the organisations."""
        self.users, self.seed = users, seed
        self.now = now.replace(microsecond=0)
        self.start = self.now - YEARS
        # Made-up data has to be the same for the same seed; nothing secret hangs on it.
        self.random = Random(seed)  # noqa: S311
        self.organisations = organisation_names(self.random, max(12, users // 500))
        self.domains = [domain(name) for name in self.organisations]
        self.traces: list[Invited] = []
        self.blocked: list[tuple[Account, datetime, str]] = []
        self.staff: dict[str, Account] = {}
        self._rows: dict[str, list[Row]] = {table: [] for table in ORDER}
        self._last: dict[str, int] = dict.fromkeys(ORDER, 0)

    def add(self, table: str, row: Row) -> int:
        """Keep a row; it gets the next id of its table, which is returned."""
        key = self._last[table] = self._last[table] + 1
        row["id"] = key
        self._rows[table].append(row)
        return key

    def made(self, table: str) -> int:
        """Return how many rows of a table there are, and so the last id."""
        return self._last[table]

    def full(self) -> bool:
        """Say whether it is time to hand rows on."""
        return len(self._rows["user"]) >= CHUNK

    def flush(self) -> Iterator[tuple[str, list[Row]]]:
        """Hand the rows on and forget them."""
        for table, rows in self._rows.items():
            if rows:
                self._rows[table] = []
                yield table, rows

    def sampled(self, number: int) -> bool:
        """Say whether the steps of group `number` leave a trace."""
        return self.users <= FEW or number % (self.users // (FEW // 2)) == 0

    def before(self, seconds: float) -> datetime:
        """Return the time so many seconds ago."""
        return self.now - timedelta(seconds=int(seconds))
