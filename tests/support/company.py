"""A small environment with a clock of its own, opened as the program opens it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from tui_admin import bootstrap
from tui_admin.domain.listings import Ask
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.lists.outbox import MESSAGES
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.outcomes import Picks
from tui_admin.domain.paste import read_paste
from tui_admin.domain.query import EVERYTHING, Query
from tui_admin.domain.text import fold
from tui_admin.services.planning import Plan
from tui_admin.settings import load
from tui_admin.store.schema import everything as schema

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tui_admin.domain.lists.invitations import InvitationRow
    from tui_admin.domain.lists.outbox import MessageRow
    from tui_admin.domain.lists.users import UserRow
    from tui_admin.services.facade import Desk, Hub
    from tui_admin.services.inviting import Sent

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FOUNDER = {
    "environment_name": "Test",
    "email": "founder@acme.example",
    "username": "founder",
    "organisation": "Acme Nederland BV",
    "registration_number": "12345678",
}
ACME = FOUNDER["organisation"]


async def found(url: str) -> None:
    """Make a founded store at an address."""
    settings = load(environ={"TUI_ADMIN_STORE__URL": url})
    await bootstrap.create_store(settings, **FOUNDER, clock=lambda: START - timedelta(days=30))


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        """Start on a Monday morning."""
        self.at = START

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at

    def move(self, **span: float) -> None:
        """Go forward."""
        self.at += timedelta(**span)


class Company:
    """An open store, its clock, and the founder's desk."""

    def __init__(self, url: str, hub: Hub, clock: Clock, desk: Desk) -> None:
        """Use `at` instead."""
        self.url, self.hub, self.clock, self.desk = url, hub, clock, desk

    @classmethod
    @asynccontextmanager
    async def at(cls, url: str, **settings: str) -> AsyncIterator[Company]:
        """Open the store at an address; `settings` are environment variables without prefix."""
        environ = {f"TUI_ADMIN_{name}": value for name, value in settings.items()}
        loaded = load(environ={"TUI_ADMIN_STORE__URL": url, **environ})
        clock = Clock()
        hub = await bootstrap.connect(loaded, origin="test", clock=clock)
        try:
            founder = await hub.operators.named("founder")
            yield cls(url, hub, clock, hub.acting(founder))
        finally:
            await hub.close()

    # Doing

    async def desk_of(self, who: str) -> Desk:
        """Return the desk of another operator."""
        return self.hub.acting(await self.hub.operators.named(who))

    async def add(self, username: str, role: str = "") -> Desk:
        """Add an active account with a role and return its desk."""
        email = f"{username}@acme.example"
        await self.desk.users.add(email, username=username, role=role, mail=False)
        return await self.desk_of(username)

    async def add_role(self, name: str, *permissions: str) -> None:
        """Make a role."""
        made = await self.execute(insert(schema.role).values(name=name).returning(schema.role.c.id))
        role_id = made[0].id
        rows = [{"role_id": role_id, "permission": each} for each in permissions]
        await self.execute(insert(schema.role_permission).values(rows))

    async def company_administrator(self, username: str, organisation: str = ACME) -> Desk:
        """Add a company administrator of one organisation and return their desk."""
        await self.add(username)
        member = {
            "user_id": select(schema.user.c.id).where(schema.user.c.username == username),
            "organisation_id": select(schema.organisation.c.id).where(
                schema.organisation.c.name == organisation
            ),
        }
        values = {name: each.scalar_subquery() for name, each in member.items()}
        await self.execute(
            insert(schema.membership).values(
                **values,
                kind="administrator",
                company_administrator=True,
                created_at=self.clock(),
            )
        )
        return await self.desk_of(username)

    async def add_organisation(self, name: str) -> None:
        """Add an organisation."""
        number = str(90_000_000 + sum(map(ord, name)))
        await self.execute(
            insert(schema.organisation).values(
                name=name,
                name_key=fold(name),
                registration_number=number,
                search=fold(f"{name} {number}"),
                created_at=self.clock(),
            )
        )

    async def add_product(self, code: str, **more: Any) -> None:
        """Add a product."""
        await self.execute(insert(schema.product).values(code=code, name=code.title(), **more))

    async def invite(self, text: str, desk: Desk | None = None, **plan: Any) -> Sent:
        """Paste and send."""
        entries = read_paste(text).entries
        return await (desk or self.desk).inviting.send(Plan(**plan), entries)

    async def verdicts(self, text: str, **plan: Any) -> list[str]:
        """Return the verdicts of a paste."""
        entries = read_paste(text).entries
        return [each.verdict for each in await self.desk.inviting.verdicts(Plan(**plan), entries)]

    async def mails_have_gone(self) -> None:
        """Let the undo window pass and every mail that waits be sent, without a mail server."""
        from tests.support.post import let_go

        self.clock.move(seconds=self.hub.policy.undo_seconds)
        await let_go(self)

    # Looking

    async def users(self, *words: str) -> list[UserRow]:
        """Return the users that match, newest first."""
        query = Query(words) if words else EVERYTHING
        return list((await self.desk.users.page(Ask(query, USERS.sort, size=1000))).rows)

    async def user(self, username: str) -> UserRow:
        """Return one user."""
        return (await self.desk.users.show(username)).row

    async def invitations(self) -> list[InvitationRow]:
        """Return all invitations, newest first."""
        ask = Ask(EVERYTHING, INVITATIONS.sort, size=1000)
        return list((await self.desk.invitations.page(ask)).rows)

    async def mails(self) -> list[MessageRow]:
        """Return all mails, newest first."""
        ask = Ask(EVERYTHING, MESSAGES.sort, size=1000)
        return list((await self.desk.outbox.page(ask)).rows)

    async def execute(self, statement: Any) -> Any:
        """Run a statement of the test's own in the store."""

        async def act(connection: Any) -> Any:
            result = await connection.execute(statement)
            return result.all() if result.returns_rows else []

        return await self.hub._store.write(act)

    async def execute_many(self, statement: Any, rows: list[dict[str, Any]]) -> None:
        """Run a statement of the test's own once for each row."""

        async def act(connection: Any) -> None:
            await connection.execute(statement, rows)

        await self.hub._store.write(act)

    async def set_user(self, username: str, **values: Any) -> None:
        """Change an account behind everybody's back."""
        await self.execute(
            update(schema.user).where(schema.user.c.username == username).values(values)
        )

    async def pick(self, *usernames: str) -> Picks:
        """Return picks of users as they are now."""
        rows = [await self.user(each) for each in usernames]
        return Picks.rows((row.id, row.version) for row in rows)
