"""Rows as other programs read them: as JSON, and as cells of a spreadsheet."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from tui_admin.domain.errors import Reason
from tui_admin.i18n import say

HIDDEN = frozenset({"version"})
"""What rows carry for the dashboard's own use."""
AS_JSON = frozenset({"before", "after"})
"""Fields that hold JSON text and are given as what it says."""


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it; a named tuple becomes an object."""
    if isinstance(value, Reason):
        return say(value)
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "_asdict"):
        return item(value)
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(plain(each) for each in value)
    if isinstance(value, (tuple, list)):
        return [plain(each) for each in value]
    return value


def item(row: Any) -> dict[str, Any]:
    """Return a row as a JSON object."""
    found = {name: plain(value) for name, value in row._asdict().items() if name not in HIDDEN}
    for name in AS_JSON & found.keys():
        found[name] = _parsed(found[name])
    return found


def _parsed(text: str) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


def moment(at: datetime) -> str:
    """Return a time as ISO 8601 in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def dumps(value: Any, indent: int | None = None) -> str:
    """Return JSON in printable ASCII."""
    return json.dumps(value, ensure_ascii=True, indent=indent).replace("\x7f", "\\u007f")
