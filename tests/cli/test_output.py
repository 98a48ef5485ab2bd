from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from tests.cli.rows import HOSTILE, NOW, user
from tui_admin.cli import output
from tui_admin.cli.context import Call
from tui_admin.domain.errors import because
from tui_admin.domain.listings import Kind
from tui_admin.domain.lists.audit import AuditRow
from tui_admin.domain.outcomes import Outcome, Row
from tui_admin.i18n import documents

if TYPE_CHECKING:
    import pytest


@given(st.text())
def test_json_is_printable_ascii_whatever_is_in_it(text: str) -> None:
    written = documents.dumps({"name": text})
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written) == {"name": text}


def test_a_row_becomes_an_object_without_the_dashboards_own_fields() -> None:
    found = documents.item(user())
    assert found["organisations"] == ["Acme Nederland BV", "Other BV"]
    assert found["created_at"] == "2026-02-26T12:00:00Z"
    assert found["seen_at"] is None
    assert "version" not in found


def test_an_events_changes_are_objects() -> None:
    row = AuditRow(1, NOW, "jan", "user.block", "piet", '{"status": "active"}', "", "cli", "0")
    assert documents.item(row)["before"] == {"status": "active"}
    assert documents.item(row)["after"] is None
    assert documents.item(row._replace(before="{half"))["before"] == "{half"


def test_an_outcome_lists_every_row(capsys: pytest.CaptureFixture[str]) -> None:
    outcome = Outcome("user.block", (Row(1, f"jan{HOSTILE}"),), (Row(2, "piet", because("why")),))
    assert output.told(Call(), outcome, (Row(0, "nobody", because("unknown")),)) == 1
    written = capsys.readouterr()
    assert len(written.out.splitlines()) == 3
    assert written.out.replace("\n", "").isprintable()
    assert "1 done, 2 skipped" in written.err


def test_an_outcome_as_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    call = Call()
    call.as_json = True
    outcome = Outcome("user.block", (Row(1, "jan"),), (Row(2, "piet", because("why")),))
    assert output.told(call, outcome) == 1
    written = capsys.readouterr()
    assert written.err == ""
    document = json.loads(written.out)
    assert document["done"] == [{"id": 1, "label": "jan"}]
    assert document["skipped"][0] == {"id": 2, "label": "piet", "reason": "why", "detail": "why"}


def test_reasons_inside_results_are_said(monkeypatch: pytest.MonkeyPatch) -> None:
    class Result(NamedTuple):
        detail: object
        kind: Kind
        who: frozenset[str]

    monkeypatch.setitem(__import__("tui_admin.i18n").i18n.MESSAGES, "why", "Because {x}.")
    found = documents.plain(Result(because("why", x=1), Kind.TEXT, frozenset({"b", "a"})))
    assert found == {"detail": "Because 1.", "kind": "text", "who": ["a", "b"]}
