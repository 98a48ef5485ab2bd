"""The command `tui-admin`: its sub-commands by name, and the one place where errors end."""

from __future__ import annotations

import sys
from typing import Any

import click

from tui_admin import __version__
from tui_admin.cli.group import Later, LazyGroup
from tui_admin.cli.trouble import close_quietly, exit_code, harmless

_HERE = "tui_admin.cli"
COMMANDS = {
    "open": Later(f"{_HERE}.dashboard", "Open the dashboard (as does no command at all)."),
    "demo": Later(f"{_HERE}.demo", "Make and open an environment of made-up people."),
    "init": Later(f"{_HERE}.store", "Make a new store with its founder."),
    "invite": Later(f"{_HERE}.invite", "Invite the addresses in a file."),
    "invitations": Later(f"{_HERE}.invitations", "List, resend and revoke invitations."),
    "users": Later(f"{_HERE}.users", "Find, add, block and import users, and give them roles."),
    "approvals": Later(f"{_HERE}.approvals", "List, approve and reject who registered."),
    "roles": Later(f"{_HERE}.roles", "List roles and what they allow."),
    "organisations": Later(f"{_HERE}.organisations", "See to organisations and their members."),
    "domains": Later(f"{_HERE}.domains", "Claim e-mail domains; mark shared ones."),
    "export": Later(f"{_HERE}.export", "Write a whole list as CSV or JSON."),
    "outbox": Later(f"{_HERE}.outbox", "See mails that wait or failed; retry, drop, pause."),
    "mail": Later(f"{_HERE}.mail", "See what mails say, and write templates for other texts."),
    "worker": Later(f"{_HERE}.worker", "Send the mails that wait."),
    "portal": Later(f"{_HERE}.portal", "Serve the pages for people who are invited."),
    "audit": Later(f"{_HERE}.audit", "List and verify the audit log."),
    "db": Later(f"{_HERE}.store", "Upgrade, check and back up the store."),
    "doctor": Later(f"{_HERE}.doctor", "Check configuration, store, mail and terminal."),
}


class Root(LazyGroup):
    """The program itself: every error that a sub-command raises is told here, once."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the options before the sub-command."""
        with harmless():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the sub-command; end with the exit code of CONTRACT.md where it fails."""
        try:
            with harmless():
                result = super().invoke(ctx)
            sys.stdout.flush()
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except (Exception, KeyboardInterrupt) as error:
            ctx.exit(exit_code(error))
        return result


@click.group(
    cls=Root,
    later=COMMANDS,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="tui-admin %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Administer people from a terminal: invite, watch, give rights, take them away.

    Without a command the dashboard opens. Exit codes: 0 all done, 1 some rows were refused or
    failed, 2 usage or configuration, 3 not allowed, 4 store or mail server out of reach.
    """
    if ctx.invoked_subcommand is None:
        from tui_admin.cli.dashboard import open_dashboard

        open_dashboard()


def run() -> None:
    """Run the program; `tui_admin.__main__` has prepared the process."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli(prog_name="tui-admin")
    except KeyboardInterrupt:
        sys.exit(exit_code(KeyboardInterrupt()))
    finally:
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            close_quietly()
