"""Finding accounts by what people call them: username, address or number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import or_

from tui_admin.domain.addresses import read_address
from tui_admin.domain.errors import Refused
from tui_admin.services.chunks import chunks
from tui_admin.services.people import row_number
from tui_admin.store.schema.accounts import user

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Select

    from tui_admin.services.work import Work


async def rows_named(work: Work, visible: Select[Any], names: Iterable[str]) -> dict[str, Any]:
    """Return the row that each name means, for those that mean one; `visible` selects accounts."""
    keys = {each: _key(each) for each in names}
    found: dict[str | int, Any] = {}
    for some in chunks(set(keys.values())):
        words = [each for each in some if isinstance(each, str)]
        numbers = [each for each in some if isinstance(each, int)]
        wanted = or_(
            user.c.username.in_(words), user.c.email_key.in_(words), user.c.id.in_(numbers)
        )
        for row in await work.rows(visible.where(wanted)):
            found |= {row.username: row, row.email_key: row, row.id: row}
    return {name: found[key] for name, key in keys.items() if key in found}


def _key(name: str) -> str | int:
    """Return what to look for; no username or address consists of digits alone."""
    name = name.strip()
    if name.isdecimal():
        return row_number(name)
    if "@" in name:
        try:
            return read_address(name).key
        except Refused:
            return name.casefold()
    return name.casefold()
