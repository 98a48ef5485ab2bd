"""Rows named one by one, in a statement that is the same however many there are.

A list as one parameter is written out anew at each execution, which costs more than a small
statement does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import ColumnElement

PLACES = 16
"""Rows that one execution is about at most; `handfuls` gives the parameters of each."""

_NAMES = tuple(f"among_{place}" for place in range(PLACES))


def among(column: ColumnElement[int]) -> ColumnElement[bool]:
    """Return what holds of the rows that are named in the parameters."""
    return column.in_([bindparam(name) for name in _NAMES])


def handfuls(ids: Sequence[int]) -> Iterator[dict[str, int]]:
    """Return the parameters of as many executions as it takes."""
    for start in range(0, len(ids), PLACES):
        some = list(ids[start : start + PLACES])
        yield dict(zip(_NAMES, [*some, *some[-1:] * (PLACES - len(some))], strict=True))
