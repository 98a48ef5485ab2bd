from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.cli import cursor
from tui_admin.domain.listings import Sort
from tui_admin.domain.lists.invitations import INVITATIONS
from tui_admin.domain.lists.users import USERS

values = st.one_of(
    st.text(),
    st.integers(min_value=-(2**62), max_value=2**62),
    st.none(),
    st.datetimes(timezones=st.just(UTC)),
)


@given(values, st.integers(0, 2**62), st.booleans())
def test_a_cursor_gives_back_the_key_and_the_order(value: Any, row_id: int, down: bool) -> None:
    sort = Sort("created_at", down)
    text = cursor.encode(USERS, sort, (value, row_id))
    assert cursor.decode(USERS, text) == (sort, (value, row_id))
    assert text.replace("-", "").replace("_", "").isalnum()


def test_a_time_keeps_its_moment_in_any_zone() -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=timezone(timedelta(hours=2)))
    text = cursor.encode(USERS, Sort("created_at"), (at, 1))
    assert cursor.decode(USERS, text)[1] == (at, 1)


@given(st.text())
def test_anything_else_is_a_usage_error(text: str) -> None:
    with pytest.raises(click.BadParameter):
        cursor.decode(USERS, text)


@pytest.mark.parametrize(
    "inside",
    [
        "[]",
        "{}",
        "null",
        "[" * 5000,
        '["users", "nothing", true, 1, 1]',
        '["users", "organisations", true, 1, 1]',
        '["users", "email", "yes", 1, 1]',
        '["users", "email", true, [], 1]',
        '["users", "email", true, {"time": "soon"}, 1]',
        '["users", "email", true, {}, 1]',
        '["users", "email", true, 1, "1"]',
        '["users", "email", true, 1, true]',
        '["users", ["email"], true, 1, 1]',
    ],
)
def test_a_forged_cursor_is_a_usage_error(inside: str) -> None:
    with pytest.raises(click.BadParameter):
        cursor.decode(USERS, base64.urlsafe_b64encode(inside.encode()).decode())


def test_a_cursor_of_another_list_is_refused() -> None:
    text = cursor.encode(INVITATIONS, Sort("email"), ("a", 1))
    with pytest.raises(click.BadParameter, match="not a cursor of users"):
        cursor.decode(USERS, text)
