"""What was filled in, read from the body of a request.

Only the plain form encoding is taken: no page of ours uploads anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from starlette.requests import Request

MOST_FIELDS: Final = 30
ENCODING: Final = "application/x-www-form-urlencoded"
SECRET: Final = ("password", "code")
"""Fields whose text no page ever gives back."""


class NotAForm(Exception):
    """The body is no form that a page of ours sends."""


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a request's body by name; raises `NotAForm`."""
    return fields_of(request.headers.get("content-type", ""), await request.body())


def fields_of(kind: str, body: bytes) -> dict[str, str]:
    """Return the fields by name, the last of each; raises `NotAForm`."""
    if body and kind.partition(";")[0].strip().lower() != ENCODING:
        raise NotAForm(kind)
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"
        )
    except ValueError as error:
        raise NotAForm from error
    return dict(pairs)


def shown(fields: dict[str, str]) -> dict[str, str]:
    """Return what a page may give back of what was typed."""
    return {name: text for name, text in fields.items() if name not in SECRET}
