"""From the first frame to an open store, and then watching it."""

from __future__ import annotations

import asyncio
import gc
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from tui_admin.domain.errors import AdminError, Denied
from tui_admin.domain.lists.users import USERS
from tui_admin.i18n import say
from tui_admin.tui.lists.arrangement import place_of
from tui_admin.tui.messages import Opened, StoreMoved
from tui_admin.tui.working import background

if TYPE_CHECKING:
    from tui_admin.services.facade import Hub
    from tui_admin.services.operators import Operator
    from tui_admin.tui.app import Dashboard

POLL = 0.5
"""Seconds between two looks at the change number."""

SLOWEST = 8.0
"""Seconds between two looks while the store does not answer."""
TRIES = " · ctrl+r tries now"


async def open_store(app: Dashboard) -> None:
    """Open the store; where that fails the program ends and says why.

    What it takes is imported here and now, for an eighth of a second: there is nothing to answer
    yet, what is typed waits, and in a thread, on another core, it would take a fifth longer.
    """
    from tui_admin.tui.terminal.memory import share_one_heap

    share_one_heap()
    try:
        hub = await app.wiring.connect()
        # The store knows what its environment is called where the configuration does not say.
        app.environment = hub.policy.environment
        operator = await _operator(app, hub)
        if operator is None:
            app.exit()
            return
        desk = hub.acting(operator)
        number = await hub.feed.number()
        app.rights, app.left = await desk.sit_down("desk", place_of(USERS))
        app.organisation = app.left["desk"].get("organisation", "")
    except AdminError as error:
        app.exit(return_code=error.exit_code, message=say(error.reason))
        return
    app.hub, app.desk, app.operator = hub, desk, operator
    app.announce(Opened)
    app.frame_again()
    app.screen.refresh_bindings()
    # The rows first: what the feed looks at can wait for its first turn.
    app.set_timer(POLL, partial(_attend, app, number))


def _attend(app: Dashboard, number: int) -> None:
    collect_again()
    background(app, follow, app, number, group="feed")
    if app.may("can_invite"):
        background(app, offer_way_back, app, group="way-back")


async def offer_way_back(app: Dashboard) -> None:
    """Offer to take back what was sent just before the line dropped, while that is promised."""
    if app.desk is None:
        return
    # Most often there is nothing of the kind.
    with suppress(AdminError):
        recent = await app.desk.ways_back.of_batch()
        said = f"{recent.size:,} invitation{'s' if recent.size != 1 else ''} sent"
        app.acted_before(said, recent.undo)


def collect_again() -> None:
    """Collect garbage again, off since the start, but never look at what is here by now."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


async def follow(app: Dashboard, number: int) -> None:
    """Look at the change number and tell the screens; back off while the store is away."""
    pause = POLL
    fresh = number
    await look_at_the_mail(app)
    await count_the_waiting(app)
    while app.hub is not None:
        try:
            fresh = await app.hub.feed.number()
            if fresh != number or app.notices.offline:
                await read_rights(app)
                await _moved(app)
            number, pause = fresh, POLL
        except Denied as error:
            await _shut_out(app, error)
            number = fresh
        except AdminError as error:
            pause = min(SLOWEST, pause * 2)
            app.notices.offline = f"{_away(error)}{TRIES}"
            app.frame_again()
        await asyncio.sleep(pause)


def _away(error: AdminError) -> str:
    """Return what is the matter, without the address of the store: the line is short."""
    if error.reason.id == "store_unreachable":
        return "The store does not answer"
    return say(error.reason).rstrip(".")


async def _shut_out(app: Dashboard, error: Denied) -> None:
    """Say why the operator may do nothing any more; the lists read again and find it out, too."""
    app.rights = app.rights._replace(active=False) if app.rights else None
    app.notices.offline = ""
    app.notices.trouble = ""
    app.notices.shut_out = say(error.reason)
    app.announce(StoreMoved)
    app.screen.refresh_bindings()
    app.frame_again()


async def _moved(app: Dashboard) -> None:
    app.notices.offline = app.notices.shut_out = ""
    app.announce(StoreMoved)
    await look_at_the_mail(app)
    await count_the_waiting(app)
    app.frame_again()


async def _operator(app: Dashboard, hub: Hub) -> Operator | None:
    if app.wiring.identify is not None:
        return await app.wiring.identify(hub)
    from tui_admin.tui.dialogs.sign_in import SignIn

    collect_again()
    return await app.push_screen_wait(SignIn(hub.operators, environment=app.environment))


async def read_rights(app: Dashboard) -> None:
    """Read what the operator may do now; keys dim and light up accordingly."""
    if app.desk is None:
        return
    rights = await app.desk.rights()
    if rights != app.rights:
        app.rights = rights
        app.screen.refresh_bindings()


async def count_the_waiting(app: Dashboard) -> None:
    """Have line one say how many wait for approval, to those who may approve."""
    if app.desk is None or not app.may("can_approve"):
        app.waiting = None
        return
    with suppress(AdminError):
        waiting = await app.desk.approvals.waiting()
        if waiting != app.waiting:
            if app.wiring.bell and app.waiting and waiting.number > app.waiting.number:
                app.bell()
            app.waiting = waiting
            app.frame_again()


async def look_at_the_mail(app: Dashboard) -> None:
    """Have the status line say why mail waits, to those who may know."""
    if app.desk is None or not app.may("can_manage_mail"):
        app.notices.trouble = ""
        return
    # A store that does not answer is told by whoever follows it.
    with suppress(AdminError):
        from tui_admin.tui.mail.health import standing

        health = await app.desk.outbox.health()
        app.notices.trouble = standing(health)
        app.frame_again()
