"""`tui-admin domains`: e-mail domains that are claimed, and those that are used elsewhere, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Group
from tui_admin.cli.output import document, told
from tui_admin.cli.table import Column, Table
from tui_admin.domain.domains import MAILBOXES
from tui_admin.domain.listings import Kind
from tui_admin.i18n.documents import item

if TYPE_CHECKING:
    from tui_admin.services.facade import Desk

_COLUMNS = (
    Column("domain", "Domain", Kind.TEXT, 34),
    Column("kind", "Kind", Kind.TEXT, 8),
    Column("at", "Since", Kind.TIME),
    Column("by", "By", Kind.TEXT, 16, 1),
    Column("overlaps", "Overlaps", Kind.TEXT, 30, 2),
)


@click.group("domains", cls=Group)
def command() -> None:
    """Claim e-mail domains, and mark those used elsewhere."""


@command.command("list")
@at_desk
async def list_(call: Call, desk: Desk) -> int:
    """List the domains that something is said of.

    Example: tui-admin domains list
    """
    found = await desk.domains.all()
    if call.as_json:
        items = [item(each) for each in found]
        document({"items": items, "next": None, "total": len(items)})
    else:
        Table(_COLUMNS).add(found)
    return 0


@command.command()
@click.argument("domain")
@click.option(
    "--mailbox", type=click.Choice(MAILBOXES), default=MAILBOXES[0], help="Who is mailed there."
)
@at_desk
async def claim(call: Call, desk: Desk, domain: str, mailbox: str) -> int:
    """Claim a domain for the environment.

    Whoever runs it is mailed a link; it is claimed once they confirm it. From then on whoever
    registers with an address there joins without rights, and waits for approval.

    Example: tui-admin domains claim acme.example
    """
    return told(call, await desk.domains.claim(domain, mailbox))


@command.command()
@click.argument("domain")
@at_desk
async def share(call: Call, desk: Desk, domain: str) -> int:
    """Mark a domain as used elsewhere, too.

    Nobody joins by an invitation to an address there; Add user is the way.

    Example: tui-admin domains share provider.example
    """
    return told(call, await desk.domains.share(domain))


@command.command()
@click.argument("domain")
@at_desk
async def release(call: Call, desk: Desk, domain: str) -> int:
    """Let go of a domain, claimed or shared.

    Example: tui-admin domains release acme.example
    """
    return told(call, await desk.domains.release(domain))
