"""Groups and actions of the command line: options that work anywhere, modules loaded when used."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from tui_admin.cli.context import Call

if TYPE_CHECKING:
    from collections.abc import Mapping


def _remember_config(ctx: click.Context, _param: click.Parameter, value: Path | None) -> None:
    call = ctx.ensure_object(Call)
    call.config = value or call.config


def _remember_as(ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    call = ctx.ensure_object(Call)
    call.as_name = call.as_name if value is None else value


def _remember_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    call = ctx.ensure_object(Call)
    call.as_json = value or call.as_json


def config_option() -> click.Option:
    """Return `--config`, as every command takes it."""
    return click.Option(
        ["--config"],
        metavar="FILE",
        type=click.Path(path_type=Path),
        expose_value=False,
        callback=_remember_config,
        help="Settings, instead of the first of the usual places.",
    )


def as_option() -> click.Option:
    """Return `--as`, for commands that read or change people."""
    return click.Option(
        ["--as"],
        metavar="USER",
        expose_value=False,
        callback=_remember_as,
        help="Who acts: a username or e-mail, where operator.identify_by allows.",
    )


def json_option() -> click.Option:
    """Return `--json`, for commands with something to print."""
    return click.Option(
        ["--json"],
        is_flag=True,
        expose_value=False,
        callback=_remember_json,
        help="Print one JSON document.",
    )


class Plain(click.Command):
    """A command about the installation: takes `--config`, and nobody acts."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the options to those declared."""
        super().__init__(*args, **kwargs)
        self.params += [json_option(), config_option()]


class Action(click.Command):
    """A command that reads or changes people: takes `--config`, `--as` and `--json`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the options to those declared."""
        super().__init__(*args, **kwargs)
        self.params += [json_option(), as_option(), config_option()]


class Group(click.Group):
    """A group of commands; `--config` and `--as` may stand before the sub-command, too."""

    command_class: type[click.Command] | None = Action

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the options to those declared."""
        super().__init__(*args, **kwargs)
        self.params += [as_option(), config_option()]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order they are declared in, which is the order of use."""
        del ctx
        return list(self.commands)


class PlainGroup(Group):
    """A group about the installation: nobody acts."""

    command_class: type[click.Command] | None = Plain

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Add the option to those declared."""
        super().__init__(*args, **kwargs)
        self.params = [config_option()]


class Later(NamedTuple):
    """A sub-command that is imported when it is used: its module and its line in the help."""

    module: str
    help: str


class LazyGroup(Group):
    """A group that knows its sub-commands by name alone until one of them is called.

    Each module has its command or group under the name `command`, or `NAME_command` where it has
    several.
    """

    def __init__(self, *args: Any, later: Mapping[str, Later], **kwargs: Any) -> None:
        """Keep the table of sub-commands."""
        super().__init__(*args, **kwargs)
        self.later = later

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table, which is the order of use."""
        del ctx
        return list(self.later)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the sub-command; None where there is none of that name."""
        del ctx
        known = self.later.get(cmd_name)
        if known is None:
            return None
        module = importlib.import_module(known.module)
        found: click.Command = getattr(module, f"{cmd_name}_command", None) or module.command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of sub-commands without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.help) for name, each in self.later.items()])
