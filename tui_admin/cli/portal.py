"""`tui-admin portal`: the pages for people who are invited."""

from __future__ import annotations

import asyncio
import gc
import signal
from typing import TYPE_CHECKING

import click

from tui_admin.cli.context import Call, run
from tui_admin.cli.group import config_option
from tui_admin.cli.trouble import complain

if TYPE_CHECKING:
    import socket

    from tui_admin.settings import Settings


@click.command("portal", params=[config_option()])
@click.option("--host", default="", metavar="HOST", help="Where to listen instead of portal.host.")
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of portal.port.")
@click.pass_obj
def command(call: Call, host: str, port: int | None) -> None:
    """Serve the pages for people who are invited, until told to stop.

    Links lead to environment.portal_url; a proxy there passes visitors on to this host and port.

    Example: tui-admin portal --port 8080
    """
    run(_serve(call.settings, host, port or 0))


async def _serve(settings: Settings, host: str, port: int) -> int:
    """Serve; SIGTERM and ctrl+c let it finish what it has in hand."""
    from tui_admin import bootstrap

    listener = bootstrap.listen_for_portal(settings, host, port)
    gc.enable()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)

    def ready() -> None:
        complain(f"Serving {settings.environment.portal_url} on {_where(listener)}; ctrl+c stops.")
        if bootstrap.portal_in_clear(settings):
            complain("Passwords travel in clear: environment.portal_url is not https.")

    await bootstrap.run_portal(settings, listener, stop=stop, ready=ready)
    return 0


def _where(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
