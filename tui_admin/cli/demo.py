"""`tui-admin demo`: an environment of made-up people."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from tui_admin.cli.context import Call
from tui_admin.cli.group import as_option, config_option
from tui_admin.cli.identity import claim
from tui_admin.cli.output import document

MOST = 1_000_000


@click.command("demo", params=[as_option(), config_option()])
@click.option(
    "--dir",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-data"),
    show_default=True,
    help="Where it is kept; what is there already is used again.",
)
@click.option(
    "--users", type=click.IntRange(1, MOST), default=200, show_default=True, help="How many people."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same data.")
@click.option("--no-open", is_flag=True, help="Only make it, and print where it is as JSON.")
@click.pass_context
def command(ctx: click.Context, /, folder: Path, users: int, seed: int, no_open: bool) -> None:
    """Make an environment of made-up people, or use the one in DIR again, and open it.

    It has settings of its own: --config is not looked at.

    Example: tui-admin demo --users 1000
    """
    from tui_admin import bootstrap

    made = asyncio.run(bootstrap.make_demo(folder.absolute(), users=users, seed=seed))
    if no_open:
        document(
            {
                "config": str(made.config),
                "portal_url": made.portal_url,
                "mailbox": str(made.mailbox),
            }
        )
        return
    from tui_admin.settings import load

    settings = load(made.config)
    who = claim(settings.operator, ctx.ensure_object(Call).as_name)
    ctx.exit(bootstrap.open_dashboard(settings, who.who))
