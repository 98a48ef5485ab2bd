"""`tui-admin audit`: who did what, and whether the log is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_admin.cli import lists
from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Group
from tui_admin.cli.output import document
from tui_admin.domain.lists.audit import AUDIT

if TYPE_CHECKING:
    from tui_admin.cli.lists import Wanted
    from tui_admin.services.facade import Desk


@click.group("audit", cls=Group)
def command() -> None:
    """List and verify the audit log."""


@command.command("list")
@lists.listing_options(AUDIT)
@at_desk
async def list_(call: Call, desk: Desk, wanted: Wanted) -> int:
    """List events, the newest first.

    Example: tui-admin audit list --limit 50
    """
    return await lists.show(call, desk.audit, AUDIT, wanted)


@command.command()
@at_desk
async def verify(call: Call, desk: Desk) -> int:
    """Check that no event was changed, removed or put in.

    Exit code 1 with the number of the first bad one.

    Example: tui-admin audit verify
    """
    found = await desk.audit.verify()
    if call.as_json:
        document({"ok": found.bad is None, "events": found.events, "bad": found.bad})
    elif found.bad is None:
        click.echo(f"ok: {found.events} events")
    else:
        click.echo(f"Event {found.bad} is not what was written, or one is missing before it.")
    return 0 if found.bad is None else 1
