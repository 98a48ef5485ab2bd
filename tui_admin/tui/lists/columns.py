"""Which columns fit a width, and how wide each is; knows no Textual."""

from __future__ import annotations

from typing import NamedTuple

from tui_admin.domain.listings import Field, Kind

GAP = 2
"""Cells between two columns."""
NARROW_JOURNEY = 19
"""Cells of a journey's bar and the word behind it, without since when."""
ROOMY = 100
"""Cells of a line from which addresses are wider before less important columns appear."""


class Column(NamedTuple):
    """A field and the cells it has: from `start`, `width` wide."""

    field: Field
    start: int
    width: int


def least(field: Field, width: int) -> int:
    """Return the fewest cells in which a field still says something, of a line so wide."""
    if field.kind is Kind.EMAIL:
        likes = field.width if width < ROOMY else field.width * 5 // 4
        return max(20, min(likes, width * 9 // 20))
    if field.kind is Kind.JOURNEY:
        return NARROW_JOURNEY if width < ROOMY else field.width
    if field.kind is Kind.CHOICE:
        return max(len(field.label) + 1, *map(len, field.choices))
    if field.kind is Kind.TEXT:
        return max(len(field.label) + 1, min(field.width, 13), field.width * 3 // 5)
    return max(len(field.label) + 1, min(field.width, 7))


def columns(fields: tuple[Field, ...], width: int) -> tuple[Column, ...]:
    """Return what fits, in the declared order: by priority as narrow as need be, then widened.

    The first field by priority is there however narrow it gets.
    """
    ranked = sorted(fields, key=lambda each: each.priority)
    widths: dict[str, int] = {}
    room = width
    for each in ranked:
        need = least(each, width) + (GAP if widths else 0)
        if need > room and widths:
            break  # what is less important must not take the place of what is more
        widths[each.name] = min(least(each, width), max(room, 1))
        room -= need
    room = _widen(ranked, widths, room, 1.0)
    _widen([each for each in ranked if each.kind in (Kind.TEXT, Kind.EMAIL)], widths, room, 1.5)
    return _placed(fields, widths)


def _widen(ranked: list[Field], widths: dict[str, int], room: int, factor: float) -> int:
    """Give columns what they would like, the most important first; return what is left."""
    for each in ranked:
        if each.name in widths and each.kind is not Kind.CHOICE:
            more = min(room, max(0, int(each.width * factor) - widths[each.name]))
            widths[each.name] += more
            room -= more
    return room


def _placed(fields: tuple[Field, ...], widths: dict[str, int]) -> tuple[Column, ...]:
    placed, at = [], 0
    for each in fields:
        if each.name in widths:
            placed.append(Column(each, at, widths[each.name]))
            at += widths[each.name] + GAP
    return tuple(placed)
