"""Setting a password: read it without showing it, and know who may."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from tui_admin.cli.identity import claim, operator
from tui_admin.cli.output import document

if TYPE_CHECKING:
    from tui_admin.cli.context import Call
    from tui_admin.services.facade import Operator, Operators

LONGEST = 1024
"""Bytes of a password that are read at most; hashing is not for whole files."""


async def change(call: Call, user: str) -> int:
    """Set the password of a user to what is read, and return the exit code."""
    settings = call.settings.operator
    who = claim(settings, call.as_name)
    async with call.hub() as hub:
        # With nobody named, `login` can only mean the first password of a new store; the service
        # refuses that as soon as somebody has one.
        by: Operator | None = None
        if who.who:
            by = await operator(who, hub.operators)
        await _set(hub.operators, user, _read(), by)
    if call.as_json:
        document({"username": user, "password": "set"})
    else:
        click.echo("The password is set.", err=True)
    return 0


async def _set(operators: Operators, user: str, password: str, by: Operator | None) -> None:
    await operators.set_password(user, password, by)


def _read() -> str:
    """Return the password: the first line of standard input, or what is typed, twice."""
    if sys.stdin.isatty():
        import getpass

        password = getpass.getpass("New password: ", stream=sys.stderr)
        if password != getpass.getpass("Once more: ", stream=sys.stderr):
            raise click.UsageError("The two were not the same; nothing was changed.")
        return password
    given = sys.stdin.buffer.read(LONGEST + 1)
    if len(given) > LONGEST:
        raise click.UsageError(f"A password has at most {LONGEST} bytes.")
    try:
        text = given.decode("utf-8")
    except UnicodeDecodeError as error:
        raise click.UsageError("The password on standard input is not UTF-8.") from error
    password = text.removesuffix("\n").removesuffix("\r")
    if "\n" in password or not password:
        raise click.UsageError("Standard input should hold the password, on one line.")
    return password
