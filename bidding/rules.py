"""The rules of bidding; pure. Money is Decimal, times are aware, `now` is the database's."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

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


LEAST = Decimal("0.01")
SOFT_CLOSE = timedelta(minutes=10)
MOST_EXTENSIONS = 2


class Stake(NamedTuple):
    """An amount somebody offers: a bid, or the maximum of a proxy."""

    bidder: int
    amount: Decimal


def parse_increments(pairs: Iterable[Sequence[object]]) -> Increments:
    """Increments as settings give them: `[["100", "1"], …, [null, "100"]]`.

    Raises ValueError unless bounds rise, raises are positive and only the last has no bound.
    """
    parsed = [(None if b is None else Decimal(str(b)), Decimal(str(step))) for b, step in pairs]
    bounds = [bound for bound, _ in parsed[:-1] if bound is not None]
    well_formed = (
        parsed
        and parsed[-1][0] is None
        and len(bounds) == len(parsed) - 1
        and bounds == sorted(set(bounds))
        and all(step >= LEAST for _, step in parsed)
    )
    if not well_formed:
        raise ValueError("increments: give rising bounds, positive steps, and null at the end")
    return parsed


def minimum_bid(
    price: Decimal | None, starting_price: Decimal, increments: Increments = INCREMENTS
) -> Decimal:
    """The least amount accepted next; `price` is the highest bid, None before the first."""
    if price is None:
        return max(starting_price, LEAST)
    return price + increment_at(price, increments)


def is_over(end_at: datetime | None, now: datetime) -> bool:
    return end_at is not None and now >= end_at


def soft_close(
    end_at: datetime | None, now: datetime, extension_count: int
) -> tuple[datetime | None, int]:
    """The end and the number of extensions after a bid at `now`, which is before the end.

    A bid in the last ten minutes moves the end to ten minutes from now, twice at most.
    """
    if end_at is None or end_at - now >= SOFT_CLOSE or extension_count >= MOST_EXTENSIONS:
        return end_at, extension_count
    return now + SOFT_CLOSE, extension_count + 1


def resolve(
    bid: Stake, limit: Decimal, rival: Stake | None, increments: Increments = INCREMENTS
) -> list[Stake]:
    """The bids that follow when `bid`, at least the minimum, meets the best standing maximum.

    `limit` is the bidder's own maximum, or the bid's amount without one. Amounts rise by at least
    an increment each; the last one leads. The higher maximum wins, of equal ones the earlier,
    which is the rival's. The winner pays one increment above the loser, or their own maximum
    where that is less. So the bidder's own bid may be missing: a rival whose maximum reaches it
    but cannot top it by an increment comes first, at that maximum.
    """
    if rival is None or rival.amount < bid.amount + increment_at(bid.amount, increments):
        matched = rival is not None and rival.amount >= limit
        return [rival] if matched and rival else [bid]
    if limit > rival.amount:
        topping = rival.amount + increment_at(rival.amount, increments)
        return [bid._replace(amount=min(limit, topping))]
    topping = limit + increment_at(limit, increments)
    if topping <= rival.amount:
        return [bid._replace(amount=limit), rival._replace(amount=topping)]
    return [bid, rival]


def is_sold(highest: Decimal | None, reserve_price: Decimal | None) -> bool:
    """Whether a lot that closes with this highest bid (None: no bid) is sold."""
    return highest is not None and highest >= (reserve_price or 0)
