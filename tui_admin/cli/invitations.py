"""`tui-admin invitations`: list, resend, revoke, retry, hold for longer, make links."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_admin.cli import lists
from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Group
from tui_admin.cli.output import document, line, sentence, skipped, told
from tui_admin.cli.picking import NUMBER, choosing
from tui_admin.domain.journey import STUCK
from tui_admin.domain.lifecycle import INVITATION_STATUSES
from tui_admin.domain.lists.batches import BATCHES
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.text import safe
from tui_admin.i18n.documents import moment

if TYPE_CHECKING:
    from datetime import datetime

    from tui_admin.cli.lists import Wanted
    from tui_admin.cli.picking import Chosen
    from tui_admin.services.facade import Desk
    from tui_admin.services.renewing import Links


@click.group("invitations", cls=Group)
def command() -> None:
    """List invitations and manage them. ID is the number from the list."""


@command.command("list")
@click.option("--status", type=click.Choice(INVITATION_STATUSES), help="Only with this status.")
@click.option("--organisation", metavar="X", help="Only for this organisation.")
@click.option("--batch", metavar="ID", type=NUMBER, help="Only those sent together as this batch.")
@click.option(
    "--stuck",
    "step",
    type=click.Choice(STUCK),
    metavar="STEP",
    help="Only those stuck there: any, queued, sent, started …",
)
@lists.listing_options(INVITATIONS)
@at_desk
async def list_(call: Call, desk: Desk, wanted: Wanted) -> int:
    """List invitations, the newest first.

    Example: tui-admin invitations list --where "status:sent age>7d by:me" --json
    """
    return await lists.show(call, desk.invitations, INVITATIONS, wanted)


@command.command()
@lists.listing_options(BATCHES)
@at_desk
async def batches(call: Call, desk: Desk, wanted: Wanted) -> int:
    """List what was sent together, and how far it got.

    By whom, how many came in, where the others are stuck.

    Example: tui-admin invitations batches --where "by:me age<30d"
    """
    return await lists.show(call, desk.batches, BATCHES, wanted)


@command.command()
@choosing(INVITATIONS, "ID", NUMBER)
@at_desk
async def resend(call: Call, desk: Desk, chosen: Chosen) -> int:
    """Send invitations again.

    Each gets a new link with a new expiry, and the old link stops working.

    Example: tui-admin invitations resend --where "status:expired age<30d" --dry-run
    """
    outcome = await chosen.at(desk).invitations.resend(chosen.picks)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@choosing(INVITATIONS, "ID", NUMBER)
@at_desk
async def revoke(call: Call, desk: Desk, chosen: Chosen) -> int:
    """Take invitations back: their links stop working.

    Who had one already is told.

    Example: tui-admin invitations revoke 41 42
    """
    outcome = await chosen.at(desk).invitations.revoke(chosen.picks)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@choosing(INVITATIONS, "ID", NUMBER)
@at_desk
async def retry(call: Call, desk: Desk, chosen: Chosen) -> int:
    """Send the same mail again to those whose mail failed.

    It goes to nobody else.

    Example: tui-admin invitations retry --where "status:failed batch:7" --yes
    """
    outcome = await chosen.at(desk).invitations.retry(chosen.picks)
    return told(call, outcome, dry_run=chosen.dry_run)


def _until(_ctx: click.Context, param: click.Parameter, text: str) -> datetime:
    from datetime import UTC, datetime

    from tui_admin.domain.errors import Refused
    from tui_admin.domain.expiry import read_expiry
    from tui_admin.i18n import say

    try:
        return read_expiry(text, datetime.now(UTC))
    except Refused as refused:
        raise click.BadParameter(safe(say(refused.reason)), param=param) from refused


@command.command()
@choosing(INVITATIONS, "ID", NUMBER)
@click.option(
    "--until",
    metavar="WHEN",
    required=True,
    callback=_until,
    help="A date such as 2026-12-31, or from now on: 14d, 48h.",
)
@at_desk
async def expiry(call: Call, desk: Desk, chosen: Chosen, until: datetime) -> int:
    """Let the same links hold until another time.

    Those that have expired work again.

    Example: tui-admin invitations expiry 41 42 --until 30d
    """
    outcome = await chosen.at(desk).invitations.set_expiry(chosen.picks, until)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@choosing(INVITATIONS, "ID", NUMBER)
@at_desk
async def link(call: Call, desk: Desk, chosen: Chosen) -> int:
    """Make new links to hand over by other means than our mail.

    The old links stop working, and mails that still wait are not sent.

    Example: tui-admin invitations link 41
    """
    made = await chosen.at(desk).invitations.copy_links(chosen.picks)
    if chosen.dry_run:
        return told(call, made.outcome, dry_run=True)
    if call.as_json:
        document({"items": made.links, "skipped": [skipped(row) for row in made.skipped]})
    else:
        _print(made)
    return made.outcome.exit_code


def _print(made: Links) -> None:
    """Print the links alone, so that they can be piped on; whose they are goes beside it."""
    for each in made.links:
        line(each.url)
        click.echo(f"For {safe(each.email)}, until {moment(each.expires_at)}.", err=True)
    for row in made.skipped:
        click.echo(f"skipped  {safe(row.label)}: {safe(sentence(row.reason))}", err=True)


@command.command("take-back")
@click.argument("batch", type=NUMBER, metavar="BATCH")
@at_desk
async def take_back(call: Call, desk: Desk, batch: int) -> int:
    """Take a whole batch back while its mails wait; none is sent.

    Example: tui-admin invitations take-back 7
    """
    found = await desk.ways_back.of_batch(batch)
    return told(call, await desk.undo(found.undo))
