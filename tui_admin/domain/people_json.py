"""JSON: an array of addresses or of objects with the columns of a table, or an object per line."""

from __future__ import annotations

import json
import re
from typing import Any

from tui_admin.domain.people_csv import PersonRow, field_of

_BETWEEN = re.compile(r"[\s,]*")
_LINE_END = re.compile(r"\r\n|[\r\n]")


def read_array(text: str) -> list[PersonRow] | None:
    """Return a row per element with the line it starts on; None where the text is no such JSON."""
    start = len(text) - len(text.lstrip(" \t\r\n\ufeff"))
    opening = text[start : start + 1]
    if opening not in ("[", "{"):
        return None
    try:
        return _elements(text, start + (opening == "["), "]" if opening == "[" else "")
    except (ValueError, RecursionError):
        return None


def _elements(text: str, at: int, closing: str) -> list[PersonRow]:
    decoder = json.JSONDecoder()
    rows: list[PersonRow] = []
    line, counted = 1, 0
    while True:
        blank = _BETWEEN.match(text, at)
        at = blank.end() if blank else at
        line += len(_LINE_END.findall(text[counted:at]))
        counted = at
        if text[at : at + 1] == closing:
            if text[at + 1 :].strip():
                raise ValueError("text behind the array")
            return rows
        element, end = decoder.raw_decode(text, at)
        rows.append(PersonRow(line, text[at:end], _values(element)))
        at = end


def _values(element: Any) -> dict[str, str]:
    if isinstance(element, str):
        return {"email": element}
    values: dict[str, str] = {}
    for heading, value in element.items() if isinstance(element, dict) else ():
        field = field_of(heading)
        if field and isinstance(value, str):
            values.setdefault(field, value.strip())
    if not values:
        raise ValueError("neither an address nor a person")
    return values
