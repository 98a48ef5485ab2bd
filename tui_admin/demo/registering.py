"""How the demo's people registered: who they are, what they gave, how far they came, who decided.

Nothing here throws dice: what differs from one to the next follows from their numbers.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tui_admin.demo.catalogue import EHERKENNING_3, registration_number
from tui_admin.domain.lifecycle import APPROVED, COMPLETED, REJECTED, WAITING

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.demo.catalogue import Row
    from tui_admin.demo.world import Account, Group, World

REASONS = (
    "Not registered as a representative of this company",
    "The registration number is that of another company",
    "Please register with your address at work",
    "Nobody at the company knows of this request",
)
YOUNGEST, OLDEST = date(2004, 12, 28), 17_000
"""The last day of birth, and over how many days before it they are spread."""


class Company(NamedTuple):
    """A company as somebody gave it; empty where none was asked for."""

    name: str = ""
    number: str = ""


def coupon_of(invitation: int) -> int | None:
    """Return the coupon of one invitation in five."""
    return 1 if invitation and invitation % 5 == 0 else None


class Registering:
    """Makes digital identities and registrations."""

    def __init__(self, world: World) -> None:
        """Make them in this world."""
        self.world = world

    def ours(self, organisation: int) -> Company:
        """Return an organisation as somebody gives it who knows it well; none for 0."""
        if not organisation:
            return Company()
        number = registration_number(organisation - 1, self.world.seed)
        return Company(self.world.organisations[organisation - 1], number)

    def identify(self, account: Account, at: datetime) -> None:
        """Let somebody have given their personal details."""
        given, _, family = account.name.partition(" ")
        born = YOUNGEST - timedelta(days=account.id * 7_919 % OLDEST)
        row = {
            "user_id": account.id,
            "given_names": given,
            "family_name": family,
            "date_of_birth": born.isoformat(),
            # No telephone has a number like this.
            "phone": f"+31 6 00{account.id * 48_271 % 1_000_000:06}",
            "status": "supplied",
            "created_at": at,
            "updated_at": at,
        }
        self.world.add("digital_identity", row)

    def waiting(
        self, account: Account, group: Group, invitation: int, company: Company, at: datetime
    ) -> None:
        """Let somebody have handed in at a time, and wait for approval."""
        row = self._row(account, group, invitation, company, WAITING)
        self.world.add("registration", row | {"submitted_at": at})

    def past(self, account: Account, group: Group, invitation: int, status: str) -> None:
        """Let somebody have come so far, in hours and days after the beginning."""
        row = self._row(account, group, invitation, self.ours(group.organisation), status)
        handed_in = group.at + timedelta(hours=1 + account.id % 40)
        if status in (APPROVED, COMPLETED, REJECTED):
            row["submitted_at"] = self._before_now(handed_in)
            row |= self._decided(account.id, group.product, handed_in)
        if status == REJECTED:
            row["reason"] = REASONS[account.id % len(REASONS)]
        if status == COMPLETED:
            row["completed_at"] = self._before_now(handed_in + timedelta(days=3))
        self.world.add("registration", row)

    def _decided(self, number: int, product: int, handed_in: datetime) -> Row:
        """Return who decided and when; where nobody has to approve it was nobody, and at once."""
        if product != EHERKENNING_3:
            return {"decided_at": self._before_now(handed_in)}
        decider = self.world.staff["founder" if number % 3 else "admin"]
        at = handed_in + timedelta(hours=2 + number % 44)
        return {"decided_at": self._before_now(at), "decided_by": decider.id}

    def _row(
        self, account: Account, group: Group, invitation: int, company: Company, status: str
    ) -> Row:
        return {
            "user_id": account.id,
            "invitation_id": invitation or None,
            "organisation_id": group.organisation or None,
            "product_id": group.product,
            "coupon_id": coupon_of(invitation),
            "email": account.email,
            "language": "en" if account.id % 3 else "nl",
            "company_name": company.name,
            "company_number": company.number,
            "status": status,
            "created_at": group.at,
            "submitted_at": None,
            "decided_at": None,
            "decided_by": None,
            "reason": "",
            "completed_at": None,
        }

    def _before_now(self, at: datetime) -> datetime:
        return min(at, self.world.now)
