"""The wheel: built without a network, installed where nothing else of the project is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HOMES = {"tui_admin": "tui_admin", "styles": "tui_admin/styles"}
"""Where the directories of the tree stand in the wheel."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy, so that the tree stays as it is."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheel")
    for name in HOMES:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.name in ("pyproject.toml", "setup.py", "LICENSE", "README.md", "MANIFEST.in"):
            shutil.copy(file, tree)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", out, tree)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into an environment that sees our dependencies, and return its bin."""
    home = tmp_path_factory.mktemp("venv")
    venv.create(home, symlinks=True)
    pip("--python", home / "bin/python", "install", "--no-deps", "--no-index", wheel)
    (site,) = home.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return home / "bin"


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments]
    subprocess.run(command, check=True, env={**os.environ, "PIP_NO_INDEX": "1"})


def run(*command: str | Path, cwd: Path) -> str:
    """Run what was installed, away from the tree."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_of_the_program(wheel: Path) -> None:
    kept = {
        f"{home}/{file.relative_to(ROOT / name).as_posix()}"
        for name, home in HOMES.items()
        for file in (ROOT / name).rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    assert {name for name in names if not name.startswith("tui_admin-")} == kept
    assert {Path(name).suffix for name in names} >= {".tcss", ".j2", ".py", ".typed"}


def test_the_installed_program_runs(installed: Path, tmp_path: Path) -> None:
    said = run(installed / "tui-admin", "--version", cwd=tmp_path)

    assert said.startswith("tui-admin ")
    assert run(installed / "python", "-m", "tui_admin", "--version", cwd=tmp_path) == said


def test_the_installed_program_finds_its_styles_and_templates(
    installed: Path, tmp_path: Path
) -> None:
    script = """if True:
        from importlib.resources import files
        import tui_admin
        print(tui_admin.__file__)
        for package in ("tui_admin.styles", "tui_admin.mail", "tui_admin.store"):
            for part in files(package).iterdir():
                print(part.name, len(list(part.iterdir())) if part.is_dir() else "")
    """
    said = run(installed / "python", "-c", script, cwd=tmp_path).splitlines()

    assert Path(said[0]).is_relative_to(installed.parent)
    found = {line.split()[0] for line in said[1:]}
    assert {"base.tcss", "templates", "migrations"} <= found
