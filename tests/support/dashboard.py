"""A deployment as its users have it: a configuration, a dashboard on a terminal, a command line.

Nothing of the program is called from here but its command: what these tests see is what a person
or a script would see.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from tests.support.smtp import unused_port
from tests.support.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.support.smtp import SmtpServer

NARROW, WIDE = (80, 24), (120, 40)
"""The two sizes that CONTRACT.md and STYLE.md speak of, in columns and rows."""


class Deployment:
    """A configuration in a directory of its own, for a store that exists already."""

    def __init__(
        self, directory: Path, store_url: str, server: SmtpServer | None = None, **settings: Any
    ) -> None:
        """Write the configuration; `settings` are keys as `section__key`."""
        self.directory, self.store_url = directory, store_url
        self.config = directory / "config.toml"
        self.mail_port = server.port if server else unused_port()
        self.configure(**settings)

    def configure(self, **settings: Any) -> None:
        """Write the configuration anew, with these keys beside the usual ones."""
        keys: dict[str, Any] = {
            "environment__name": "Test",
            "environment__portal_url": "https://join.acme.example",
            "store__url": self.store_url,
            "mail__host": "127.0.0.1",
            "mail__port": self.mail_port,
            "mail__tls": "none",
            "mail__from_address": "noreply@acme.example",
            "invitations__undo_seconds": 3,
            "operator__identify_by": "flag",
            "operator__default": "founder",
            **settings,
        }
        sections: dict[str, list[str]] = {}
        for name, value in keys.items():
            section, _, key = name.partition("__")
            sections.setdefault(section, []).append(f"{key} = {json.dumps(value)}")
        lines = [f"[{name}]\n" + "\n".join(each) for name, each in sections.items()]
        self.config.write_text("\n\n".join(lines) + "\n")

    @property
    def state(self) -> Path:
        """The directory of the traces of crashes."""
        return self.directory / "state" / "tui-admin"

    def environment(self) -> dict[str, str]:
        """Return what keeps the surroundings of whoever runs the tests out of it."""
        own = {name: f"{self.directory / name.lower()[4:-5]}" for name in _HOMES}
        return own | {"HOME": str(self.directory), "PYTHONWARNINGS": "default"}

    def argv(self, *line: object) -> list[str]:
        """Return the command line of the program with this configuration."""
        return [sys.executable, "-m", "tui_admin", "--config", str(self.config), *map(str, line)]

    # The dashboard

    def open(
        self,
        size: tuple[int, int] = NARROW,
        *line: object,
        env: Mapping[str, str | None] | None = None,
        until: str = "founder",
    ) -> Terminal:
        """Open the dashboard on a terminal of that size; returns once it shows `until`."""
        started = Terminal(
            self.argv("open", *line),
            size,
            env={**self.environment(), "SUDO_UID": None, **(env or {})},
            cwd=self.directory,
        )
        try:
            started.wait_for(until)
        except BaseException:
            started.close()
            raise
        return started

    # The command line

    def run(
        self, *line: object, typed: str | bytes | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command as a process of its own."""
        fed = typed.encode() if isinstance(typed, str) else typed
        return subprocess.run(
            self.argv(*line),
            input=fed,
            stdin=subprocess.DEVNULL if fed is None else None,
            capture_output=True,
            env={**os.environ, **self.environment()},
            cwd=self.directory,
            check=False,
            timeout=60,
        )

    def ok(self, *line: object, code: int = 0, typed: str | None = None) -> str:
        """Run a command that ends with this code, and return its standard output."""
        done = self.run(*line, typed=typed)
        said = done.stderr.decode()
        assert done.returncode == code, f"{line}: {done.returncode}\n{done.stdout.decode()}{said}"
        assert "Traceback" not in said
        return done.stdout.decode()

    def json(self, *line: object, code: int = 0, typed: str | None = None) -> Any:
        """Run a command with `--json`, and return its one document."""
        return json.loads(self.ok(*line, "--json", code=code, typed=typed))

    def items(self, *line: object) -> list[dict[str, Any]]:
        """Return the items of a list."""
        found = self.json(*line)["items"]
        assert isinstance(found, list)
        return found

    def is_consistent(self) -> None:
        """Fail unless the store is sound and its audit log unbroken."""
        self.ok("db", "check")
        self.ok("audit", "verify")


_HOMES = ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME")
