"""Every reason that the program can give has its sentence, and the facts that it mentions."""

from __future__ import annotations

import ast
import string
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import tui_admin
from tui_admin.domain.errors import because
from tui_admin.i18n import say
from tui_admin.i18n.english import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

MAKERS = {
    "because",
    "fault",
    "Refused",
    "Stale",
    "NotFound",
    "Misconfigured",
    "Denied",
    "OutOfReach",
}


def _given() -> Iterator[tuple[str, set[str] | None, str]]:
    """Yield each id in the source with the facts it is given; None where they are not spelt out."""
    root = Path(tui_admin.__file__).parent
    for file in sorted(root.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            maker = node.func.id if isinstance(node.func, ast.Name) else ""
            first = node.args[0]
            if maker in MAKERS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                names = {keyword.arg for keyword in node.keywords}
                open_ended = None in names or maker == "fault"
                facts = None if open_ended else {name for name in names if name}
                yield first.value, facts, f"{file.relative_to(root)}:{node.lineno}"


GIVEN = list(_given())


def test_there_are_reasons_to_look_at() -> None:
    assert len({each[0] for each in GIVEN}) > 80


@pytest.mark.parametrize(
    ("message_id", "facts", "where"), GIVEN, ids=[f"{g[0]}-{g[2]}" for g in GIVEN]
)
def test_each_reason_has_a_sentence_with_the_facts_it_mentions(
    message_id: str, facts: set[str] | None, where: str
) -> None:
    assert message_id in MESSAGES, f"{message_id} of {where} has no sentence"
    mentioned = {name for _, name, _, _ in string.Formatter().parse(MESSAGES[message_id]) if name}
    assert facts is None or mentioned <= facts, where


def test_what_strangers_typed_is_made_safe_in_a_sentence() -> None:
    said = say(because("user_unknown", who="\x1b]52;c;cm0=\x07\u202eevil"))
    assert "\x1b" not in said
    assert "\x07" not in said
    assert "\u202e" not in said
    assert "evil" in said
