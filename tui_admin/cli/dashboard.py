"""`tui-admin open`: the dashboard."""

from __future__ import annotations

import os

import click

from tui_admin.cli.context import Call
from tui_admin.cli.group import as_option, config_option


@click.command("open", params=[as_option(), config_option()])
def command() -> None:
    """Open the dashboard.

    Example: tui-admin open --as founder
    """
    open_dashboard()


def open_dashboard() -> None:
    """Open the dashboard and end with its exit code.

    Settings and operator are settled first, so that what is wrong with them is told before the
    screen changes.
    """
    ctx = click.get_current_context()
    call = ctx.ensure_object(Call)
    settings = call.settings
    from tui_admin.cli.identity import claim, own_files

    who = claim(settings.operator, call.as_name)
    files = settings.ui.files and own_files(os.environ, call.as_name)
    from tui_admin import bootstrap

    ctx.exit(bootstrap.open_dashboard(settings, who.who, files=files))
