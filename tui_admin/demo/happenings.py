"""What goes on in the demo environment: invitations in every status, registrations that wait."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from tui_admin.demo.catalogue import DOCUMENTS, EHERKENNING_3
from tui_admin.demo.world import LIFETIME, Group

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.demo.people import People
    from tui_admin.demo.world import Account, World

DAY = 86_400.0
OLDEST, NEWEST = 40 * DAY, 240.0
"""Ages of the registrations that wait for approval, in seconds: weeks to minutes."""
NO_WARNINGS = 20
"""So many of the oldest have nothing that an approver would have to look into."""


class Course(NamedTuple):
    """A way an invitation went: its status, and how many days ago it was sent (from, to)."""

    status: str
    newest: float
    oldest: float


COURSES = (
    Course("failed", 0.05, 9),
    Course("revoked", 0.3, 60),
    Course("expired", 20, 200),
    Course("undone", 0.1, 30),
    # Overdue: nobody has looked at it since, so that it is only computed to be expired.
    Course("sent", 15, 40),
)
ERRORS = (
    "550 5.1.1 There is no such mailbox here",
    "552 5.2.2 The mailbox is full",
    "554 5.7.1 Refused by policy",
)


class Happenings:
    """Gives some of the people more to do, each of them one thing."""

    def __init__(self, world: World, people: People) -> None:
        """Take the known people in no order."""
        self.world, self.people = world, people
        self._free = people.known
        world.random.shuffle(self._free)
        self._spare = [world.staff["basic"], world.staff["advanced"]]
        self._turn = 0

    def invitations(self) -> None:
        """Make invitations that were not simply accepted, at least one of each status."""
        number = max(2 * len(COURSES), min(1000, self.world.users // 12))
        for turn in range(number):
            course = COURSES[turn % len(COURSES)]
            days = course.newest + self.world.random.random() * (course.oldest - course.newest)
            at = self.world.before(days * DAY)
            group = self._group(at, DOCUMENTS)
            account, group = self._somebody(group, at)
            group = self.people.batched(group, 1, undone=course.status == "undone")
            failed = course.status == "failed"
            error = ERRORS[turn % len(ERRORS)] if failed else ""
            sent_at = None if failed or course.status == "undone" else at
            self.people.invite(group, account, course.status, sent_at, at + LIFETIME, error)

    def queued(self) -> None:
        """Make invitations whose mail is about to go out."""
        for minutes in (9, 4):
            at = self.world.before(minutes * 60)
            account, group = self._somebody(self._group(at, DOCUMENTS), at)
            self.people.invite(
                self.people.batched(group, 1), account, "queued", None, at + LIFETIME
            )

    def registrations(self) -> None:
        """Make registrations that wait for approval, the oldest first."""
        number = max(30, self.world.users // 500)
        for turn in range(number):
            age = OLDEST * (NEWEST / OLDEST) ** (turn / (number - 1))
            self._awaits(turn, self.world.before(age), age)

    def _awaits(self, turn: int, submitted: datetime, age: float) -> None:
        hours = 1 + 46 * self.world.random.random()
        invited_at = submitted - timedelta(seconds=int(min(hours * 3600, age * 4)))
        account, group = self._somebody(self._group(invited_at, EHERKENNING_3), invited_at)
        odd = turn % 4 if turn >= NO_WARNINGS else 0
        if odd == 2:
            # Came by the domain of the address: nobody invited, no organisation yet.
            group = group._replace(organisation=0)
            self.people.register(account, group, 0, "awaiting_approval", submitted)
            return
        addressee = account
        if odd == 1:
            local, _, domain = account.email.rpartition("@")
            addressee = account._replace(email=f"{local}.private@{domain}")
        key = self.people.invite(
            self.people.batched(group, 1), addressee, "accepted", invited_at, invited_at + LIFETIME
        )
        self.people.register(account, group, key, "awaiting_approval", submitted)

    def _group(self, at: datetime, product: int) -> Group:
        self._turn += 1
        inviter = self.world.staff["founder" if self._turn % 3 else "admin"]
        # Number 0 is always sampled.
        return Group(0, at, 0, product, inviter, None)

    def _somebody(self, group: Group, at: datetime) -> tuple[Account, Group]:
        """Return somebody who was there at that time, and the group for their organisation.

        Where nobody is left, two of the staff are taken, each time for another organisation.
        """
        for index in range(len(self._free) - 1, -1, -1):
            if self._free[index].since <= at:
                account = self._free.pop(index)
                return account, group._replace(organisation=account.organisation)
        account = self._spare[self._turn % len(self._spare)]
        organisation = 1 + self._turn % len(self.world.organisations)
        return account, group._replace(organisation=organisation)
