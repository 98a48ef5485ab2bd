"""`tui-admin demo`: an environment of made-up people."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_admin.cli.context import Call
from tui_admin.cli.group import as_option, config_option
from tui_admin.cli.identity import claim
from tui_admin.cli.output import document
from tui_admin.domain.errors import Refused

if TYPE_CHECKING:
    from tui_admin.demo.environment import Made

MOST, USERS, SEED = 1_000_000, 200, 1


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
@click.option("--users", type=click.IntRange(1, MOST), help="How many people.  [default: 200]")
@click.option("--seed", type=int, help="Same seed, same data.  [default: 1]")
@click.option("--no-open", is_flag=True, help="Only make it, and print where it is as JSON.")
@click.pass_context
def command(
    ctx: click.Context, /, folder: Path, users: int | None, seed: int | None, no_open: bool
) -> None:
    """Make an environment of made-up people, or use the one in DIR again, and open it.

    It has settings of its own: --config is not looked at.

    Example: tui-admin demo --users 1000
    """
    made = _made(folder.absolute(), users, seed)
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
    from tui_admin import bootstrap

    who = claim(settings.operator, ctx.ensure_object(Call).as_name)
    ctx.exit(bootstrap.open_dashboard(settings, who.who))


def _made(folder: Path, users: int | None, seed: int | None) -> Made:
    """Make the environment, or find it; with neither number given any that is there will do."""
    from tui_admin import bootstrap

    try:
        return asyncio.run(
            bootstrap.make_demo(folder, users=users or USERS, seed=SEED if seed is None else seed)
        )
    except Refused as error:
        there = error.reason.values
        if error.reason.id != "demo_other" or users is not None or seed is not None:
            raise
        return asyncio.run(bootstrap.make_demo(folder, users=there["users"], seed=there["seed"]))
