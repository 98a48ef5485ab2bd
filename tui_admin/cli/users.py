"""`tui-admin users`: find, add and import people; what is done to them is in `user_acts`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_admin.cli import lists
from tui_admin.cli.context import Call, at_desk
from tui_admin.cli.group import Group
from tui_admin.cli.output import document, told
from tui_admin.cli.picking import who_is
from tui_admin.cli.registering import identity, register
from tui_admin.cli.user_acts import EVERY
from tui_admin.domain.lifecycle import USER_STATUSES
from tui_admin.domain.lists.users import USERS
from tui_admin.domain.permissions import PERMISSIONS

if TYPE_CHECKING:
    from tui_admin.cli.lists import Wanted
    from tui_admin.domain.people_roster import Roster
    from tui_admin.services.facade import Desk


@click.group("users", cls=Group)
def command() -> None:
    """Find, add, block and import users, and give them roles.

    USER is a username, an e-mail or the number from a list.
    """


@command.command("list")
@click.option("--status", type=click.Choice(USER_STATUSES), help="Only those with this status.")
@click.option("--search", metavar="Q", help="Words in the e-mail, the username or the name.")
@click.option("--organisation", "organisations", metavar="X", help="Only members of this one.")
@lists.listing_options(USERS)
@at_desk
async def list_(call: Call, desk: Desk, wanted: Wanted) -> int:
    """List users, the newest first.

    Example: tui-admin users list --status blocked --limit 20
    """
    return await lists.show(call, desk.users, USERS, wanted)


@command.command()
@click.argument("user")
@at_desk
async def show(call: Call, desk: Desk, user: str) -> int:
    """Show one user and all that is known.

    Example: tui-admin users show jan.jansen
    """
    from tui_admin.cli.person import print_person

    print_person(call, await desk.users.show(who_is(user)))
    return 0


@command.command()
@click.argument("user")
@click.argument("permission", type=click.Choice([each.name for each in PERMISSIONS]))
@click.option("--organisation", default="", metavar="X", help="There, instead of anywhere.")
@click.option("--with-role", default="", metavar="ROLE", help="As if they had this role.")
@at_desk
async def why(
    call: Call, desk: Desk, user: str, permission: str, organisation: str, with_role: str
) -> int:
    """Say why a user can, or cannot, do something.

    Example: tui-admin users why jan can_invite --organisation "Acme Nederland BV"
    """
    from tui_admin.cli.person import print_answer

    answer = await desk.explaining.why(who_is(user), permission, organisation, with_role)
    print_answer(call, answer)
    return 0


@command.command()
@click.argument("email")
@click.option("--username", default="", metavar="U", help="Instead of one made from the address.")
@click.option("--name", default="", metavar="NAME", help="What the person is called.")
@click.option("--role", default="", metavar="ROLE", help="Instead of Basic user.")
@click.option("--no-mail", is_flag=True, help="Send no link to choose a password.")
@click.option("--dry-run", is_flag=True, help="Only say whether address and username are free.")
@at_desk
async def add(
    call: Call,
    desk: Desk,
    email: str,
    username: str,
    name: str,
    role: str,
    no_mail: bool,
    dry_run: bool,
) -> int:
    """Add a user, who is mailed a link to choose a password.

    Example: tui-admin users add jan@example.org --username jan
    """
    if dry_run:
        from tui_admin.cli.importing import print_available

        return print_available(call, await desk.users.available(email, username))
    mail = not no_mail
    added = await desk.users.add(email, username=username, name=name, role=role, mail=mail)
    return told(call, added)


for _act in EVERY:
    command.add_command(_act)


@command.command("import")
@click.argument("file", metavar="FILE.csv", type=click.Path(allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Only say what would become of each row.")
@click.option("--pairs", is_flag=True, help="The file has no header: address and username a line.")
@click.option(
    "--failed",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the refused rows there, to be mended and imported again.",
)
@click.option("--no-mail", is_flag=True, help="Send no links to choose a password.")
def import_(file: str, dry_run: bool, pairs: bool, failed: Path | None, no_mail: bool) -> None:
    """Add users from a CSV file, and change those there are.

    Its first line names its columns: those of `users template`, of which only email must be there.
    An empty cell changes nothing.

    Example: tui-admin users import people.csv --dry-run
    """
    from tui_admin.cli.intake import new_file, roster

    rows = roster(file, pairs=pairs)
    _import(rows, dry_run, new_file(failed) if failed else None, not no_mail)


@at_desk
async def _import(
    call: Call, desk: Desk, roster: Roster, dry_run: bool, failed: Path | None, mail: bool
) -> int:
    from tui_admin.cli.importing import print_imported, write_failed
    from tui_admin.services.importing import Imported

    if dry_run:
        imported = Imported(await desk.importing.preview(roster), done=False)
    else:
        imported = await desk.importing.carry_out(roster, mail=mail)
    code = print_imported(call, imported)
    if failed is not None and (number := write_failed(failed, roster, imported.items)):
        click.echo(f"{number} refused rows are in {failed}", err=True)
    return code


@command.command(params=[])
@click.pass_obj
def template(call: Call) -> None:
    """Print the header of a file to import.

    Example: tui-admin users template > people.csv
    """
    from tui_admin.domain.people_roster import COLUMNS

    if call.as_json:
        document({"columns": COLUMNS})
    else:
        click.echo(",".join(COLUMNS))


command.add_command(identity)
command.add_command(register)


@command.command("set-password")
@click.argument("user")
@click.pass_obj
def set_password(call: Call, user: str) -> None:
    """Set a user's password.

    It is read from standard input, or asked for at a terminal. The first password of a new store
    may be set by anybody who can open the store.

    Example: tui-admin users set-password founder < password.txt
    """
    from tui_admin.cli.context import run
    from tui_admin.cli.password import change

    run(change(call, user))
