"""What `tui-admin roles` does: roles made, changed and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Action
from tui_admin.cli.output import line, told
from tui_admin.domain.errors import NotFound
from tui_admin.domain.roles import Edit, Effect, RoleRow

if TYPE_CHECKING:
    from tui_admin.services.facade import Desk

dry = click.option("--dry-run", is_flag=True, help="Only say what would be done.")


async def find(desk: Desk, name: str) -> RoleRow:
    """Return a role by name, whatever its case, or by number; raises `NotFound`."""
    roles = await desk.roles.all()
    wanted = name.casefold()
    for each in roles:
        if each.name.casefold() == wanted:
            return each
    for each in roles:
        if str(each.id) == wanted:
            return each
    raise NotFound("role_unknown", role=name)


async def _change(call: Call, desk: Desk, edit: Edit, dry_run: bool) -> int:
    """Change a role, and say who gains and loses what."""
    if not call.as_json and (edit.grant or edit.withdraw):
        for effect in await desk.roles.effects((edit,)):
            _tell(effect)
    acting = desk.rehearsing() if dry_run else desk
    return told(call, await acting.roles.change((edit,)), dry_run=dry_run)


def _tell(effect: Effect) -> None:
    more = effect.people - len(effect.names)
    names = [*effect.names, *([f"{more:,} more"] if more else [])]
    people = ": ".join(filter(None, (f"{effect.people:,} have it", ", ".join(names))))
    for word, permissions in (("gain", effect.gained), ("lose", effect.lost)):
        if permissions:
            line(f"{word:<8} {', '.join(sorted(permissions))} ({people})")


@click.command(cls=Action)
@click.argument("name")
@click.option("--like", default="", metavar="ROLE", help="Begin with what that role allows.")
@click.option("--description", default="", metavar="TEXT", help="What it is for.")
@dry
@at_desk
async def create(
    call: Call, desk: Desk, name: str, like: str, description: str, dry_run: bool
) -> int:
    """Make a role, empty or like another one.

    Example: tui-admin roles create Reception --like "Basic user"
    """
    acting = desk.rehearsing() if dry_run else desk
    return told(call, await acting.roles.create(name, like, description), dry_run=dry_run)


@click.command(cls=Action)
@click.argument("role")
@click.argument("permission", nargs=-1, required=True)
@dry
@at_desk
async def grant(
    call: Call, desk: Desk, role: str, permission: tuple[str, ...], dry_run: bool
) -> int:
    """Let a role do more; you need each permission yourself.

    Example: tui-admin roles grant Reception can_view
    """
    edit = Edit((await find(desk, role)).id, grant=frozenset(permission))
    return await _change(call, desk, edit, dry_run)


@click.command(cls=Action)
@click.argument("role")
@click.argument("permission", nargs=-1, required=True)
@dry
@at_desk
async def withdraw(
    call: Call, desk: Desk, role: str, permission: tuple[str, ...], dry_run: bool
) -> int:
    """Let a role do less.

    Example: tui-admin roles withdraw Reception can_view
    """
    edit = Edit((await find(desk, role)).id, withdraw=frozenset(permission))
    return await _change(call, desk, edit, dry_run)


@click.command(cls=Action)
@click.argument("role")
@click.argument("name")
@at_desk
async def rename(call: Call, desk: Desk, role: str, name: str) -> int:
    """Give a role another name.

    Example: tui-admin roles rename Reception "Front desk"
    """
    return await _change(call, desk, Edit((await find(desk, role)).id, name=name), False)


@click.command(cls=Action)
@click.argument("role")
@click.argument("text")
@at_desk
async def describe(call: Call, desk: Desk, role: str, text: str) -> int:
    """Say what a role is for.

    Example: tui-admin roles describe Reception "Sees who is there"
    """
    return await _change(call, desk, Edit((await find(desk, role)).id, description=text), False)


@click.command(cls=Action)
@click.argument("role")
@click.option(
    "--move-to", required=True, metavar="ROLE", help="What those who have it get instead."
)
@dry
@at_desk
async def delete(call: Call, desk: Desk, role: str, move_to: str, dry_run: bool) -> int:
    """Delete a role; its people get another one.

    So does whoever is invited to it. It cannot be taken back.

    Example: tui-admin roles delete Reception --move-to "Basic user"
    """
    acting = desk.rehearsing() if dry_run else desk
    return told(call, await acting.roles.delete(role, move_to), dry_run=dry_run)
