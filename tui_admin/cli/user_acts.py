"""What `tui-admin users` does to people: to some by name, or to all that match."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import click

from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Action
from tui_admin.cli.output import told
from tui_admin.cli.picking import choosing, people
from tui_admin.domain.errors import Refused
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.offices import KINDS
from tui_admin.domain.outcomes import Outcome, Picks

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_admin.cli.picking import Chosen
    from tui_admin.services.facade import Desk

even_last = click.option(
    "--even-last", is_flag=True, help="Also the last administrator of an organisation."
)


async def to_all(
    call: Call, desk: Desk, chosen: Chosen, act: Callable[[Desk, Picks], Awaitable[Outcome]]
) -> int:
    """Act on the people named or found, in parts, and print what became of each."""
    picks, unknown = await people(desk.users, chosen)
    acting, parts = chosen.at(desk), []
    if picks.where is not None or picks.named:
        parts = [part for part in (await desk.users.pin(picks)).parts() if part.named]
    outcomes = [await act(acting, part) for part in parts]
    if not parts:
        # Whoever lacks the right is told that, not that nobody was found.
        with contextlib.suppress(Refused):
            await act(acting, Picks())
    outcome = Outcome.of(outcomes or [Outcome("user")])
    return told(call, outcome, unknown, dry_run=chosen.dry_run)


@click.command(cls=Action)
@choosing(USERS, "USER")
@click.option("--reason", default="", metavar="TEXT", help="Why; it stands in the audit log.")
@even_last
@at_desk
async def block(call: Call, desk: Desk, chosen: Chosen, reason: str, even_last: bool) -> int:
    """Stop accounts for now: sessions and links end at once.

    Example: tui-admin users block jan piet --reason "left the company"
    """

    def act(at: Desk, some: Picks) -> Awaitable[Outcome]:
        return at.users.block(some, reason, even_last)

    return await to_all(call, desk, chosen, act)


@click.command(cls=Action)
@choosing(USERS, "USER")
@click.option("--reason", default="", metavar="TEXT", help="Why; it stands in the audit log.")
@even_last
@at_desk
async def leave(call: Call, desk: Desk, chosen: Chosen, reason: str, even_last: bool) -> int:
    """See users out: places, invitations and access end.

    In one step, without a word to anybody: they leave every organisation, invitations to them are
    revoked, and the account is blocked.

    Example: tui-admin users leave jan --reason "left the company"
    """

    def act(at: Desk, some: Picks) -> Awaitable[Outcome]:
        return at.leaving.leave(some, reason, even_last)

    return await to_all(call, desk, chosen, act)


@click.command(cls=Action)
@choosing(USERS, "USER")
@at_desk
async def unblock(call: Call, desk: Desk, chosen: Chosen) -> int:
    """Let blocked accounts go on as what they were.

    Example: tui-admin users unblock jan
    """
    return await to_all(call, desk, chosen, lambda at, some: at.users.unblock(some))


@click.command("set-role", cls=Action)
@choosing(USERS, "USER")
@click.argument("role")
@at_desk
async def set_role(call: Call, desk: Desk, chosen: Chosen, role: str) -> int:
    """Give users another role.

    Example: tui-admin users set-role jan "Advanced user"
    """
    return await to_all(call, desk, chosen, lambda at, some: at.users.set_role(some, role))


@click.command("password-link", cls=Action)
@choosing(USERS, "USER")
@at_desk
async def password_link(call: Call, desk: Desk, chosen: Chosen) -> int:
    """Mail users a link by which they choose a password. It holds for an hour.

    Example: tui-admin users password-link jan
    """
    return await to_all(call, desk, chosen, lambda at, some: at.users.password_link(some))


@click.command(cls=Action)
@choosing(USERS, "USER", final=True)
@even_last
@at_desk
async def remove(call: Call, desk: Desk, chosen: Chosen, even_last: bool) -> int:
    """Remove users for good. It cannot be taken back, so it needs --yes.

    Account, identity, memberships, sessions, links and mails are erased; what was done stays in
    the audit log. It needs the right to block, and every right that they have themselves.

    Example: tui-admin users remove jan --yes
    """
    return await to_all(call, desk, chosen, lambda at, some: at.users.remove(some, even_last))


@click.command("add-to", cls=Action)
@choosing(USERS, "USER")
@click.argument("organisation")
@click.option(
    "--kind", type=click.Choice(KINDS), default="member", help="member, or administrator."
)
@at_desk
async def add_to(call: Call, desk: Desk, chosen: Chosen, organisation: str, kind: str) -> int:
    """Make users members of an organisation.

    Example: tui-admin users add-to jan piet "Acme Nederland BV" --kind administrator
    """

    def act(at: Desk, some: Picks) -> Awaitable[Outcome]:
        return at.memberships.add(some, organisation, kind)

    return await to_all(call, desk, chosen, act)


@click.command("set-kind", cls=Action)
@choosing(USERS, "USER")
@click.argument("organisation")
@click.argument("kind", type=click.Choice(KINDS))
@even_last
@at_desk
async def set_kind(
    call: Call, desk: Desk, chosen: Chosen, organisation: str, kind: str, even_last: bool
) -> int:
    """Make members administrators of an organisation, or back.

    Example: tui-admin users set-kind jan "Acme Nederland BV" administrator
    """

    def act(at: Desk, some: Picks) -> Awaitable[Outcome]:
        return at.memberships.change(some, organisation, kind, even_last)

    return await to_all(call, desk, chosen, act)


@click.command(cls=Action)
@choosing(USERS, "USER")
@click.option("--organisation", required=True, metavar="X", help="For which organisation.")
@click.option("--product", required=True, metavar="P", help="Of which product.")
@click.option("--set", "name", default="", metavar="SET", help="Which; without it, all there are.")
@at_desk
async def authorise(
    call: Call, desk: Desk, chosen: Chosen, organisation: str, product: str, name: str
) -> int:
    """Say what users may do with a product.

    For one organisation: a set of the product's services, or all of them.

    Example: tui-admin users authorise jan --organisation X --product documents --set Read
    """

    def act(at: Desk, some: Picks) -> Awaitable[Outcome]:
        return at.authorising.give(some, organisation, product, name)

    return await to_all(call, desk, chosen, act)


@click.command("remove-from", cls=Action)
@choosing(USERS, "USER")
@click.argument("organisation")
@even_last
@at_desk
async def remove_from(
    call: Call, desk: Desk, chosen: Chosen, organisation: str, even_last: bool
) -> int:
    """Take users out of an organisation, with what it gave them.

    Example: tui-admin users remove-from jan "Acme Nederland BV"
    """

    def act(at: Desk, some: Picks) -> Awaitable[Outcome]:
        return at.memberships.remove(some, organisation, even_last)

    return await to_all(call, desk, chosen, act)


EVERY = (
    block,
    unblock,
    leave,
    set_role,
    add_to,
    set_kind,
    authorise,
    remove_from,
    password_link,
    remove,
)
"""The commands, in the order of use."""
