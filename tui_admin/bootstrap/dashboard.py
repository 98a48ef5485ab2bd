"""The dashboard, with mail and the portal beside it, and the demo that it is tried out in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tui_admin.bootstrap.mail import send
from tui_admin.bootstrap.portal import portal_beside
from tui_admin.bootstrap.state import state_directory
from tui_admin.bootstrap.store import connect

if TYPE_CHECKING:
    from collections.abc import Callable

    from tui_admin.demo.environment import Made
    from tui_admin.demo.mailbox import CaughtMail
    from tui_admin.services.facade import Hub
    from tui_admin.services.work import Operator
    from tui_admin.settings import Settings


def open_dashboard(settings: Settings, who: str, *, files: bool = True) -> int:
    """Show the dashboard and return its exit code; with no `who` the operator signs in.

    `files` says whether the operator may have it read files of this machine.
    Raises `Misconfigured` where there is no terminal that can show it.
    """
    import asyncio

    from tui_admin.tui.terminal.process import prepare_process

    prepare_process()
    from tui_admin.tui.app import Dashboard, Wiring

    async def identify(hub: Hub) -> Operator:
        return await hub.operators.named(who)

    async def send_mail(hub: Hub) -> None:
        portal = portal_beside(settings) if settings.portal.with_dashboard else None
        try:
            await send(settings, hub, "dashboard", asyncio.Event())
        finally:
            if portal is not None:
                portal.stop()

    wiring = Wiring(
        environment=settings.environment.name,
        connect=lambda: connect(settings, origin="tui"),
        incidents=state_directory(),
        identify=None if settings.operator.identify_by == "login" else identify,
        send_mail=send_mail,
        read_mailbox=_mailbox_reader(settings),
        portal=settings.environment.portal_url if settings.portal.with_dashboard else "",
        theme=settings.ui.theme,
        mouse=settings.ui.mouse,
        files=files,
        bell=settings.ui.bell,
    )
    return Dashboard(wiring).run_dashboard()


def _mailbox_reader(settings: Settings) -> Callable[[], tuple[CaughtMail, ...]] | None:
    """Return what reads the demo's mailbox; None outside the demo."""
    directory = settings.mail.demo_mailbox
    if not directory:
        return None

    def read() -> tuple[CaughtMail, ...]:
        from tui_admin.demo.mailbox import read_mailbox

        return read_mailbox(Path(directory))

    return read


async def make_demo(directory: Path, *, users: int, seed: int) -> Made:
    """Make a demo environment in a directory, or find the one that is there."""
    from tui_admin.demo.environment import build

    return await build(directory, users, seed)
