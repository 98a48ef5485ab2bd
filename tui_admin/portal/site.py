"""What the pages stand on: handed in by bootstrap, and asked for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from tui_admin.portal.address import Address
    from tui_admin.services.joining import Joining


class Site(NamedTuple):
    """One portal.

    `alive` raises `OutOfReach` where the store does not answer. `record` keeps the trace of what
    should not have happened where only we can read it, and returns its name.
    """

    joining: Joining
    environment: str
    address: Address
    alive: Callable[[], Awaitable[object]]
    record: Callable[[BaseException], str]
