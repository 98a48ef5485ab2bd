"""What the mail server does with each recipient, try by try: decided by the seed alone."""

from __future__ import annotations

import random
from typing import Final, NamedTuple

TAKE: Final = "take"
REFUSE: Final = "refuse"
TROUBLES: Final = {
    REFUSE: 3.0,
    "greylist": 10.0,
    "busy at MAIL": 1.0,
    "busy at DATA": 1.0,
    "busy after the dot": 1.0,
    "cut at RCPT": 1.0,
    "cut before the dot": 1.0,
    "take and drop": 2.0,
    "drop after the dot": 2.0,
    "stall at RCPT": 0.1,
    "take and stall": 0.1,
    "stall after the dot": 0.1,
}
"""In percent of the recipients; the rest is taken at the first try."""


class Fate(NamedTuple):
    """What happens to the first tries; every later one is taken, unless all are refused."""

    first: tuple[str, ...]
    always: str

    def at(self, turn: int) -> str:
        """Return what happens at a try, counted from 0."""
        return self.first[turn] if turn < len(self.first) else self.always


def fate(seed: int, recipient: str) -> Fate:
    """Return the fate of a recipient."""
    chance = random.Random(f"{seed} {recipient}")
    drawn = chance.uniform(0, 100)
    for trouble, percent in TROUBLES.items():
        drawn -= percent
        if drawn < 0:
            if trouble == REFUSE:
                return Fate((), REFUSE)
            return Fate((trouble,) * (chance.choice((1, 2)) if trouble == "greylist" else 1), TAKE)
    return Fate((), TAKE)
