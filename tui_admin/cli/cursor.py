"""Where the next page of a list begins, as a word that scripts hand back unread."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from tui_admin.domain.listings import Sort

if TYPE_CHECKING:
    from tui_admin.domain.listings import Key, Listing


def encode(listing: Listing, sort: Sort, key: Key) -> str:
    """Return the cursor that stands behind the row of this key."""
    value, row_id = key
    kept = {"time": value.isoformat()} if isinstance(value, datetime) else value
    text = json.dumps([listing.name, sort.field, sort.descending, kept, row_id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(listing: Listing, cursor: str) -> tuple[Sort, Key]:
    """Return the order and the key of a cursor; a usage error where it is not one of this list."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        decoded = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        name, field, descending, value, row_id = decoded
        if (
            name != listing.name
            or not isinstance(descending, bool)
            or not listing.field(field).sorts
            or type(row_id) is not int
        ):
            raise ValueError
        return Sort(field, descending), (_value(value), row_id)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise click.BadParameter(
            f"not a cursor of {listing.name}; use the `next` of a former page as it is",
            param_hint="--cursor",
        ) from error


def _value(value: Any) -> Any:
    if isinstance(value, dict):
        return datetime.fromisoformat(value["time"])
    if value is None or isinstance(value, (str, int)):
        return value
    raise ValueError
