"""What import contracts cannot say: what is loaded when, and that no module escapes them."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tui_admin"
HEAVY = {"sqlalchemy", "alembic", "jinja2", "aiosmtplib", "email_validator", "asyncpg", "aiosqlite"}
DASHBOARD = {"textual", "rich"}


def loaded(*statements: str) -> set[str]:
    """Return the packages in memory after these statements, in an interpreter of its own."""
    script = "\n".join([*statements, "import json, sys", "print(json.dumps(list(sys.modules)))"])
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, check=True, capture_output=True, text=True
    )
    return {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}


def modules(*parts: str) -> list[str]:
    """Return the modules in these parts of the program; a part that has not come yet has none."""
    files = [file for part in parts for file in sorted((PACKAGE / part).rglob("*.py"))]
    files += [file for part in parts for file in [PACKAGE / f"{part}.py"] if file.exists()]
    names = (file.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for file in files)
    return [name.removesuffix(".__init__") for name in names if ".migrations." not in name]


@pytest.mark.parametrize("part", ["cli", "services", "store", "mail", "demo", "domain", "worker"])
def test_textual_is_never_loaded_without_a_dashboard(part: str) -> None:
    names = modules(part, "bootstrap")

    assert not loaded(*(f"import {name}" for name in names)) & DASHBOARD


def test_the_first_frame_waits_for_no_heavy_library() -> None:
    assert modules("tui")

    assert not loaded("import tui_admin.tui.app", "import tui_admin.settings") & HEAVY


def test_naming_a_command_loads_next_to_nothing() -> None:
    found = loaded("import tui_admin.__main__", "import tui_admin.cli.main")

    assert not found & (HEAVY | DASHBOARD | {"asyncio"})


def test_reading_the_file_at_hand_loads_no_library_to_find_another(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('store.url = "sqlite:///a.db"')
    found = loaded(
        "from pathlib import Path",
        "from tui_admin.settings import load",
        f"load(environ={{}}, cwd=Path({str(tmp_path)!r}))",
    )

    assert not found & {"platformdirs", "asyncio", *HEAVY, *DASHBOARD}


def test_every_part_has_its_layer() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(each for each in linter["contracts"] if each["type"] == "layers")["layers"]
    named = {name.strip(" ()") for layer in layers for name in layer.split("|")}
    parts = {
        f"tui_admin.{path.stem}"
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }

    # settings have a contract of their own
    assert parts - named == {"tui_admin.__init__", "tui_admin.settings"}


def test_no_part_but_cli_and_bootstrap_escapes_the_contract_on_settings() -> None:
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    contract = next(
        each
        for each in linter["contracts"]
        if each.get("forbidden_modules") == ["tui_admin.settings"]
    )
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or path.is_dir()}
    free = {"__init__", "__main__", "__pycache__", "bootstrap", "cli", "settings"}

    assert {f"tui_admin.{part}" for part in parts - free} == set(contract["source_modules"])


def test_rules_take_of_urllib_only_what_reads_text() -> None:
    for file in sorted((PACKAGE / "domain").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            strange = {name for name in names if name.startswith("urllib")} - {"urllib.parse"}
            assert not strange, file
