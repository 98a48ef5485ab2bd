"""People on the other side of a link: what they read in their mail, and the steps they take."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from tests.support.company import ACME
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company
    from tui_admin.domain.joining import Journey, Passed
    from tui_admin.services.joining import Joining

PASSWORD = "correct horse battery"
PIET = "piet@x.example"
DETAILS = {
    "given_names": "Piet",
    "family_name": "de Vries",
    "date_of_birth": "31-01-1990",
    "phone": "+31 6 1234 5678",
}
BAKERY = {"organisation_name": "Bakkerij BV", "registration_number": "87654321"}


class Joiner:
    """Somebody with an address, a browser and a mailbox."""

    def __init__(self, company: Company, email: str = PIET) -> None:
        """Come without a session."""
        self.company, self.email, self.session = company, email, ""

    @property
    def joining(self) -> Joining:
        """Return the services of the portal."""
        return self.company.hub.joining

    # Their mail

    async def mails(self, kind: str) -> list[dict[str, Any]]:
        """Return the facts of the mails of a kind that wait for them, newest first."""
        message = schema.outbox_message
        wanted = select(message.c.facts).where(
            message.c.kind == kind, message.c.to == self.email, message.c.status == "queued"
        )
        found = await self.company.execute(wanted.order_by(message.c.id.desc()))
        return [json.loads(row.facts) for row in found]

    async def token(self) -> str:
        """Return the token of the link they were invited by last."""
        return str((await self.mails("invitation"))[0]["link"]).rpartition("/")[2]

    async def code(self) -> str:
        """Return the code they were mailed last."""
        return str((await self.mails("verification"))[0]["code"])

    async def password_token(self, kind: str = "reset_password") -> str:
        """Return the token of the link to set a password they were mailed last."""
        return str((await self.mails(kind))[0]["link"]).rpartition("/")[2]

    # Their steps

    async def accept(self, token: str = "", email: str = "") -> Passed:
        """Take up their invitation."""
        token = token or await self.token()
        return self._on(await self.joining.accept(token, email or self.email, self.session, "nl"))

    async def begin(self, product: str = "eh3") -> Passed:
        """Begin to register by themselves."""
        return self._on(await self.joining.begin(product, self.email, self.session, "nl"))

    async def choose(self, password: str = PASSWORD) -> Passed:
        """Choose a password."""
        return self._on(await self.joining.choose_password(self.session, password))

    async def verify(self, code: str = "") -> Passed:
        """Enter the code."""
        return self._on(await self.joining.verify(self.session, code or await self.code()))

    async def sign_in(self, password: str = PASSWORD) -> Passed:
        """Sign in."""
        return self._on(await self.joining.sign_in(self.session, self.email, password))

    async def hand_in(self, **answers: str) -> Journey:
        """Hand in the latest registration."""
        found = (await self.joining.journeys(self.session))[0]
        return await self.joining.hand_in(self.session, found.id, DETAILS | answers)

    def _on(self, passed: Passed) -> Passed:
        self.session = passed.session
        return passed

    # Whole ways

    async def register(self, product: str = "eh3") -> Passed:
        """Register by themselves, up to the details."""
        await self.begin(product)
        await self.choose()
        return await self.verify()

    async def take_up(self) -> Passed:
        """Take up an invitation, up to the details."""
        await self.accept()
        await self.choose()
        return await self.verify()


async def invited(company: Company, email: str = PIET, **plan: Any) -> Joiner:
    """Return somebody who was invited, to Acme for nothing in particular unless said otherwise."""
    await company.invite(email, **({"organisation": ACME} | plan))
    return Joiner(company, email)


async def row_of(company: Company, table: Any, *conditions: Any) -> Any:
    """Return the newest row of a table."""
    found = await company.execute(
        select(table).where(*conditions).order_by(table.c.id.desc()).limit(1)
    )
    return found[0] if found else None


async def account(company: Company, email: str = PIET) -> Any:
    """Return an account."""
    return await row_of(company, schema.user, schema.user.c.email_key == email)


async def count(company: Company, table: Any, *conditions: Any) -> int:
    """Return how many rows there are."""
    return len(await company.execute(select(table.c.id).where(*conditions)))


async def memberships(company: Company, email: str = PIET) -> dict[str, str]:
    """Return the organisations that somebody belongs to, and as what."""
    joined = schema.membership.join(schema.user, schema.membership.c.user_id == schema.user.c.id)
    joined = joined.join(
        schema.organisation, schema.membership.c.organisation_id == schema.organisation.c.id
    )
    wanted = select(schema.organisation.c.name, schema.membership.c.kind).select_from(joined)
    return dict(await company.execute(wanted.where(schema.user.c.email_key == email)))
