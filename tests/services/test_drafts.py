"""Drafts: each operator's own, kept whole, and no business of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.company import Company
from tests.support.faults import dump
from tui_admin.domain.errors import Refused

if TYPE_CHECKING:
    from typing import Any

VALUES: list[dict[str, Any]] = [
    {"text": "piet@x.example\nkees@x.example"},
    {"text": "\0 \ud800 👩‍🌾 \u202e \x1b[2J '; DROP TABLE user; --"},
    {"columns": ["email", "status"], "widths": {"email": 34}, "none": None, "true": True},
    {"text": "x" * 1_000_000},
]


@pytest.mark.parametrize("value", VALUES, ids=["paste", "hostile", "columns", "large"])
async def test_a_draft_comes_back_as_it_was(company: Company, value: dict[str, Any]) -> None:
    await company.desk.drafts.save("invite", value)
    assert await company.desk.drafts.load("invite") == value
    async with Company.at(company.url) as later:
        assert await later.desk.drafts.load("invite") == value


async def test_what_was_never_kept_or_was_emptied_is_nothing(company: Company) -> None:
    assert await company.desk.drafts.load("invite") == {}
    await company.desk.drafts.save("invite", {"text": "old"})
    await company.desk.drafts.save("invite", {"text": "new"})
    assert await company.desk.drafts.load("invite") == {"text": "new"}
    await company.desk.drafts.save("invite", {})
    assert await company.desk.drafts.load("invite") == {}
    assert (await dump(company.hub._store))["operator_state"] == []


async def test_a_draft_is_its_operators_own(company: Company) -> None:
    other = await company.add("marie", "Administrator")
    await company.desk.drafts.save("invite", {"text": "mine"})
    assert await other.drafts.load("invite") == {}
    await other.drafts.save("invite", {"text": "theirs"})
    await other.drafts.save("columns", {"users": ["email"]})
    assert await company.desk.drafts.load("invite") == {"text": "mine"}
    assert await company.desk.drafts.load("columns") == {}


async def test_a_draft_is_not_in_the_log(company: Company) -> None:
    before = (await dump(company.hub._store))["audit_event"]
    await company.desk.drafts.save("invite", {"text": "piet@x.example"})
    assert (await dump(company.hub._store))["audit_event"] == before


async def test_a_draft_too_large_to_keep_leaves_the_old_one(company: Company) -> None:
    await company.desk.drafts.save("invite", {"text": "old"})
    with pytest.raises(Refused, match="draft_too_large"):
        await company.desk.drafts.save("invite", {"text": "x" * 4_000_001})
    assert await company.desk.drafts.load("invite") == {"text": "old"}
