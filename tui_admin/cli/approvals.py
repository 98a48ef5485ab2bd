"""`tui-admin approvals`: who waits, and the decisions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tui_admin.cli import lists
from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Group
from tui_admin.cli.output import document, line, told
from tui_admin.cli.picking import NUMBER, choosing
from tui_admin.domain.durations import duration
from tui_admin.domain.lists.approvals import APPROVALS
from tui_admin.domain.telling import DIGESTS
from tui_admin.i18n.documents import item

if TYPE_CHECKING:
    from tui_admin.cli.lists import Wanted
    from tui_admin.cli.picking import Chosen
    from tui_admin.services.facade import Desk


@click.group("approvals", cls=Group)
def command() -> None:
    """List, approve and reject registrations. ID is the number from the list."""


@command.command("list")
@click.option("--organisation", metavar="X", help="Only for this organisation.")
@lists.listing_options(APPROVALS)
@at_desk
async def list_(call: Call, desk: Desk, wanted: Wanted) -> int:
    """List who awaits approval, the longest waiting first.

    Example: tui-admin approvals list --json
    """
    return await lists.show(call, desk.approvals, APPROVALS, wanted)


@command.command()
@click.argument("number", type=NUMBER, metavar="ID")
@at_desk
async def show(call: Call, desk: Desk, number: int) -> int:
    """Show one registration and all there is to know before deciding.

    Example: tui-admin approvals show 41
    """
    from tui_admin.cli.candidate import print_candidate

    candidate = await desk.approvals.show(number)
    if call.as_json:
        parts = candidate._asdict()
        row = item(parts.pop("row"))
        document({**row, **parts})
    else:
        print_candidate(candidate)
    return 0


@command.command()
@choosing(APPROVALS, "ID", NUMBER)
@click.option("--organisation", default="", metavar="X", help="Where those come who named none.")
@at_desk
async def approve(call: Call, desk: Desk, chosen: Chosen, organisation: str) -> int:
    """Let people complete their registrations; each is told by mail.

    They get their place in the organisation, and the role that was promised, at once.

    Example: tui-admin approvals approve 41 42
    """
    outcome = await chosen.at(desk).approvals.approve(chosen.picks, organisation)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@choosing(APPROVALS, "ID", NUMBER)
@click.option("--reason", required=True, metavar="TEXT", help="Why; the person is told.")
@at_desk
async def reject(call: Call, desk: Desk, chosen: Chosen, reason: str) -> int:
    """Turn registrations down; each person is told why.

    Example: tui-admin approvals reject 41 --reason "The number is of another company"
    """
    outcome = await chosen.at(desk).approvals.reject(chosen.picks, reason)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@choosing(APPROVALS, "ID", NUMBER)
@click.option("--text", required=True, metavar="TEXT", help="What is needed; the person is told.")
@at_desk
async def ask(call: Call, desk: Desk, chosen: Chosen, text: str) -> int:
    """Ask people for more before deciding.

    Their details open again at the portal; who hands them in once more is back in the queue.

    Example: tui-admin approvals ask 41 --text "Which department are you of?"
    """
    outcome = await chosen.at(desk).triage.ask(chosen.picks, text)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@choosing(APPROVALS, "ID", NUMBER)
@click.option("--for", "length", required=True, metavar="TIME", help="How long: 4h, 2d, 1 week.")
@at_desk
async def snooze(call: Call, desk: Desk, chosen: Chosen, length: str) -> int:
    """Leave people out of the queue for a while.

    Example: tui-admin approvals snooze 41 --for 2d
    """
    until = datetime.now(UTC) + duration(length)
    outcome = await chosen.at(desk).triage.snooze(chosen.picks, until)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@choosing(APPROVALS, "ID", NUMBER)
@at_desk
async def wake(call: Call, desk: Desk, chosen: Chosen) -> int:
    """Put people who were put off back into the queue.

    Example: tui-admin approvals wake 41
    """
    outcome = await chosen.at(desk).triage.wake(chosen.picks)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@choosing(APPROVALS, "ID", NUMBER)
@at_desk
async def validate(call: Call, desk: Desk, chosen: Chosen) -> int:
    """Vouch for the personal details of people who wait.

    Example: tui-admin approvals validate 41
    """
    outcome = await chosen.at(desk).triage.validate(chosen.picks)
    return told(call, outcome, dry_run=chosen.dry_run)


@command.command()
@click.argument("when", type=click.Choice((*DIGESTS, "default")), metavar="[WHEN]", required=False)
@at_desk
async def digest(call: Call, desk: Desk, when: str | None) -> int:
    """Show or choose how you are mailed of who waits.

    WHEN is at-once, hourly, daily, none, or default for what approvals.digest says.

    Example: tui-admin approvals digest daily
    """
    if when is None:
        found = await desk.digests.mine()
    else:
        found = await desk.digests.choose("" if when == "default" else when)
    if call.as_json:
        document(found._asdict())
    else:
        line(found.when if found.chosen else f"{found.when} (the default)")
    return 0
