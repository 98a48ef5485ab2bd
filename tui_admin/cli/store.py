"""`tui-admin init` and `tui-admin db`: the store itself."""

from __future__ import annotations

import asyncio
import shlex
from pathlib import Path

import click

from tui_admin.cli.context import Call
from tui_admin.cli.group import Plain, PlainGroup
from tui_admin.cli.output import document, line


@click.command("init", cls=Plain)
@click.option("--name", required=True, help="What the environment is called.")
@click.option("--email", required=True, help="The founder's address.")
@click.option("--username", required=True, help="The founder's username.")
@click.option("--organisation", required=True, help="The first organisation.")
@click.option("--registration-number", required=True, help="Its number in the trade register.")
@click.pass_obj
def init_command(
    call: Call, name: str, email: str, username: str, organisation: str, registration_number: str
) -> None:
    r"""Make a new store with its founder, the first administrator.

    Refuses a store that has data.

    \b
    Example: tui-admin init --name Acme --email jan@acme.example --username jan \
               --organisation "Acme BV" --registration-number 12345678
    """
    from tui_admin import bootstrap

    settings = call.settings
    made = asyncio.run(
        bootstrap.create_store(
            settings,
            environment_name=name,
            email=email,
            username=username,
            organisation=organisation,
            registration_number=registration_number,
        )
    )
    following = _password_command(call, made.username)
    if call.as_json:
        document(
            {
                "id": made.id,
                "username": made.username,
                "store": settings.store.shown,
                "set_password": following,
            }
        )
        return
    line(f"Made the store {settings.store.shown}, with {made.username} as its administrator.")
    line(f"Set their password: {following}")


def _password_command(call: Call, username: str) -> str:
    config = f"--config {shlex.quote(str(call.config))} " if call.config else ""
    return f"tui-admin {config}users set-password {shlex.quote(username)}"


@click.group("db", cls=PlainGroup)
def db_command() -> None:
    """Upgrade, check and back up the store."""


@db_command.command()
@click.pass_obj
def upgrade(call: Call) -> None:
    """Make the store, or bring it to the schema of this program.

    Example: tui-admin db upgrade
    """
    from tui_admin import bootstrap

    before, after = asyncio.run(bootstrap.upgrade(call.settings))
    if call.as_json:
        document({"before": before or None, "after": after})
    elif before == after:
        click.echo(f"The schema is up to date ({after}).")
    else:
        click.echo(f"The schema is {after} now; it was {before or 'empty'}.")


@db_command.command()
@click.pass_context
def check(ctx: click.Context) -> None:
    """Look for damage.

    Exit code 1 with a line for each fault.

    Example: tui-admin db check
    """
    from tui_admin import bootstrap

    call = ctx.ensure_object(Call)
    problems = asyncio.run(bootstrap.check(call.settings))
    if call.as_json:
        document({"ok": not problems, "problems": problems})
    else:
        for each in problems or ("ok",):
            line(each)
    ctx.exit(1 if problems else 0)


@db_command.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def backup(call: Call, file: Path) -> None:
    """Copy the store to FILE, also while it is in use.

    FILE must not exist yet.

    Example: tui-admin db backup store-2026-01-31.db
    """
    from tui_admin import bootstrap

    asyncio.run(bootstrap.backup(call.settings, file.absolute()))
    if call.as_json:
        document({"file": str(file.absolute())})
    else:
        line(f"Wrote {file}.")
