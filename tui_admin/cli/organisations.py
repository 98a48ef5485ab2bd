"""`tui-admin organisations`: which there are, who is in them, and what can be done about both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_admin.cli import lists
from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Group
from tui_admin.cli.organisation_acts import EVERY
from tui_admin.cli.output import document, labelled
from tui_admin.domain.lifecycle import ORGANISATION_STATUSES
from tui_admin.domain.lists.members import MEMBERS, members_of
from tui_admin.domain.lists.organisations import ORGANISATIONS
from tui_admin.i18n.documents import item, plain

if TYPE_CHECKING:
    from tui_admin.cli.lists import Wanted
    from tui_admin.services.facade import Desk


@click.group("organisations", cls=Group)
def command() -> None:
    """List, make, edit and archive organisations; see to their members."""


@command.command("list")
@click.option("--status", type=click.Choice(ORGANISATION_STATUSES), help="Only with this status.")
@lists.listing_options(ORGANISATIONS)
@at_desk
async def list_(call: Call, desk: Desk, wanted: Wanted) -> int:
    """List organisations, the newest first.

    Example: tui-admin organisations list --sort name
    """
    return await lists.show(call, desk.organisations, ORGANISATIONS, wanted)


@command.command()
@click.argument("organisation")
@at_desk
async def show(call: Call, desk: Desk, organisation: str) -> int:
    """Show one organisation, by name or number.

    Example: tui-admin organisations show "Acme Nederland BV"
    """
    found = await desk.organisations.details(organisation)
    if call.as_json:
        parts = plain({name: value for name, value in found._asdict().items() if name != "row"})
        document({**item(found.row), **parts})
        return 0
    profile, row = found.profile, found.row
    facts = {
        "Name": profile.name,
        "Number": profile.registration_number,
        "Status": row.status,
        "Billing": profile.billing_email,
        "Address": profile.billing_address,
        "Order number": profile.purchase_order,
        "Members": f"{row.members:,}, {found.administrators:,} administer it",
        "Products": ", ".join(each.value for each in found.available.products),
        "Coupons": ", ".join(each.value for each in found.available.coupons if not each.why_not),
    }
    for label, text in facts.items():
        if text:
            labelled(f"{label:<14}", text)
    return 0


@command.command()
@click.argument("organisation")
@lists.listing_options(MEMBERS)
@at_desk
async def members(call: Call, desk: Desk, wanted: Wanted, organisation: str) -> int:
    """List who is in an organisation, since when and by whom.

    Example: tui-admin organisations members "Acme Nederland BV"
    """
    place = await desk.organisations.show(organisation)
    here = wanted._replace(query=wanted.query.also(members_of(place.id)))
    return await lists.show(call, desk.members, MEMBERS, here)


for _act in EVERY:
    command.add_command(_act)
