"""`tui-admin outbox`: mails that wait, failed or were sent."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tui_admin.cli import lists
from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Group
from tui_admin.cli.output import document, labelled, line, sentence, told
from tui_admin.cli.picking import NUMBER, choosing, chosen
from tui_admin.domain.lifecycle import MESSAGE_STATUSES
from tui_admin.domain.lists.outbox import MESSAGES
from tui_admin.i18n.documents import item, moment

if TYPE_CHECKING:
    from tui_admin.cli.lists import Wanted
    from tui_admin.cli.picking import Chosen
    from tui_admin.services.facade import Desk
    from tui_admin.services.sending import MailHealth


@click.group("outbox", cls=Group)
def command() -> None:
    """See mails that wait, failed or were sent; retry, drop, pause.

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
@click.option("--where", metavar="QUERY", help="All that match, with --yes.")
@click.option("--yes", is_flag=True, help="Also what may have arrived already.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@at_desk
async def retry(
    call: Call,
    desk: Desk,
    ids: tuple[int, ...],
    failed: bool,
    where: str | None,
    yes: bool,
    dry_run: bool,
) -> int:
    """Queue the same mails again.

    A mail that is unknown may have arrived: it is sent again only with --yes.

    Example: tui-admin outbox retry --failed
    """
    if failed and (ids or where is not None):
        raise click.UsageError("Name mails, or use --failed or --where: one of them.")
    outbox = (desk.rehearsing() if dry_run else desk).outbox
    if failed:
        return told(call, await outbox.retry_failed(), dry_run=dry_run)
    picks = chosen(MESSAGES, ids, where, yes or dry_run).picks
    return told(call, await outbox.retry(picks, again=yes), dry_run=dry_run)


@command.command()
@choosing(MESSAGES, "ID", NUMBER)
@at_desk
async def drop(call: Call, desk: Desk, chosen: Chosen) -> int:
    """Cancel mails that have not been sent.

    Example: tui-admin outbox drop 7
    """
    outcome = await chosen.at(desk).outbox.drop(chosen.picks)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@at_desk
async def pause(call: Call, desk: Desk) -> int:
    """Hold mail back, until `outbox resume`.

    Codes and links to passwords go all the same: somebody waits for them.

    Example: tui-admin outbox pause
    """
    return told(call, await desk.outbox.pause())


@command.command()
@at_desk
async def resume(call: Call, desk: Desk) -> int:
    """Let mail go again.

    Example: tui-admin outbox resume
    """
    return told(call, await desk.outbox.resume())


@command.command()
@at_desk
async def status(call: Call, desk: Desk) -> int:
    """Tell how the sending goes: what waits, and what keeps it.

    Example: tui-admin outbox status
    """
    health = await desk.outbox.health()
    if call.as_json:
        document(health)
        return 0
    paused, later = health.pause, health.next_at
    facts = {
        "Paused": f"by {paused.by} since {moment(paused.at)}" if paused else "",
        "Trouble": health.trouble,
        "Tries again": moment(health.retry_at) if health.retry_at else "",
        "Mails": amounts(health),
        "Next goes": moment(later) if later and later > datetime.now(UTC) else "",
        "Last minute": f"{health.per_minute:,} sent",
        "Workers": f"{health.workers}",
    }
    for name, value in facts.items():
        if value:
            labelled(f"{name:<12}", value)
    return 0


def amounts(health: MailHealth) -> str:
    """Return how many mails are in each state that somebody may have to see to."""
    heaps = {name: getattr(health, name) for name in ("queued", "sending", "unknown", "failed")}
    found = [f"{heap.number:,} {name}" for name, heap in heaps.items() if heap.number]
    return ", ".join(found) or "nothing waits, nothing failed"


@command.command()
@click.argument("number", type=NUMBER, metavar="ID")
@at_desk
async def show(call: Call, desk: Desk, number: int) -> int:
    """Show one mail, without its link, and what it waits for.

    Example: tui-admin outbox show 7
    """
    found = await desk.outbox.show(number)
    if call.as_json:
        more = found._asdict() | {"waiting_for": sentence(found.waiting_for)}
        document(item(more.pop("row")) | more)
        return 0
    row = found.row
    waits = sentence(found.waiting_for)
    facts = {"To": row.to, "Reply-To": found.reply_to, "Subject": row.subject}
    facts |= {"Status": row.status, "Waits": waits}
    facts |= {"Why": row.last_error, "Message-ID": row.message_id}
    for name, value in facts.items():
        if value:
            labelled(f"{name:<12}", value)
    click.echo()
    for each in found.text.splitlines():
        line(each)
    return 0
