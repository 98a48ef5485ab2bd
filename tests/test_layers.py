"""What import contracts cannot say: that no module escapes them."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tui_admin"


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
