"""The people of the demo environment: six with a name of their own, the others in groups.

A group came in by one press of Send: same time, organisation, product and inviter.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tui_admin.demo.catalogue import DOCUMENTS, EHERKENNING_2PLUS, EHERKENNING_3, HELPDESK, ROLES
from tui_admin.demo.names import people
from tui_admin.demo.registering import Registering, coupon_of
from tui_admin.demo.world import LIFETIME, YEARS, Account, Group, Invited, World
from tui_admin.domain.lifecycle import APPROVED, COMPLETED, REJECTED, WITHDRAWN
from tui_admin.domain.permissions import ADMINISTRATOR, ADVANCED, BASIC
from tui_admin.domain.secrets import new_token, token_hash
from tui_admin.domain.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tui_admin.demo.catalogue import Row

# username, name, role, membership of the first organisation
STAFF = (
    ("founder", "Ada Founder", ADMINISTRATOR, "company_administrator"),
    ("admin", "Bob van den Admin", ADMINISTRATOR, ""),
    ("helpdesk", "Héloïse Helpdesk", HELPDESK, ""),
    ("companyadmin", "Cees Company", BASIC, "company_administrator"),
    ("advanced", "Åse Advanced", ADVANCED, "member"),
    ("basic", "Bjørn Basic", BASIC, "member"),
)
RECENT = 0.25
"""Of the newest quarter many have not answered their invitation yet; of the others few."""
# Out of each hundred: how many are invited, and how many are blocked. 12 and 3 all over.
INVITED_RECENT, INVITED_BEFORE, BLOCKED = 36, 4, 3
REASONS = (
    "Left the company",
    "Lost a laptop, asked by telephone",
    "Signed in from two countries within an hour",
    "At the organisation's request",
    "On leave until further notice",
)
PRODUCTS = (EHERKENNING_3, EHERKENNING_3, EHERKENNING_2PLUS, DOCUMENTS)
# How a registration ended, or how far it came.
FATES = ("completed",) * 16 + ("approved", "details", "withdrawn", "rejected")
# The same where nobody has to approve.
UNAPPROVED = {APPROVED: COMPLETED, REJECTED: WITHDRAWN}
WITH_TOKEN = ("queued", "failed")
"""Invitations whose mail is yet to go out, or may be tried again, and so has a real link.

