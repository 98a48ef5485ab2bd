from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from tui_admin.cli import trouble
from tui_admin.cli.context import Call
from tui_admin.cli.group import Group
from tui_admin.cli.main import COMMANDS, Root, cli
from tui_admin.domain.errors import Denied, Misconfigured, NotFound, OutOfReach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def every_command() -> Iterator[tuple[list[str], click.Command]]:
    ctx = click.Context(cli)
    for name in COMMANDS:
        found = cli.get_command(ctx, name)
        assert found is not None
        yield [name], found
        if isinstance(found, click.Group):
            yield from (([name, each], found.commands[each]) for each in found.commands)


def loaded_by(*arguments: str) -> set[str]:
    program = (
        "import sys, json\n"
        "from tui_admin.cli.main import cli\n"
        "try:\n"
        f"    cli({list(arguments)!r}, prog_name='tui-admin')\n"
        "except SystemExit: pass\n"
        "print(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(json.loads(ended.stderr.splitlines()[-1]))


def test_help_loads_neither_store_nor_services_nor_textual() -> None:
    found = loaded_by("--help")
    for module in ("sqlalchemy", "textual", "rich", "alembic", "asyncio"):
        assert module not in found
    assert not any(name.startswith("tui_admin.services") for name in found)
    assert not any(name.startswith("tui_admin.cli.users") for name in found)


def test_the_help_of_a_command_loads_no_services() -> None:
    found = loaded_by("users", "list", "--help")
    assert not any(name.startswith(("tui_admin.services", "tui_admin.tui")) for name in found)
    assert "sqlalchemy" not in found
    assert "tui_admin.cli.invite" not in found


def test_every_command_is_described_with_an_example() -> None:
    for path, command in every_command():
        assert command.help, path
        if not isinstance(command, click.Group):
            assert f"tui-admin {' '.join(path)}" in command.help, path


def test_every_example_parses() -> None:
    for path, command in every_command():
        if isinstance(command, click.Group):
            continue
        assert command.help is not None
        example = command.help.split("Example:")[1].replace("\\\n", " ")
        words = __import__("shlex").split(example.split(" <")[0].split(" >")[0])
        assert words[: len(path) + 1] == ["tui-admin", *path]
        command.make_context(path[-1], words[len(path) + 1 :], obj=Call())


def test_the_help_fits_eighty_columns_and_ends_no_line_in_dots() -> None:
    for path, _ in every_command():
        for line in CliRunner().invoke(cli, [*path, "--help"]).output.splitlines():
            assert len(line) <= 80, path
            assert line.startswith("Usage:") or not line.endswith("..."), path


def test_every_command_takes_config() -> None:
    for path, command in every_command():
        options = [name for each in command.params for name in each.opts]
        assert "--config" in options, path
        if isinstance(command, Group) or path[0] in ("users", "invite", "audit", "export", "open"):
            assert "--as" in options or path[0] in ("db", "mail"), path


@pytest.fixture
def remembered(monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return the call that any command of the test is made with."""
    found = Call()

    def template(call: Call) -> None:
        found.__dict__.update(call.__dict__)

    from tui_admin.cli import users

    monkeypatch.setattr(users.template, "callback", click.pass_obj(template))
    return found


@pytest.mark.parametrize(
    "line",
    [
        "--config a.toml --as jan users template --json",
        "users --config a.toml --as jan template --json",
        "users template --config a.toml --as jan --json",
        "--config b.toml users --as piet template --json --config a.toml --as jan",
    ],
)
def test_options_stand_before_or_after_the_command(remembered: Call, line: str) -> None:
    result = CliRunner().invoke(cli, line.split())
    assert result.exit_code == 0, result.output
    assert (remembered.config, remembered.as_name) == (Path("a.toml"), "jan")
    assert remembered.as_json


@pytest.fixture
def command_that(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], None]], None]:
    """Return a function that puts a body in the place of every command."""

    def replace(body: Callable[[], None]) -> None:
        command = click.Command("do", callback=body)
        monkeypatch.setattr(Root, "get_command", lambda self, ctx, name: command)

    return replace


def raising(error: BaseException) -> Callable[[], None]:
    def body() -> None:
        raise error

    return body


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFound("nobody", who="x"), 1),
        (Misconfigured("wrong"), 2),
        (Denied("not_allowed", permission="can_view"), 3),
        (Denied("not_allowed"), 3),
        (OutOfReach("gone"), 4),
        (click.UsageError("so"), 2),
        (KeyboardInterrupt(), 130),
    ],
)
def test_errors_end_with_their_code(
    command_that: Callable[[Callable[[], None]], None], error: BaseException, code: int
) -> None:
    command_that(raising(error))
    result = CliRunner().invoke(cli, ["do"])
    assert result.exit_code == code
    assert result.stdout == ""
    assert "Traceback" not in result.output


def test_what_an_error_says_is_harmless(
    command_that: Callable[[Callable[[], None]], None],
) -> None:
    command_that(raising(NotFound("nobody", who="\x1b]0;x\x07\u202e\nfake")))
    result = CliRunner().invoke(cli, ["do"])
    assert result.stderr.rstrip("\n").isprintable()


def test_a_surprise_leaves_an_incident_and_no_traceback(
    command_that: Callable[[Callable[[], None]], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    secret = "postgresql://jan:hunter2@host/name"
    command_that(raising(ValueError(f"no route to {secret}")))
    result = CliRunner().invoke(cli, ["do"])
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "ValueError" not in result.output
    (file,) = (tmp_path / "tui-admin").iterdir()
    assert str(file) in result.stderr
    assert file.stem.rpartition("-")[2] in result.stderr.replace(str(file), "")
    assert file.stat().st_mode & 0o777 == 0o600
    assert "hunter2" not in file.read_text()
    assert "ValueError: no route to postgresql://jan:***@host/name" in file.read_text()


def test_a_surprise_is_told_even_where_nothing_can_be_written(
    command_that: Callable[[Callable[[], None]], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    command_that(raising(ValueError("x")))
    result = CliRunner().invoke(cli, ["do"])
    assert result.exit_code == 1
    assert "could not be written" in result.stderr


@pytest.mark.parametrize("line", ["no-such", "users no-such", "users list --status odd", "invite"])
def test_a_wrong_line_is_a_usage_error(line: str) -> None:
    assert CliRunner().invoke(cli, line.split()).exit_code == 2


def test_a_reader_that_leaves_is_no_error() -> None:
    program = (
        "import sys\n"
        "from tui_admin.cli.main import Root, run\n"
        "import click\n"
        "def body():\n"
        "    for _ in range(100000): click.echo('x' * 80)\n"
        "Root.get_command = lambda self, ctx, name: click.Command('do', callback=body)\n"
        "sys.argv = ['tui-admin', 'do']\n"
        "run()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        said = process.stderr.read()
    assert said == b""
    assert process.returncode == trouble.NOBODY_READS
