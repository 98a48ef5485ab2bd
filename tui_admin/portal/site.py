"""What the pages stand on: handed in by bootstrap, and asked for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_admin.portal.address import Address
    from tui_admin.services.joining import Joining

FLOOR: Final = 0.4
"""Seconds that an answer takes at least where its time could tell whether an account exists."""


class Site(NamedTuple):
    """One portal.

    `alive` raises `OutOfReach` where the store does not answer. `record` keeps the trace of what
    should not have happened where only we can read it, and returns its name. `floor` is in seconds.
    """

    joining: Joining
    environment: str
    address: Address
    alive: Callable[[], Awaitable[object]]
    record: Callable[[BaseException], str]
    floor: float = FLOOR
