"""What `tui-admin organisations` does: to organisations, and to who is in them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import click

from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Action
from tui_admin.cli.output import told
from tui_admin.cli.picking import choosing
from tui_admin.cli.user_acts import even_last, to_all
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.offices import KINDS
from tui_admin.domain.outcomes import Picks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_admin.cli.picking import Chosen
    from tui_admin.domain.outcomes import Outcome
    from tui_admin.services.facade import Desk

dry = click.option("--dry-run", is_flag=True, help="Only say what would be done.")


def _billing(body: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say how an organisation is billed, as one `typed`."""

    @functools.wraps(body)
    def command(**given: Any) -> Any:
        names = ("registration_number", "billing_email", "billing_address", "purchase_order")
        found = {name: given.pop(name) for name in names}
        typed = {name: text for name, text in found.items() if text is not None}
        return body(typed=typed, **given)

    for option in (
        click.option("--purchase-order", metavar="TEXT", help="What its invoices have to name."),
        click.option("--billing-address", metavar="TEXT", help="Where invoices go by post."),
        click.option("--billing-email", metavar="EMAIL", help="Where invoices go by mail."),
        click.option("--registration-number", metavar="NUMBER", help="Of the Chamber of Commerce."),
    ):
        command = option(command)
    return command


@click.command(cls=Action)
@click.argument("name")
@_billing
@dry
@at_desk
async def create(call: Call, desk: Desk, typed: dict[str, str], name: str, dry_run: bool) -> int:
    """Make an organisation; you become its administrator.

    Example: tui-admin organisations create "Jansen BV" --registration-number 12345678
    """
    acting = desk.rehearsing() if dry_run else desk
    outcome = await acting.organisations.create({"name": name, **typed})
    return told(call, outcome, dry_run=dry_run)


@click.command(cls=Action)
@click.argument("organisation")
@click.option("--name", metavar="TEXT", help="Another name.")
@_billing
@dry
@at_desk
async def edit(
    call: Call,
    desk: Desk,
    typed: dict[str, str],
    organisation: str,
    name: str | None,
    dry_run: bool,
) -> int:
    """Change what is said of an organisation.

    What is not given stays as it is.

    Example: tui-admin organisations edit "Jansen BV" --purchase-order PO-7
    """
    acting = desk.rehearsing() if dry_run else desk
    wanted = typed if name is None else {"name": name, **typed}
    return told(call, await acting.organisations.edit(organisation, wanted), dry_run=dry_run)


async def _picked(desk: Desk, names: tuple[str, ...]) -> Picks:
    """Return the organisations named; raises `NotFound` for one that there is not."""
    return Picks.of(*[(await desk.organisations.show(each)).id for each in dict.fromkeys(names)])


@click.command(cls=Action)
@click.argument("organisation", nargs=-1, required=True)
@dry
@at_desk
async def archive(call: Call, desk: Desk, organisation: tuple[str, ...], dry_run: bool) -> int:
    """Take organisations out of use.

    Nobody is invited or added to one any more; who is in it keeps their place.

    Example: tui-admin organisations archive "Jansen BV"
    """
    acting = desk.rehearsing() if dry_run else desk
    outcome = await acting.organisations.archive(await _picked(desk, organisation))
    return told(call, outcome, dry_run=dry_run)


@click.command(cls=Action)
@click.argument("organisation", nargs=-1, required=True)
@dry
@at_desk
async def restore(call: Call, desk: Desk, organisation: tuple[str, ...], dry_run: bool) -> int:
    """Take archived organisations into use again.

    Example: tui-admin organisations restore "Jansen BV"
    """
    acting = desk.rehearsing() if dry_run else desk
    outcome = await acting.organisations.restore(await _picked(desk, organisation))
    return told(call, outcome, dry_run=dry_run)


kind = click.option(
    "--kind", type=click.Choice(KINDS), default="member", help="member, or administrator."
)


@click.command("add-member", cls=Action)
@click.argument("organisation")
@choosing(USERS, "USER")
@kind
@at_desk
async def add_member(call: Call, desk: Desk, chosen: Chosen, organisation: str, kind: str) -> int:
    """Make users members of an organisation.

    Example: tui-admin organisations add-member "Acme Nederland BV" jan piet
    """

    def act(at: Desk, some: Picks) -> Awaitable[Outcome]:
        return at.memberships.add(some, organisation, kind)

    return await to_all(call, desk, chosen, act)


@click.command("set-kind", cls=Action)
@click.argument("organisation")
@choosing(USERS, "USER")
@kind
@even_last
@at_desk
async def set_kind(
    call: Call, desk: Desk, chosen: Chosen, organisation: str, kind: str, even_last: bool
) -> int:
    """Make members administrators, or back.

    Example: tui-admin organisations set-kind "Acme Nederland BV" jan --kind administrator
    """

    def act(at: Desk, some: Picks) -> Awaitable[Outcome]:
        return at.memberships.change(some, organisation, kind, even_last)

    return await to_all(call, desk, chosen, act)


@click.command(cls=Action)
@click.argument("organisation")
@choosing(USERS, "USER")
@at_desk
async def appoint(call: Call, desk: Desk, chosen: Chosen, organisation: str) -> int:
    """Make members company administrators.

    They invite, approve and manage members there, and nowhere else. You need all of that there
    yourself.

    Example: tui-admin organisations appoint "Acme Nederland BV" jan
    """

    def act(at: Desk, some: Picks) -> Awaitable[Outcome]:
        return at.memberships.appoint(some, organisation)

    return await to_all(call, desk, chosen, act)


@click.command(cls=Action)
@click.argument("organisation")
@choosing(USERS, "USER")
@at_desk
async def dismiss(call: Call, desk: Desk, chosen: Chosen, organisation: str) -> int:
    """Let company administrators be that no longer.

    They stay members.

    Example: tui-admin organisations dismiss "Acme Nederland BV" jan
    """

    def act(at: Desk, some: Picks) -> Awaitable[Outcome]:
        return at.memberships.appoint(some, organisation, False)

    return await to_all(call, desk, chosen, act)


@click.command(cls=Action)
@click.argument("organisation")
@dry
@at_desk
async def ask(call: Call, desk: Desk, organisation: str, dry_run: bool) -> int:
    """Ask to become company administrator of yours.

    Whoever could make you one is mailed, once a day.

    Example: tui-admin organisations ask "Acme Nederland BV"
    """
    acting = desk.rehearsing() if dry_run else desk
    return told(call, await acting.asking.authority(organisation), dry_run=dry_run)


@click.command("remove-member", cls=Action)
@click.argument("organisation")
@choosing(USERS, "USER")
@even_last
@at_desk
async def remove_member(
    call: Call, desk: Desk, chosen: Chosen, organisation: str, even_last: bool
) -> int:
    """Take users out of an organisation; access ends at once.

    Example: tui-admin organisations remove-member "Acme Nederland BV" jan
    """

    def act(at: Desk, some: Picks) -> Awaitable[Outcome]:
        return at.memberships.remove(some, organisation, even_last)

    return await to_all(call, desk, chosen, act)


EVERY = (
    create,
    edit,
    archive,
    restore,
    add_member,
    set_kind,
    appoint,
    dismiss,
    ask,
    remove_member,
)
