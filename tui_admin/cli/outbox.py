"""`tui-admin outbox`: mails that wait, failed or were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_admin.cli import lists
from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Group
from tui_admin.cli.output import document, item, labelled, line, sentence, told
from tui_admin.cli.picking import NUMBER
from tui_admin.domain.listings import MESSAGE_STATUSES, MESSAGES
from tui_admin.domain.outcomes import Picks

if TYPE_CHECKING:
    from tui_admin.cli.lists import Wanted
    from tui_admin.services.facade import Desk


@click.group("outbox", cls=Group)
def command() -> None:
    """See mails that wait, failed or were sent; retry or drop them.

    ID is the number from the list.
    """


@command.command("list")
@click.option("--status", type=click.Choice(MESSAGE_STATUSES), help="Only with this status.")
@lists.listing_options(MESSAGES)
@at_desk
async def list_(call: Call, desk: Desk, wanted: Wanted) -> int:
    """List mails, the newest first.

    Example: tui-admin outbox list --status failed
    """
    return await lists.show(call, desk.outbox, MESSAGES, wanted)


@command.command()
@click.argument("ids", nargs=-1, type=NUMBER, metavar="ID...")
@click.option("--failed", is_flag=True, help="All that failed.")
@at_desk
async def retry(call: Call, desk: Desk, ids: tuple[int, ...], failed: bool) -> int:
    """Queue the same mails again.

    Example: tui-admin outbox retry --failed
    """
    if bool(ids) == failed:
        raise click.UsageError("Name at least one mail, or use --failed.")
    if failed:
        return told(call, await desk.outbox.retry_failed())
    return told(call, await desk.outbox.retry(Picks.of(*dict.fromkeys(ids))))


@command.command()
@click.argument("ids", nargs=-1, type=NUMBER, metavar="ID...", required=True)
@at_desk
async def drop(call: Call, desk: Desk, ids: tuple[int, ...]) -> int:
    """Cancel mails that have not been sent.

    Example: tui-admin outbox drop 7
    """
    return told(call, await desk.outbox.drop(Picks.of(*dict.fromkeys(ids))))


@command.command()
@click.argument("number", type=NUMBER, metavar="ID")
@at_desk
async def show(call: Call, desk: Desk, number: int) -> int:
    """Show one mail, without its link, and what it waits for.

    Example: tui-admin outbox show 7
    """
    found = await desk.outbox.show(number)
    if call.as_json:
        more = {"text": found.text, "waiting_for": sentence(found.waiting_for)}
        document({**item(found.row), **more})
        return 0
    row = found.row
    waits = sentence(found.waiting_for)
    facts = {"To": row.to, "Subject": row.subject, "Status": row.status, "Waits": waits}
    facts |= {"Why": row.last_error, "Message-ID": row.message_id}
    for name, value in facts.items():
        if value:
            labelled(f"{name:<12}", value)
    click.echo()
    for each in found.text.splitlines():
        line(each)
    return 0
