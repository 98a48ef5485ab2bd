"""The real dashboard on a small real store, for the tests of its screens."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests.support.settle import ENDLESS, settle, until
from tests.support.typed import a_hand_may_press
from tui_admin.tui.app import Dashboard, Wiring

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from datetime import datetime

    from textual.pilot import Pilot

    from tests.support.company import Company
    from tui_admin.services.facade import Hub
    from tui_admin.services.operators import Operator

RUNNING = ENDLESS | {"following"}


class Mail(NamedTuple):
    """A caught mail, as the mailbox's reader gives it."""

    id: str
    to: str
    sender: str
    subject: str
    received_at: datetime
    text: str


def dashboard(
    company: Company,
    read_mailbox: Callable[[], tuple[Any, ...]] | None = None,
    who: str = "founder",
) -> Dashboard:
    """Return a dashboard on the store of a company, with the company's clock.

    So what is said stays until a test moves the clock, however slow the machine is.
    """

    async def connect() -> Hub:
        return company.hub

    async def identify(hub: Hub) -> Operator:
        return await hub.operators.named(who)

    app = Dashboard(
        Wiring(
            environment="Test",
            connect=connect,
            incidents=Path("/nonexistent"),
            identify=identify,
            read_mailbox=read_mailbox,
        )
    )
    app.now = company.clock
    app.clock = lambda: company.clock().timestamp()
    return app


class Shown:
    """A running dashboard."""

    def __init__(self, pilot: Pilot[Any], app: Dashboard, company: Company) -> None:
        self.pilot, self.app, self.company = pilot, app, company

    async def settle(self) -> None:
        """Wait until it has come to rest, or asks something."""
        await until(self.pilot, lambda: self.app.screen.is_modal or not self._acting())
        await settle(self.pilot, endless=RUNNING | {"commands"})

    def _acting(self) -> bool:
        return any(each.group == "commands" and not each.is_finished for each in self.app.workers)

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, as a hand does."""
        for key in keys:
            await until(self.pilot, partial(a_hand_may_press, self.app, key))
            await self.pilot.press(key)
            await until(self.pilot, lambda: not self.app.gate.waiting)
            await self.settle()

    async def later(self, **span: float) -> None:
        """Let time pass, by the clock that stands still otherwise."""
        self.company.clock.move(**span)
        self.app.frame_again()
        await self.settle()

    async def until(self, holds: Callable[[], object]) -> None:
        """Wait for something that a timer brings about."""
        await until(self.pilot, holds)

    @property
    def text(self) -> str:
        """What is painted."""
        strips = self.app.screen._compositor.render_strips()[: self.app.size.height]
        return "\n".join("".join(segment.text for segment in strip) for strip in strips)


@asynccontextmanager
async def shown(
    company: Company, *, size: tuple[int, int] = (80, 24), **options: Any
) -> AsyncIterator[Shown]:
    """Run a dashboard until it shows its first rows."""
    app = dashboard(company, **options)
    async with app.run_test(size=size) as pilot:
        this = Shown(pilot, app, company)
        await until(pilot, lambda: app.desk is not None)
        await this.settle()
        yield this
