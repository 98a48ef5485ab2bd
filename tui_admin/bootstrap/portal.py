"""The portal, in a process of its own or beside a dashboard."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tui_admin.bootstrap.state import state_directory
from tui_admin.bootstrap.store import connect

if TYPE_CHECKING:
    import asyncio
    import socket
    from collections.abc import Callable

    from tui_admin.portal.beside import Beside
    from tui_admin.portal.site import Site
    from tui_admin.services.facade import Hub
    from tui_admin.settings import Settings


def listen_for_portal(settings: Settings, host: str = "", port: int = 0) -> socket.socket:
    """Return a socket for the portal; `host` and `port` win over the settings.

    Raises `Misconfigured` where the extra is not installed or the port is taken.
    """
    from tui_admin.domain.errors import Misconfigured

    try:
        from tui_admin.portal.serving import listen
    except ModuleNotFoundError as error:
        raise Misconfigured("portal_needs_extra") from error
    return listen(host or settings.portal.host, port or settings.portal.port)


def portal_in_clear(settings: Settings) -> bool:
    """Say whether what visitors type can be read on its way: neither TLS nor this machine alone."""
    from tui_admin.portal.address import address_of

    address = address_of(settings.environment.portal_url)
    return not (address.secure or address.near)


async def run_portal(
    settings: Settings,
    listener: socket.socket,
    *,
    stop: asyncio.Event,
    ready: Callable[[], object] = bool,
) -> None:
    """Serve the pages for invitees until told to stop; calls `ready` once the store is open.

    Raises what opening the store raises.
    """
    from tui_admin.portal.serving import serve

    with listener:
        hub = await connect(settings, origin="portal")
        try:
            ready()
            await serve(_site(settings, hub), listener, stop)
        finally:
            await hub.close()


def _site(settings: Settings, hub: Hub) -> Site:
    from tui_admin.portal.address import address_of
    from tui_admin.portal.site import Site

    return Site(
        joining=hub.joining,
        environment=hub.policy.environment,
        address=address_of(settings.environment.portal_url),
        # Whoever has a session that nobody can have: a look at one row that is not there.
        alive=lambda: hub.joining.visit("nobody"),
        record=_number,
    )


def _number(error: BaseException) -> str:
    """Record what should not have happened, and return the number it goes by."""
    from tui_admin import incidents

    return str(incidents.record(error, state_directory()).values["incident"])


def portal_beside(settings: Settings) -> Beside:
    """Start the portal beside a dashboard."""
    from tui_admin.portal.beside import Beside

    return Beside(partial(listen_for_portal, settings), partial(run_portal, settings))
