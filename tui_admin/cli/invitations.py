"""`tui-admin invitations`: list, resend, revoke, and make links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_admin.cli import lists
from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Group
from tui_admin.cli.output import document, line, moment, told
from tui_admin.cli.picking import NUMBER, choosing
from tui_admin.domain.listings import INVITATION_STATUSES, INVITATIONS
from tui_admin.domain.outcomes import Pick
from tui_admin.domain.text import safe

if TYPE_CHECKING:
    from tui_admin.cli.lists import Wanted
    from tui_admin.cli.picking import Chosen
    from tui_admin.services.facade import Desk


@click.group("invitations", cls=Group)
def command() -> None:
    """List, resend and revoke invitations. ID is the number from the list."""


@command.command("list")
@click.option("--status", type=click.Choice(INVITATION_STATUSES), help="Only with this status.")
@click.option("--organisation", metavar="X", help="Only for this organisation.")
@click.option("--batch", metavar="ID", type=NUMBER, help="Only those sent together as this batch.")
@lists.listing_options(INVITATIONS)
@at_desk
async def list_(call: Call, desk: Desk, wanted: Wanted) -> int:
    """List invitations, the newest first.

    Example: tui-admin invitations list --status expired --json
    """
    return await lists.show(call, desk.invitations, INVITATIONS, wanted)


@command.command()
@choosing(INVITATIONS, "ID", NUMBER)
@at_desk
async def resend(call: Call, desk: Desk, chosen: Chosen) -> int:
    """Send invitations again.

    Each gets a new link with a new expiry, and the old link stops working.

    Example: tui-admin invitations resend --where "status:expired" --yes
    """
    outcome = await chosen.at(desk).invitations.resend(chosen.picks)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@choosing(INVITATIONS, "ID", NUMBER)
@at_desk
async def revoke(call: Call, desk: Desk, chosen: Chosen) -> int:
    """Take invitations back: their links stop working.

    Example: tui-admin invitations revoke 41 42
    """
    outcome = await chosen.at(desk).invitations.revoke(chosen.picks)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@click.argument("number", type=NUMBER, metavar="ID")
@at_desk
async def link(call: Call, desk: Desk, number: int) -> int:
    """Make a new link to hand over by other means than our mail.

    The old link stops working, and a mail that still waits is not sent.

    Example: tui-admin invitations link 41
    """
    made = await desk.invitations.copy_link(Pick(number))
    if call.as_json:
        document(made)
    else:
        line(made.url)
        click.echo(f"For {safe(made.email)}, until {moment(made.expires_at)}.", err=True)
    return 0
