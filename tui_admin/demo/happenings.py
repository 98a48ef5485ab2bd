"""What goes on in the demo environment: invitations in every status, registrations that wait."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from tui_admin.demo.catalogue import (
    DOCUMENTS,
    EHERKENNING_3,
    is_claimed,
    registration_number,
)
from tui_admin.demo.registering import Company
from tui_admin.demo.world import LIFETIME, Group
from tui_admin.domain.lifecycle import REJECTED
from tui_admin.domain.permissions import ADVANCED, BASIC
from tui_admin.services.dispatch import NOT_KNOWN

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.demo.people import People
    from tui_admin.demo.world import Account, World

DAY = 86_400.0
OLDEST, NEWEST = 40 * DAY, 240.0
"""Ages of the registrations that wait for approval, in seconds: weeks to minutes."""
NO_WARNINGS = 20
"""So many of the oldest have nothing that an approver would have to look into."""
ODDITIES = ("", "address", "domain", "rejected", "unknown", "name")
"""What there is to look into: another address than the invited one, joined by the domain without a
company, rejected before, a company we do not know, one that we know by another name."""
LONG_AGO = timedelta(days=12)
"""How long before they tried again those who were rejected had tried first."""
STRANGERS = (
    "Jansen & Zonen Timmerwerken",
    "De Vries Fietskoeriers BV",
    "Praktijk Bakker",
    "Smit Tegelwerken VOF",
)


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
        self._identified: set[int] = set()
        self.registering = people.registering

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

    def in_doubt(self) -> None:
        """Make an invitation of whose mail nobody knows whether it arrived."""
        at = self.world.before(75 * 60)
        account, group = self._somebody(self._group(at, DOCUMENTS), at)
        group = self.people.batched(group, 1)
        self.people.invite(group, account, "sent", at, at + LIFETIME, NOT_KNOWN)

    def registrations(self) -> None:
        """Make registrations that wait for approval, the oldest first."""
        number = max(30, self.world.users // 500)
        for turn in range(number):
            age = OLDEST * (NEWEST / OLDEST) ** (turn / (number - 1))
            self._awaits(turn, self.world.before(age), age)

    def _awaits(self, turn: int, submitted: datetime, age: float) -> None:
        hours = 1 + 46 * self.world.random.random()
        at = submitted - timedelta(seconds=int(min(hours * 3600, age * 4)))
        odd = ODDITIES[turn % len(ODDITIES)] if turn >= NO_WARNINGS else ""
        account, group = self._newcomer(odd, at)
        self._identify(account, submitted)
        if odd == "rejected" and account in self._spare:
            odd = "unknown"  # else all that they wait with would be of somebody rejected before
        if odd == "rejected":
            self.registering.past(account, group._replace(at=at - LONG_AGO), 0, REJECTED)
        if odd in ("domain", "unknown"):
            group = group._replace(organisation=0)
        alone = odd in ("domain", "unknown", "rejected") or turn % 5 == 4
        key = 0 if alone else self._invited(turn, account, group, elsewhere=odd == "address")
        company = self._company(turn, group, odd)
        self.registering.waiting(account, group, key, company, submitted)

    def _newcomer(self, odd: str, at: datetime) -> tuple[Account, Group]:
        """Return somebody who never registered for what needs approval, and their group."""
        return self._somebody(
            self._group(at, EHERKENNING_3),
            at - LONG_AGO if odd == "rejected" else at,
            claimed=odd == "domain",
            new_to=EHERKENNING_3,
        )

    def _identify(self, account: Account, at: datetime) -> None:
        """Let somebody have given their personal details, unless they had before."""
        if not account.product and account.id not in self._identified:
            self._identified.add(account.id)
            self.registering.identify(account, at)

    def _invited(self, turn: int, account: Account, group: Group, *, elsewhere: bool) -> int:
        """Let somebody have been invited, perhaps at another address; return the invitation."""
        local, _, domain = account.email.rpartition("@")
        other = account._replace(email=f"{local}.private@{domain}") if elsewhere else account
        role = ADVANCED if turn % 7 == 3 else BASIC
        batch = self.people.batched(group, 1)
        return self.people.invite(
            batch, other, "accepted", group.at, group.at + LIFETIME, role=role
        )

    def _company(self, turn: int, group: Group, odd: str) -> Company:
        """Return what somebody said of their company."""
        if odd == "unknown":
            # Numbered beyond all that there are.
            number = registration_number(len(self.world.organisations) + turn, self.world.seed)
            return Company(STRANGERS[turn % len(STRANGERS)], number)
        company = self.registering.ours(group.organisation)
        if odd == "name":
            return company._replace(name=f"{company.name.rpartition(' ')[0]} Holding")
        return company

    def _group(self, at: datetime, product: int) -> Group:
        self._turn += 1
        inviter = self.world.staff["founder" if self._turn % 3 else "admin"]
        # Number 0 is always sampled.
        return Group(0, at, 0, product, inviter, None)

    def _somebody(
        self, group: Group, at: datetime, *, claimed: bool = False, new_to: int = 0
    ) -> tuple[Account, Group]:
        """Return somebody who was there at that time, and the group for their organisation.

        `claimed` asks for an address of a claimed domain, `new_to` for somebody who never
        registered for a product. Where nobody is left, two of the staff are taken, each time for
        another organisation.
        """
        for index in range(len(self._free) - 1, -1, -1):
            account = self._free[index]
            known = bool(new_to) and account.product == new_to
            belongs = not claimed or is_claimed(account.organisation)
            if account.since <= at and belongs and not known:
                del self._free[index]
                return account, group._replace(organisation=account.organisation)
        account = self._spare[self._turn % len(self._spare)]
        organisation = 1 + self._turn % len(self.world.organisations)
        return account, group._replace(organisation=organisation)
