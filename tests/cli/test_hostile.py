"""Whatever stands in the store or is typed, what is printed is text and nothing else."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.deployment import Deployment

HOSTILE = "\x1b]52;c;aGk=\x07\x9b2J\u202egnp.exe\u2066\x7f\r\nBcc: x@x.example [@click=app.quit]x[/"
FORMULA = '=HYPERLINK("http://x.example","a")'


@pytest.fixture
def poisoned(deployment: Deployment) -> Deployment:
    """A store where an older or other program left what ours would have refused."""
    deployment.ok("users", "add", "anna@acme.example")
    deployment.invite("jan@firm.example", options=("--organisation", "Acme Nederland BV"))
    with closing(sqlite3.connect(deployment.store)) as store:
        store.execute("UPDATE user SET display_name = ? WHERE username = 'anna'", [HOSTILE])
        store.execute("UPDATE user SET display_name = ? WHERE username = 'founder'", [FORMULA])
        store.execute("UPDATE organisation SET name = ?", [HOSTILE])
        store.execute("UPDATE outbox_message SET last_error = ?, subject = ?", [HOSTILE, HOSTILE])
        store.commit()
    return deployment


@pytest.mark.parametrize(
    "line",
    [
        "users list",
        "users show anna",
        "users block anna",
        "invitations list",
        "organisations list",
        "outbox list",
        "outbox show 1",
        "audit list",
        "roles list",
        "export users --format json",
        "export users --format jsonl",
        "export invitations",
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_what_is_printed_is_text(poisoned: Deployment, line: str, as_json: bool) -> None:
    more = ("--json",) if as_json else ()
    result = poisoned.run(*line.split(), *more)
    assert result.exit_code == 0, result.output
    for each in (result.stdout + result.stderr).replace("\r\n", "\n").split("\n"):
        assert each.isprintable(), each
    if as_json:
        json.loads(result.stdout)


def test_formulas_are_harmless_in_a_spreadsheet(poisoned: Deployment) -> None:
    table = list(csv.DictReader(io.StringIO(poisoned.ok("export", "users"), newline="")))
    names = {row["username"]: row["display_name"] for row in table}
    assert names["founder"] == f"'{FORMULA}"
    for row in table:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert "\x1b" not in cell


@pytest.mark.parametrize(
    "line",
    [
        ("users", "add", "x@acme.example", "--name", HOSTILE),
        ("users", "add", f"x{HOSTILE}@acme.example"),
        ("users", "add", "x@acme.example", "--username", HOSTILE),
        ("users", "add", "x@acme.example", "--role", HOSTILE),
        ("users", "show", HOSTILE),
        ("users", "block", HOSTILE),
        ("users", "block", "anna", "--reason", HOSTILE),
        ("users", "set-role", "anna", HOSTILE),
        ("users", "list", "--as", HOSTILE),
        ("users", "list", "--cursor", HOSTILE),
        ("users", "list", "--where", f"status:{HOSTILE}"),
        ("roles", "show", HOSTILE),
        ("invite", "--organisation", HOSTILE, "-"),
        ("invite", "--note", HOSTILE, "-"),
        ("invite", HOSTILE),
        ("users", "import", HOSTILE),
    ],
)
def test_what_is_typed_is_refused_in_harmless_words(
    deployment: Deployment, line: tuple[str, ...]
) -> None:
    deployment.ok("users", "add", "anna@acme.example")
    result = deployment.run(*line, input="jan@firm.example\n")
    assert result.exit_code in (1, 2, 3), result.output
    assert "incident" not in result.stderr
    for each in result.output.split("\n"):
        assert each.isprintable(), each


def test_pasted_hostile_text_becomes_a_verdict(deployment: Deployment) -> None:
    result = deployment.run("invite", "--dry-run", "-", input=f"{HOSTILE} <jan@firm.example>\n")
    assert result.exit_code == 1
    for each in result.output.split("\n"):
        assert each.isprintable(), each
