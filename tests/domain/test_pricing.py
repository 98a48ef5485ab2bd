"""What it costs: whole cents, nothing for what was paid before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_admin.domain.pricing import Price, money, sum_of


@pytest.mark.parametrize(
    ("price", "number", "total", "said"),
    [
        (Price(2000), 12, 24_000, "12 × €20.00 = €240.00"),
        (Price(2000, 10), 12, 21_600, "12 × €20.00 − 10 % = €216.00"),
        (Price(1999, 10), 250, 449_750, "250 × €19.99 − 10 % = €4,497.50"),
        (Price(2000, prepaid=True), 12, 0, "prepaid, €0.00"),
        (Price(2000, 100), 3, 0, "3 × €20.00 − 100 % = €0.00"),
        (Price(0), 5, 0, "free of charge"),
    ],
)
def test_so_many_cost(price: Price, number: int, total: int, said: str) -> None:
    assert (price.total(number), sum_of(price, number)) == (total, said)


def test_amounts_are_written_with_two_decimals() -> None:
    assert [money(each) for each in (0, 5, 1999, 123_456_789, -150)] == [
        *("€0.00", "€0.05", "€19.99", "€1,234,567.89", "-€1.50")
    ]


@given(st.integers(0, 10**9), st.integers(0, 100), st.integers(0, 250))
def test_a_discount_never_raises_a_price_nor_sinks_it_below_nothing(
    cents: int, percent: int, number: int
) -> None:
    assert 0 <= Price(cents, percent).total(number) <= Price(cents).total(number)
