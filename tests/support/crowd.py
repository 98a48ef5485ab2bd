"""Rows of every list, with many ties and with names that are nobody's friend."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert

from tests.support.company import START
from tui_admin.domain.text import fold
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from tests.support.company import Company

NAMES = (
    "", "100% Katoen", "under_score", "back\\slash", "Łukasz", "quote's \"double\"", "👩‍🌾 Farm",
    "zz", "Straße", "[a-z]*", "; DROP TABLE user; --",
)  # fmt: skip
STATUSES = ("active", "blocked", "invited")
SENT = ("sent", "accepted", "revoked", "failed", "undone", "expired")


class Crowd:
    """Makes rows from a seed; the same seed makes the same rows."""

    def __init__(self, company: Company, seed: int = 1) -> None:
        """Make rows in the company's store."""
        self.company, self.random = company, random.Random(seed)
        self.made = 0

    def _moment(self) -> Any:
        return START - timedelta(days=self.random.randrange(4))

    async def _insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        await self.company.execute(insert(table).values(rows))

    def person(self) -> dict[str, Any]:
        """Return the columns of an account."""
        self.made += 1
        number, name = self.made, self.random.choice(NAMES)
        status = self.random.choice(STATUSES)
        return {
            "email": f"P{number}@x.example",
            "email_key": f"p{number}@x.example",
            "username": f"p{number}",
            "display_name": name,
            "name_key": fold(name),
            "search": fold(f"p{number}@x.example p{number} {name}"),
            "status": status,
            "blocked_from": "active" if status == "blocked" else "",
            "role_id": self.random.choice((1, 2)),
            "created_at": self._moment(),
            "leaves_at": None,
        }

    async def people(self, number: int) -> None:
        """Add accounts."""
        await self._insert(schema.user, [self.person() for _ in range(number)])

    async def organisations(self, number: int) -> None:
        """Add organisations."""
        rows = []
        for _ in range(number):
            self.made += 1
            name = f"{self.random.choice(NAMES)} {self.made}"
            rows.append(
                {
                    "name": name,
                    "name_key": self.random.choice(("same", fold(name))),
                    "registration_number": f"{self.made:08}",
                    "search": fold(name),
                    "status": self.random.choice(("draft", "active", "archived")),
                    "created_at": self._moment(),
                }
            )
        await self._insert(schema.organisation, rows)

    async def invitations(self, number: int) -> None:
        """Add invitations, in batches of two, by the founder."""
        batch = {"created_by": 1, "size": 2, "undo_until": START}
        batches = [batch | {"created_at": self._moment()} for _ in range(number)]
        await self._insert(schema.invitation_batch, batches)
        rows = []
        for _ in range(number):
            self.made += 1
            address = self.random.choice((f"i{self.made}@x.example", "same@x.example"))
            rows.append(
                {
                    "batch_id": self.random.choice((None, 1, 2)),
                    "user_id": 1,
                    "email": address,
                    "email_key": address,
                    "name": self.random.choice(NAMES),
                    "search": address,
                    # Of one address only one may be live.
                    "status": self.random.choice(SENT[1:] if "same" in address else SENT),
                    "organisation_id": self.random.choice((None, 1)),
                    "role_id": 1,
                    "invited_by": 1,
                    "token_hash": f"hash {self.made}",
                    "created_at": self._moment(),
                    "expires_at": self._moment() + timedelta(days=2),
                }
            )
        await self._insert(schema.invitation, rows)

    async def mails(self, number: int) -> None:
        """Add mails."""
        rows = []
        for _ in range(number):
            self.made += 1
            address = self.random.choice((f"M{self.made}@x.example", "same@x.example"))
            rows.append(
                {
                    "kind": self.random.choice(("invitation", "revocation")),
                    "dedupe_key": f"key {self.made}",
                    "message_id": f"<{self.made}@x.example>",
                    "to": address,
                    "search": address.lower(),
                    "subject": "Hello",
                    "status": self.random.choice(("queued", "sent", "failed", "cancelled")),
                    "attempts": self.random.randrange(3),
                    "created_at": self._moment(),
                    "not_before": START,
                }
            )
        await self._insert(schema.outbox_message, rows)

    async def events(self, number: int) -> None:
        """Add events to the log, which then no longer verifies."""
        await self.company.execute(delete(schema.audit_event))
        rows = [
            {
                "id": each + 1,
                "at": self._moment(),
                "operator": self.random.choice(("founder", "admin")),
                "action": self.random.choice(("user.block", "user.role")),
                "subject_kind": "user",
                "subject_id": 1,
                "subject": self.random.choice(NAMES),
                "text": "",
                "hash": "",
            }
            for each in range(number)
        ]
        await self._insert(schema.audit_event, rows)

    async def registrations(self, number: int) -> None:
        """Add people who wait for approval."""
        people = [
            self.person() | {"display_name": self.random.choice(NAMES)} for _ in range(number)
        ]
        table = schema.user
        made = await self.company.execute(
            insert(table).values(people).returning(table.c.id, table.c.email)
        )
        rows = []
        for person in made:
            name = self.random.choice(NAMES)
            rows.append(
                {
                    "user_id": person.id,
                    "email": person.email,
                    "organisation_id": self.random.choice((None, 1)),
                    "company_name": name,
                    "company_number": "" if not name else str(len(name)),
                    "status": "awaiting_approval",
                    "created_at": START,
                    "submitted_at": self._moment(),
                }
            )
        await self._insert(schema.registration, rows)

    async def everything(self, number: int) -> None:
        """Add rows to every list."""
        await self.people(number)
        await self.organisations(number)
        await self.invitations(number)
        await self.mails(number)
        await self.events(number)
        await self.registrations(number)
