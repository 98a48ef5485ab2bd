"""`tui-admin organisations`: the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_admin.cli import lists
from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Group
from tui_admin.domain.lifecycle import ORGANISATION_STATUSES
from tui_admin.domain.lists.organisations import ORGANISATIONS

if TYPE_CHECKING:
    from tui_admin.cli.lists import Wanted
    from tui_admin.services.facade import Desk


@click.group("organisations", cls=Group)
def command() -> None:
    """List organisations."""


@command.command("list")
@click.option("--status", type=click.Choice(ORGANISATION_STATUSES), help="Only with this status.")
@lists.listing_options(ORGANISATIONS)
@at_desk
async def list_(call: Call, desk: Desk, wanted: Wanted) -> int:
    """List organisations, the newest first.

    Example: tui-admin organisations list --sort name
    """
    return await lists.show(call, desk.organisations, ORGANISATIONS, wanted)
