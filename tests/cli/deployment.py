"""A deployment on disk, driven through the command line alone."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from tui_admin.cli.main import cli

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

CONFIG = """
[environment]
name = "Test"
portal_url = "https://join.acme.example"

[store]
url = "sqlite:///{store}"

[mail]
host = "127.0.0.1"
port = {port}
tls = "none"
from_address = "noreply@acme.example"

[invitations]
undo_seconds = 0

[operator]
identify_by = "{identify_by}"
default = "founder"
"""
FOUNDER = (
    *("--name", "Acme", "--email", "founder@acme.example", "--username", "founder"),
    *("--organisation", "Acme Nederland BV", "--registration-number", "12345678"),
)


def closed_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Deployment:
    """A configuration and a store in a directory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "config.toml"
        self.store = folder / "store.db"
        self.configure()

    def configure(self, identify_by: str = "flag", port: int | None = None) -> None:
        text = CONFIG.format(store=self.store, port=port or closed_port(), identify_by=identify_by)
        self.config.write_text(text)

    def environ(self, **more: str | None) -> dict[str, str | None]:
        """Return what keeps the surroundings of whoever runs the tests out of them."""
        theirs = [name for name in os.environ if name.startswith("TUI_ADMIN_")]
        own = {"XDG_STATE_HOME": str(self.folder / "state"), "SUDO_UID": None}
        return dict.fromkeys(theirs) | own | more

    def run(
        self,
        *line: str,
        input: str | bytes | None = None,
        **environ: str,
    ) -> Result:
        """Run a command in this process."""
        return CliRunner().invoke(
            cli, ["--config", str(self.config), *line], input=input, env=self.environ(**environ)
        )

    def process(self, *line: str, **more: Any) -> subprocess.Popen[bytes]:
        """Start a command as a process of its own."""
        environ = {name: text for name, text in (os.environ | self.environ()).items() if text}
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        command = [sys.executable, "-m", "tui_admin", "--config", str(self.config), *line]
        return subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, **pipes)

    def ok(self, *line: str, code: int = 0, **more: Any) -> str:
        """Run a command that ends with this code, and return its standard output."""
        result = self.run(*line, **more)
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result.stdout

    def json(self, *line: str, code: int = 0, **more: Any) -> Any:
        """Run a command with `--json`, and return its one document."""
        result = self.run(*line, "--json", **more)
        assert result.exit_code == code, result.output
        return json.loads(result.stdout)

    def items(self, *line: str) -> list[dict[str, Any]]:
        """Return the items of a list."""
        found = self.json(*line)["items"]
        assert isinstance(found, list)
        return found

    def invite(self, *addresses: str, options: tuple[str, ...] = ()) -> Any:
        """Invite addresses and return the document."""
        return self.json("invite", *options, "-", input="\n".join(addresses))
