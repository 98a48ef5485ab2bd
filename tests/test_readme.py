"""The README's commands are run as they stand, from its first block to its last."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.smtp import SmtpServer

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
# What a reader's shell has and a test must not do: installing, opening a dashboard, running for
# ever. make only has to know the target.
SHELL = f"""
make() {{ command make --directory '{ROOT}' --dry-run "$@" >/dev/null; }}
pip() {{ :; }}
tui-admin() {{
  case "$1" in
    open|portal) set -- "$@" --help ;;
    worker) set -- "$@" --once ;;
  esac
  '{sys.executable}' -m tui_admin "$@"
}}
"""
PASSWORD = "correct horse battery staple"


def blocks(language: str) -> list[str]:
    found = re.findall(r"^```(\w*)\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)
    return [text for name, text in found if name == language]


@pytest.fixture
def surroundings(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TUI_ADMIN_")}
    return kept | {
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "TUI_ADMIN_INVITATIONS__UNDO_SECONDS": "0",
        "TUI_ADMIN_OPERATOR_PASSWORD": PASSWORD,
    }


def test_every_command_works_in_the_order_it_is_written(
    tmp_path: Path, surroundings: dict[str, str]
) -> None:
    (configuration,) = blocks("toml")
    (tmp_path / "config.toml").write_text(configuration)
    said = []
    with SmtpServer() as server:
        mail = {"TUI_ADMIN_MAIL__HOST": server.host, "TUI_ADMIN_MAIL__PORT": str(server.port)}
        plain = {"TUI_ADMIN_MAIL__TLS": "none", "TUI_ADMIN_MAIL__USERNAME": ""}
        for block in blocks("sh"):
            # The demo has a mail server of its own.
            ours = {} if "demo-data" in block else mail | plain
            ended = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", SHELL + block],
                cwd=tmp_path,
                env=surroundings | ours,
                input=f"{PASSWORD}\n",
                capture_output=True,
                text=True,
            )
            assert ended.returncode == 0, f"{block}\n{ended.stdout}\n{ended.stderr}"
            said.append(ended.stdout)
        assert {mail.recipients for mail in server.mails} == {
            ("anna@acme.example",),
            ("kees@acme.example",),
            ("piet@acme.example",),
        }
    assert "MEND" not in "".join(said)
    assert (tmp_path / "store-backup.db").stat().st_size > 0


@pytest.mark.parametrize("path", re.findall(r"\]\(([^)#:]+)\)", README))
def test_what_it_links_to_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_the_map_names_what_there_is() -> None:
    (drawn,) = (block for block in blocks("") if block.startswith("tui_admin/"))
    inside = re.findall(r"^  (\w+)(/?) ", drawn, flags=re.MULTILINE)
    assert inside
    for name, is_package in inside:
        assert (ROOT / "tui_admin" / (name if is_package else f"{name}.py")).exists(), name
    beside = re.findall(r"^(\w+)/ ", drawn, flags=re.MULTILINE)
    assert all((ROOT / name).is_dir() for name in beside)
    packages = {path.parent.name for path in ROOT.glob("tui_admin/*/__init__.py")}
    assert packages <= {name for name, _ in inside}
