"""The rules of bidding; pure."""

from collections.abc import Sequence
from decimal import Decimal

Increments = Sequence[tuple[Decimal | None, Decimal]]
"""Pairs of (below this price, raise by at least); the last has no bound."""

INCREMENTS: Increments = (
    (Decimal(100), Decimal(1)),
    (Decimal(500), Decimal(5)),
    (Decimal(1_000), Decimal(10)),
    (Decimal(5_000), Decimal(50)),
    (None, Decimal(100)),
)


def increment_at(price: Decimal, increments: Increments = INCREMENTS) -> Decimal:
    """By how much the next bid must at least exceed `price`."""
    return next(step for bound, step in increments if bound is None or price < bound)
