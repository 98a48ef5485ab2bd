"""A row as lists have it, and a text that must reach nobody's terminal as anything but text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tui_admin.domain.lists.users import UserRow

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOSTILE = "\x1b]52;c;aGk=\x07\x9b31m\u202egnp\x7f\r\n=cmd|' /C calc'!A1"


def user(**changes: Any) -> UserRow:
    """Return a user whose address is longer than a column."""
    row = UserRow(
        7,
        3,
        "jan.jansen@a-rather-long-subdomain.acme.example",
        "jan.jansen",
        "Jan Jansen",
        "active",
        "Basic user",
        ("Acme Nederland BV", "Other BV"),
        NOW - timedelta(days=3),
        None,
    )
    return row._replace(**changes)
