"""Whoever loses a right is stopped at the next key, is told why, and loses nothing they typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.company import Company
from tests.support.dashboard import NARROW, WIDE
from tests.support.stores import run_apart

if TYPE_CHECKING:
    from tests.support.dashboard import Deployment


async def prepared(store_url: str) -> None:
    async with Company.at(store_url) as company:
        await company.add("admin", "Administrator")


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_somebody_demoted_in_one_terminal_is_refused_at_the_next_key_in_the_other(
    on_both: Deployment, size: tuple[int, int]
) -> None:
    run_apart(prepared(on_both.store_url))
    with on_both.open(size, "--as", "admin", until="admin") as theirs:
        theirs.wait_for("founder@acme.example")
        theirs.press("i")
        theirs.wait_for("0 of 250")
        theirs.type("jan@firm.example piet@firm.example")
        theirs.wait_for("2 of 250")
        with on_both.open(size) as mine:
            mine.wait_for("admin@acme.example")
            mine.press("r")
            mine.wait_for("Role of admin@acme.example")
            mine.type("basic")
            mine.press("enter")
            mine.wait_for("given another role")
            mine.press("q")
            assert mine.wait_exit() == 0
        theirs.press("ctrl+s")
        theirs.wait_for("Invite")
        theirs.wait_for("may not")
        assert "jan@firm.example" in theirs.screen()
        assert "piet@firm.example" in theirs.screen()
        theirs.press("escape", "escape")
        theirs.wait_gone("of 250")
        theirs.press("b")
        theirs.wait_for("Block and unblock users")
        theirs.press("q")
        assert theirs.wait_exit() == 0
    assert on_both.items("invitations", "list") == []
