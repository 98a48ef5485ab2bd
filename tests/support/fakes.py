"""The dashboard for tests: on a real small company, or on a list in memory that fails on demand."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from tests.support.settle import settle, until
from tests.support.typed import a_hand_may_press
from tui_admin.domain.errors import NotFound
from tui_admin.domain.listings import Ask, Count, Key, Page, Seek, Sort
from tui_admin.domain.lists.users import UserRow
from tui_admin.domain.outcomes import Seen
from tui_admin.domain.permissions import ALL, Rights
from tui_admin.tui.app import Dashboard, Wiring
from tui_admin.tui.details.pane import DetailsPane

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from textual.pilot import Pilot

    from tests.support.company import Company
    from tui_admin.domain.errors import AdminError
    from tui_admin.domain.query import Query

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def user_row(number: int, status: str = "active", **more: Any) -> UserRow:
    """Return a made-up account."""
    row = UserRow(
        id=number,
        version=1,
        email=f"user{number:04}@acme.example",
        username=f"user{number:04}",
        display_name=f"User {number}",
        status=status,
        role="Basic user",
        organisations=("Acme Nederland BV",),
        created_at=NOON - timedelta(minutes=number),
        seen_at=None,
    )
    return row._replace(**more)


class FakeLister:
    """A list service over rows in memory, in the order of their ids.

    It answers late while `gate` is closed, and fails while `broken` is set.
    """

    def __init__(self, rows: list[UserRow]) -> None:
        """Serve these."""
        self.rows = rows
        self.broken: AdminError | None = None
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[Ask] = []

    def matching(self, query: Query) -> list[UserRow]:
        """Return the rows that match."""
        wanted = {term.value for term in query.terms if term.field == "status"}
        return [
            row
            for row in sorted(self.rows)
            if (not wanted or row.status in wanted)
            and all(word in f"{row.email} {row.display_name}".lower() for word in query.words)
        ]

    async def page(self, ask: Ask) -> Page[UserRow]:
        """Return a page, in the order of ids."""
        self.asked.append(ask)
        await self.gate.wait()
        if self.broken:
            raise self.broken
        rows, at = self.matching(ask.query), ask.key[1] if ask.key else 0
        first = {
            Seek.START: 0,
            Seek.END: max(0, len(rows) - ask.size),
            Seek.AFTER: sum(row.id <= at for row in rows),
            Seek.FROM: sum(row.id < at for row in rows),
            Seek.BEFORE: max(0, sum(row.id < at for row in rows) - ask.size),
        }[ask.seek]
        last = min(len(rows), first + ask.size)
        if ask.seek is Seek.BEFORE:
            last = sum(row.id < at for row in rows)
        found = tuple(rows[first:last])
        return Page(found, tuple((row.id, row.id) for row in found), first > 0, last < len(rows))

    async def count(self, query: Query) -> Count:
        """Return how many match."""
        return Count(len(self.matching(query)))

    async def numbers(self, base: Query, also: Sequence[Query]) -> tuple[Count, ...]:
        """Return how many match a query and each of others, too."""
        return tuple([await self.count(base.also(each)) for each in also])

    async def rank(self, query: Query, sort: Sort, key: Key) -> Count:
        """Return how many stand before."""
        return Count(sum(row.id < key[1] for row in self.matching(query)))

    async def tabs(self) -> dict[str, int]:
        """Return how many there are in each status."""
        counts = {"": len(self.rows)}
        for row in self.rows:
            counts[row.status] = counts.get(row.status, 0) + 1
        return counts

    async def preview(self, query: Query) -> Seen:
        """Return how many match, and which."""
        rows = self.matching(query)
        return Seen(len(rows), hash(tuple(rows)))


@asynccontextmanager
async def at_desk(
    company: Company, who: str = "founder", *, size: tuple[int, int] = (80, 24), **wiring: Any
) -> AsyncIterator[tuple[Dashboard, Pilot[None]]]:
    """Open the dashboard of a company, as an operator, and wait for the first rows."""

    async def connect() -> Any:
        return company.hub

    async def identify(hub: Any) -> Any:
        return await hub.operators.named(who)

    given: dict[str, Any] = {
        "environment": "Test",
        "connect": connect,
        "incidents": Path("/nowhere"),
    }
    app = Dashboard(Wiring(**{**given, "identify": identify, **wiring}))
    app.now = company.clock
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.desk)
        await settle(pilot)
        yield app, pilot


async def press(pilot: Pilot[Any], *keys: str) -> None:
    """Press keys and wait until what they led to is over."""
    app = pilot.app
    assert isinstance(app, Dashboard)
    for key in keys:
        await until(pilot, partial(a_hand_may_press, app, key))
        await pilot.press(key)
        await until(pilot, lambda: not app.gate.waiting)
        await rest(pilot)


async def rest(pilot: Pilot[Any]) -> None:
    """Wait until nothing moves; a command that waits in a dialog is at rest, too."""
    endless = frozenset({"feed", "mail", "commands"})
    await settle(pilot, endless=endless)
    panes = pilot.app.screen.query(DetailsPane)
    await until(pilot, lambda: not any(each.waits for each in panes))
    await settle(pilot, endless=endless)


def lines(app: Dashboard) -> list[str]:
    """Return what is on the screen."""
    return [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]


def text(app: Dashboard) -> str:
    """Return what is on the screen, as one text."""
    return "\n".join(lines(app))


class FakeFeed:
    """A change number that is set by hand, and a store that goes away while `broken` is set."""

    def __init__(self) -> None:
        """Begin with nothing changed."""
        self.at = 0
        self.polls = 0
        self.broken: AdminError | None = None

    async def number(self) -> int:
        """Return the change number."""
        self.polls += 1
        if self.broken:
            raise self.broken
        return self.at


class FakeDesk:
    """The part of the services that lists ask; everything is allowed."""

    def __init__(self, people: list[UserRow]) -> None:
        """Show these people."""
        self.users = FakeLister(people)
        self.invitations = FakeLister([])
        self.organisations = FakeLister([])
        self.approvals = self
        self.drafts = self
        self.outbox = self
        self.roles = self.domains = self
        self.ways_back = self
        self.inviting = self
        self.trouble = ""
        self.kept: dict[str, dict[str, Any]] = {}

    async def rights(self) -> Rights:
        """Return every right."""
        return Rights(1, "founder", True, 1, ALL)

    async def waiting(self) -> Count:
        """Return how many wait for approval."""
        return Count(0)

    async def all(self) -> tuple[Any, ...]:
        """Return no roles and no domains."""
        return ()

    async def sit_down(self, *names: str) -> tuple[Rights, dict[str, Any]]:
        """Return every right, and what was kept under these names."""
        return await self.rights(), {name: await self.load(name) for name in names}

    async def of_batch(self, batch: int | None = None) -> Any:
        """Say that no batch can be taken back."""
        raise NotFound("batch_unknown", batch=batch)

    async def options(self) -> Any:
        """Return what there is to choose from when inviting: two products."""
        names = ("documents", "eherkenning-3")
        return SimpleNamespace(products=tuple(SimpleNamespace(value=each) for each in names))

    async def load(self, name: str) -> dict[str, Any]:
        """Return what was kept under a name."""
        return self.kept.get(name, {})

    async def save(self, name: str, value: dict[str, Any]) -> None:
        """Keep it."""
        self.kept[name] = value

    async def health(self) -> Any:
        """Return how the mail goes."""
        return SimpleNamespace(trouble=self.trouble, pause=None)


class FakeHub:
    """A store in memory with one operator, who may do everything."""

    def __init__(self, people: list[UserRow]) -> None:
        """Hold these people."""
        self.desk = FakeDesk(people)
        self.feed = FakeFeed()
        self.policy = SimpleNamespace(environment="Demo")
        self.closed = False

    def acting(self, operator: Any) -> Any:
        """Return the desk."""
        return self.desk

    async def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def dashboard(self, **wiring: Any) -> Dashboard:
        """Return an app on this store, at noon."""

        async def connect() -> Any:
            return self

        async def identify(hub: Any) -> Any:
            return SimpleNamespace(id=1, username="founder")

        given = {"environment": "Demo", "connect": connect, "incidents": Path("/nowhere")}
        app = Dashboard(Wiring(**{**given, "identify": identify, **wiring}))
        app.now = lambda: NOON
        return app


@asynccontextmanager
async def opened(
    hub: FakeHub, *, size: tuple[int, int] = (80, 24), **wiring: Any
) -> AsyncIterator[tuple[Dashboard, Pilot[None]]]:
    """Open the dashboard of a store in memory."""
    app = hub.dashboard(**wiring)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.desk)
        if hub.desk.users.gate.is_set():
            await settle(pilot)
        yield app, pilot
