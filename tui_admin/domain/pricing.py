"""What registrations cost: whole cents, one price a piece, a coupon's discount taken off each."""

from __future__ import annotations

from typing import NamedTuple


class Price(NamedTuple):
    """What one piece costs, and what the coupon does to it; `prepaid` was paid for before."""

    cents: int
    discount_percent: int = 0
    prepaid: bool = False

    @property
    def each(self) -> int:
        """Return the cents for one piece with the discount taken off, rounded half up."""
        if self.prepaid:
            return 0
        return (self.cents * (100 - self.discount_percent) + 50) // 100

    def total(self, number: int) -> int:
        """Return the cents for so many."""
        return number * self.each


def money(cents: int) -> str:
    """Return an amount of euros as it is written in English: `€1,234.50`."""
    euros, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}€{euros:,}.{rest:02}"


def sum_of(price: Price, number: int) -> str:
    """Return how the cost of so many comes about: `12 × €20.00 − 10 % = €216.00`."""
    total = money(price.total(number))
    if not price.cents:
        return "free of charge"
    if price.prepaid:
        return f"prepaid, {money(0)}"
    off = f" − {price.discount_percent} %" if price.discount_percent else ""
    return f"{number:,} × {money(price.cents)}{off} = {total}"
