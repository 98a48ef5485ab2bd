"""`tui-admin worker`: sends the outbox."""

from __future__ import annotations

import asyncio
import gc
import signal
from typing import TYPE_CHECKING

import click

from tui_admin.cli.context import Call, run
from tui_admin.cli.group import config_option

if TYPE_CHECKING:
    from tui_admin.settings import Settings


@click.command("worker", params=[config_option()])
@click.option("--once", is_flag=True, help="End when nothing is due.")
@click.pass_obj
def command(call: Call, once: bool) -> None:
    """Send the mails that wait, until told to stop; then finish the ones in hand.

    Example: tui-admin worker --once
    """
    run(_work(call.settings, once))


async def _work(settings: Settings, once: bool) -> int:
    """Run the worker; SIGTERM and a first SIGINT let it finish what it has begun."""
    from tui_admin import bootstrap

    gc.enable()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def drain(number: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, drain, number)
    await bootstrap.run_worker(settings, once=once, stop=stop)
    return 0
