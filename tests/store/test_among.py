"""Statements about rows that are named one by one."""

from __future__ import annotations

from itertools import chain

import pytest
from sqlalchemy import column, select, table
from sqlalchemy.dialects import sqlite

from tui_admin.store.among import PLACES, among, handfuls


@pytest.mark.parametrize("number", [0, 1, PLACES - 1, PLACES, PLACES + 1, 5 * PLACES])
def test_every_row_is_named_once_and_no_other(number: int) -> None:
    ids = list(range(100, 100 + number))
    each = [set(some.values()) for some in handfuls(ids)]
    assert sorted(chain.from_iterable(each)) == ids
    assert all(len(some) == PLACES for some in handfuls(ids))


def test_the_statement_is_one_and_the_same() -> None:
    statement = select(table("t")).where(among(column("id")))
    written = str(statement.compile(dialect=sqlite.dialect()))
    assert written.count("?") == PLACES
    assert "POSTCOMPILE" not in written
