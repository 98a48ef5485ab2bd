"""Where a verdict's row stands in the text, and the text without it or with another address."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui_admin.domain.verdicts import Verdict


class Spot(NamedTuple):
    """A verdict and the characters of its line that it is about, from `start` to before `end`."""

    verdict: Verdict
    start: int
    end: int


class Edit(NamedTuple):
    """Characters of a line to replace; with `whole_line` the line goes, its end included."""

    start: int
    end: int
    text: str
    whole_line: bool = False


def spots_of(line: str, verdicts: Sequence[Verdict]) -> list[Spot]:
    """Return where each of a line's verdicts stands in it, in their order.

    What is shown of a row may differ from what was typed, so that it is not found: such a row is
    the whole line if it is alone there, and otherwise has no spot.
    """
    spots, done = [], 0
    for each in verdicts:
        at = line.find(each.input, done) if each.input else -1
        if at >= 0:
            done = at + len(each.input)
            spots.append(Spot(each, at, done))
        elif len(verdicts) == 1:
            spots.append(Spot(each, 0, len(line)))
    return spots


def spot_at(spots: Sequence[Spot], column: int) -> Spot | None:
    """Return the spot of a place in the line: the one it is in, else the nearest before it."""
    inside = [each for each in spots if each.start <= column <= each.end]
    before = [each for each in spots if each.start <= column]
    return next(iter(inside), before[-1] if before else next(iter(spots), None))


def corrected(line: str, spot: Spot, address: str) -> Edit:
    """Return the edit that puts another address into a row, whatever stands around it."""
    at = line.find(spot.verdict.email, spot.start, spot.end)
    if at >= 0:
        return Edit(at, at + len(spot.verdict.email), address)
    name = spot.verdict.name
    return Edit(spot.start, spot.end, f"{name} <{address}>" if name else address)


def without(line: str, spots: Sequence[Spot], spot: Spot) -> Edit:
    """Return the edit that takes a row out, with the separators that it leaves behind."""
    others = [each.verdict.input for each in spots if each is not spot]
    return Edit(0, len(line), "; ".join(others), whole_line=not others)