So has one that was sent with an error: nobody knows whether it arrived.
"""
ACCOUNTS_KEPT = 600
SINGLE, SEVERAL = 0.45, 40
"""How many come alone, and how many come together at most; few groups are large."""


class People:
    """Makes accounts, their memberships and invitations.

    `known` are some active accounts that may still be given more (see `demo.happenings`): at most
    some thousands of a million.
    """

    def __init__(self, world: World) -> None:
        """Prepare to make the world's people."""
        self.world, self.known = world, list[Account]()
        self.registering = Registering(world)
        self._names = people(world.random)
        self._decks: tuple[list[str], list[str]] = ([], [])
        # Twice as many as `happenings` will want, spread over all of them.
        self._keep_every = max(1, world.users // (2 * ACCOUNTS_KEPT + world.users // 250))

    def staff(self) -> None:
        """Make the six whom CONTRACT.md names."""
        world = self.world
        for username, name, role, place in STAFF:
            email = f"{username}@demo.example"
            seen = world.before(60 * (world.made("user") * 7 + 3))
            folded = fold(name)
            row = _user(email, username, name, folded, world.start)
            row |= {"role_id": ROLES[role], "seen_at": seen}
            world.staff[username] = Account(
                world.add("user", row), email, username, name, folded, 1, world.start
            )
            everywhere = username == "founder"
            for organisation in range(1, len(world.organisations) + 1 if everywhere else 2):
                if place:
                    self._join(world.made("user"), organisation, world.start, place)

    def groups(self) -> Iterator[int]:
        """Make everybody else, yielding after each group how many users there are."""
        world, number = self.world, 0
        most = max(6, min(SEVERAL, world.users // 20))
        while (made := world.made("user")) < world.users:
            number += 1
            draw = world.random.random
            size = 1 if draw() < SINGLE else 2 + int(most * draw() ** 3)
            self._group(number, min(size, world.users - made))
            yield world.made("user")

    def _group(self, number: int, size: int) -> None:
        world, draw = self.world, self.world.random.random
        passed = (world.made("user") + draw()) / world.users
        # More and more people come: the latest half within the last eight months.
        at = world.start + timedelta(seconds=int(YEARS.total_seconds() * min(passed, 1) ** 0.6))
        organisation = 1 + int(len(world.organisations) * draw() ** 2.2)
        inviters = [world.staff["founder"], world.staff["admin"]]
        if organisation == 1:
            inviters.append(world.staff["companyadmin"])
        inviter = inviters[int(draw() * len(inviters))]
        product = PRODUCTS[int(draw() * len(PRODUCTS))]
        group = Group(number, at, organisation, product, inviter, None)
        statuses = [self._status(passed) for _ in range(size)]
        # Of a million, not every invitation that was accepted is kept.
        kept = world.sampled(number) or number % 3 == 0
        invited = sum(status == "invited" or kept for status in statuses)
        if invited:
            group = self.batched(group, invited)
        for status in statuses:
            self._person(group, status, kept=kept)

    def _status(self, passed: float) -> str:
        """Deal from a shuffled hundred, so that the shares come true for few people, too."""
        recent = passed > 1 - RECENT
        deck = self._decks[recent]
        if not deck:
            invited = INVITED_RECENT if recent else INVITED_BEFORE
            deck += ["invited"] * invited + ["blocked"] * BLOCKED
            deck += ["active"] * (100 - len(deck))
            self.world.random.shuffle(deck)
        return deck.pop()

    def batched(self, group: Group, size: int, *, undone: bool = False) -> Group:
        """Return the group with a batch of so many invitations."""
        batch = {
            "created_at": group.at,
            "created_by": group.inviter.id,
            "size": size,
            "undo_until": group.at + timedelta(seconds=10),
            "undone_at": group.at + timedelta(seconds=7) if undone else None,
        }
        return group._replace(batch=self.world.add("invitation_batch", batch))

    def _person(self, group: Group, status: str, *, kept: bool) -> None:
        world, draw, name = self.world, self.world.random.random, next(self._names)
        email = f"{name.local}@{world.domains[group.organisation - 1]}"
        row = _user(email, name.local, name.shown, name.folded, group.at)
        row["status"] = status
        key = world.add("user", row)
        account = Account(
            key, email, name.local, name.shown, name.folded, group.organisation, group.at
        )
        if status == "invited":
            self._waits(group, account, row)
            return
        age = (world.now - group.at).total_seconds()
        # Most were here lately; one in thirty never came back after the first day.
        row["seen_at"] = group.at if draw() < 0.03 else world.before(age * draw() ** 4)
        if status == "blocked":
            self._block(group, account, row)
        elif draw() < 0.1:
            row["role_id"] = ROLES[ADVANCED]
        kind = "administrator" if draw() < 0.03 else "member"
        fate = self._register(group, account) if kept else COMPLETED
        if fate in (APPROVED, COMPLETED):
            self._join(key, group.organisation, group.at, kind)
            if status == "active" and key % self._keep_every == 0:
                self.known.append(account._replace(product=group.product if kept else 0))

    def _register(self, group: Group, account: Account) -> str:
        """Let somebody have accepted an invitation; return how far they came with it."""
        key = self.invite(group, account, "accepted", group.at, group.at + LIFETIME)
        fate = FATES[key % len(FATES)]
        fate = fate if group.product == EHERKENNING_3 else UNAPPROVED.get(fate, fate)
        self.registering.identify(account, group.at)
        self.registering.past(account, group, key, fate)
        return fate

    def _waits(self, group: Group, account: Account, row: Row) -> None:
        """Let somebody have a link that works for some hours or days yet, perhaps sent anew."""
        world = self.world
        lately = world.before(world.random.random() * 13 * 86400)
        sent_at = max(group.at, lately)
        row["leaves_at"] = sent_at + LIFETIME
        self.invite(group, account, "sent", sent_at, row["leaves_at"])

    def _block(self, group: Group, account: Account, row: Row) -> None:
        reason = REASONS[int(self.world.random.random() * len(REASONS))]
        row |= {"blocked_from": "active", "blocked_reason": reason}
        if self.world.sampled(group.number):
            self.world.blocked.append((account, row["seen_at"], reason))

    def _join(self, user: int, organisation: int, at: datetime, place: str) -> None:
        company = place == "company_administrator"
        self.world.add(
            "membership",
            {
                "user_id": user,
                "organisation_id": organisation,
                "kind": "administrator" if company else place,
                "company_administrator": company,
                "created_at": at,
                "created_by": 1,
            },
        )

    def invite(
        self,
        group: Group,
        account: Account,
        status: str,
        sent_at: datetime | None,
        expires_at: datetime,
        error: str = "",
        role: str = BASIC,
    ) -> int:
        """Make an invitation and return its id; a sampled one leaves a trace."""
        world = self.world
        key = world.made("invitation") + 1
        token = new_token() if status in WITH_TOKEN or (status == "sent" and error) else ""
        row = _invitation(group, account, status) | {"role_id": ROLES[role]}
        # Else the hash of nothing: what was never sent has no link that could work.
        row["token_hash"] = token_hash(token) if token else f"demo-{key}"
        row |= {"sent_at": sent_at, "expires_at": expires_at, "error": error}
        row["coupon_id"] = coupon_of(key)
        row["authorisation_set_id"] = 1 if key % 7 == 0 and group.product == EHERKENNING_3 else None
        world.add("invitation", row)
        if world.sampled(group.number):
            trace = Invited(key, account, status, group, sent_at, expires_at, error, token)
            world.traces.append(trace)
        return key


def _invitation(group: Group, account: Account, status: str) -> Row:
    """Return what an invitation has of its group and of whom it is for."""
    return {
        "batch_id": group.batch,
        "user_id": account.id,
        "email": account.email,
        "email_key": account.email,
        "name": account.name,
        "search": f"{account.email} {account.folded}",
        "status": status,
        "organisation_id": group.organisation,
        "product_id": group.product,
        "invited_by": group.inviter.id,
        "created_at": group.at,
    }


def _user(email: str, username: str, name: str, folded: str, at: datetime) -> Row:
    """Return an active account's row; the address is in its identity key's form."""
    return {
        "email": email,
        "email_key": email,
        "username": username,
        "display_name": name,
        "name_key": folded,
        "search": f"{email} {username} {folded}",
        "status": "active",
        "blocked_from": "",
        "blocked_reason": "",
        "role_id": ROLES[BASIC],
        "created_at": at,
        "seen_at": None,
        "leaves_at": None,
    }
