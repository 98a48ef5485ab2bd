"""The two engines answer one set of questions, and nobody else knows which of them it is."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

import tui_admin
from tui_admin.store.dialect import Dialect
from tui_admin.store.postgres import Postgres
from tui_admin.store.sqlite import Sqlite

PACKAGE = Path(tui_admin.__file__).parent
ENGINES = re.compile(r"sqlite|postgres|asyncpg|pg_", re.IGNORECASE)
KNOWING = {
    "store/dialect.py": "chooses",
    "store/sqlite.py": "answers",
    "store/sqlite_line.py": "answers",
    "store/sqlite_load.py": "answers",
    "store/sqlite_search.py": "answers",
    "store/postgres.py": "answers",
    "store/schema/columns.py": "types have a form on each engine",
    "store/schema/everything.py": "the other engine's half of an index",
    "store/schema/inviting.py": "one engine's half of an index",
    "settings/checks.py": "what an address may look like",
    "settings/loading.py": "the address that stands in no file",
    "settings/models.py": "how an address is shown",
    "demo/environment.py": "the demo is a file",
    "i18n/english.py": "tells people",
}
"""Who may name an engine, and why."""


def code_words(file: Path) -> set[str]:
    """Return the names and texts of a module, without its comments and docstrings."""
    tree = ast.parse(file.read_text("utf-8"))
    said = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = [
                each
                for each in node.body
                if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
            ]
    for node in ast.walk(tree):
        for word in vars(node).values():
            if isinstance(word, str):
                said.add(word)
    return said


def names_an_engine(file: Path) -> bool:
    return any(ENGINES.search(word) for word in code_words(file))


def test_only_those_who_have_to_name_an_engine() -> None:
    files = [file for file in PACKAGE.rglob("*.py") if "versions" not in file.parts]
    assert len(files) > 50
    naming = {str(file.relative_to(PACKAGE)) for file in files if names_an_engine(file)}
    assert naming == set(KNOWING)


QUESTIONS = {
    name: method
    for name, method in vars(Dialect).items()
    if inspect.isfunction(method) and not name.startswith("_")
}


@pytest.mark.parametrize("engine", [Sqlite, Postgres])
def test_each_engine_answers_every_question_and_no_other(engine: type) -> None:
    answers = {
        name: method
        for name, method in vars(engine).items()
        if inspect.isfunction(method) and not name.startswith("_")
    }
    assert answers.keys() == QUESTIONS.keys()
    for name, answer in answers.items():
        asked = inspect.signature(QUESTIONS[name])
        assert list(inspect.signature(answer).parameters) == list(asked.parameters), name
        assert inspect.iscoroutinefunction(answer) == inspect.iscoroutinefunction(QUESTIONS[name])
