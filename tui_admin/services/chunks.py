"""Lists cut into pieces that one statement can take."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

T = TypeVar("T")

AT_ONCE = 500
"""How many values go into one IN list; engines have limits."""


def chunks(values: Collection[T]) -> Iterator[list[T]]:
    """Cut a collection into lists that one statement can take."""
    every = list(values)
    for start in range(0, len(every), AT_ONCE):
        yield every[start : start + AT_ONCE]
