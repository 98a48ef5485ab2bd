"""What a filter's value can be completed to: the names that there are."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tui_admin.domain.errors import Denied
from tui_admin.domain.listings import Ask, Sort
from tui_admin.domain.query import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.services.facade import Desk

MOST = 500
"""Organisations that are offered; of more, one can be named all the same."""


async def known_values(desk: Desk) -> dict[str, Sequence[str]]:
    """Return known values by the filter's word, as far as the operator may read them.

    What is denied them is left out; raises what else reading raises.
    """
    found: dict[str, Sequence[str]] = {"by": ("me",)}
    with suppress(Denied):
        found["role"] = [each.name for each in await desk.roles.all()]
    with suppress(Denied):
        page = await desk.organisations.page(Ask(EVERYTHING, Sort("name"), size=MOST))
        found["org"] = [each.name for each in page.rows]
    with suppress(Denied):
        found["product"] = [each.value for each in (await desk.inviting.options()).products]
    with suppress(Denied):
        found["domain"] = [each.domain for each in await desk.domains.all()]
    return found
