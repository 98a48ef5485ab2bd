"""What is asked before an act on mails: how many of the picked it is for, and what to know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_admin.domain.listings import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Collection

DOUBT = (
    "may have arrived: the line broke at the hand-over. Who has it already gets it twice, with the "
    "same Message-ID."
)


def number_in(counts: dict[str, int], statuses: Collection[str]) -> int:
    """Return how many of the counted are in one of these states."""
    return sum(number for status, number in counts.items() if status in statuses)


def question_of(verb: str, counts: dict[str, int], fit: Collection[str]) -> str:
    """Return the question: `Cancel this mail?`, `Retry 12 of these 1,234 mails?`."""
    number, total = number_in(counts, fit), sum(counts.values())
    if total == 1:
        return f"{verb} this {MESSAGES.one}?"
    if number == total:
        return f"{verb} these {total:,} {MESSAGES.many}?"
    return f"{verb} {number:,} of these {total:,} {MESSAGES.many}?"


def detail_of(verb: str, counts: dict[str, int], fit: Collection[str]) -> str:
    """Return what to know before: what may have arrived, and what stays as it is."""
    parts = []
    doubtful = counts.get("unknown", 0)
    if verb == "Cancel":
        parts.append("They are not sent; r queues them again.")
    elif doubtful:
        which = "It" if sum(counts.values()) == 1 else f"{doubtful:,} of them"
        parts.append(f"{which} {DOUBT}")
    stays = [f"{number:,} {status}" for status, number in counts.items() if status not in fit]
    if stays:
        parts.append(f"{' and '.join(stays)} stay as they are.")
    return " ".join(parts)
