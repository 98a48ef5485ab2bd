"""`tui-admin roles`: which there are, what they allow, and what can be done about them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Group
from tui_admin.cli.output import document, line
from tui_admin.cli.role_edits import create, delete, describe, find, grant, rename, withdraw
from tui_admin.cli.table import ID, Column, Table
from tui_admin.domain.listings import Kind
from tui_admin.domain.permissions import PERMISSIONS
from tui_admin.i18n.documents import item

if TYPE_CHECKING:
    from tui_admin.services.facade import Desk

_COLUMNS = (
    ID,
    Column("name", "Role", Kind.TEXT, 24),
    Column("users", "Users", Kind.NUMBER),
    Column("permissions", "Allows", Kind.TEXT, 60, 1),
)


@click.group("roles", cls=Group)
def command() -> None:
    """List roles and what they allow; make, change and delete them."""


@command.command("list")
@at_desk
async def list_(call: Call, desk: Desk) -> int:
    """List roles.

    Example: tui-admin roles list
    """
    found = await desk.roles.all()
    if call.as_json:
        items = [item(each) for each in found]
        document({"items": items, "next": None, "total": len(items)})
    else:
        Table(_COLUMNS).add(found)
    return 0


@command.command()
@click.argument("role")
@at_desk
async def show(call: Call, desk: Desk, role: str) -> int:
    """Show one role: its name or number, and each thing it allows.

    Example: tui-admin roles show "Advanced user"
    """
    each = await find(desk, role)
    if call.as_json:
        document(each)
        return 0
    line(f"{each.name} ({each.users} users{', built in' if each.builtin else ''})")
    if each.description:
        line(each.description)
    for permission in PERMISSIONS:
        if permission.name in each.permissions:
            line(f"  {permission.name:<22} {permission.description}")
    return 0


for each in (create, grant, withdraw, rename, describe, delete):
    command.add_command(each)
