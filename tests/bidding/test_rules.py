"""The rules of bidding by example and by property; the stateful machine is beside this."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bidding.rules import (
    SOFT_CLOSE,
    Stake,
    increment_at,
    is_over,
    is_sold,
    minimum_bid,
    parse_increments,
    resolve,
    soft_close,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ME, RIVAL = 1, 2
D = Decimal
amounts = st.decimals("0.01", "20000", places=2)


@pytest.mark.parametrize(
    ("price", "step"),
    [("0", 1), ("99.99", 1), ("100", 5), ("499.99", 5), ("500", 10), ("999.99", 10),
     ("1000", 50), ("4999.99", 50), ("5000", 100), ("1000000", 100)],
)  # fmt: skip
def test_the_increment_grows_with_the_price(price, step):
    assert increment_at(D(price)) == step


def test_the_first_bid_meets_the_starting_price_and_each_other_an_increment_more():
    assert minimum_bid(None, D("10.00")) == D("10.00")
    assert minimum_bid(None, D(0)) == D("0.01")
    assert minimum_bid(D("10.00"), D("10.00")) == D("11.00")


def test_increments_are_a_setting():
    halves = parse_increments([[10, "0.5"], [None, 2]])
    assert [increment_at(D(price), halves) for price in (0, 9, 10)] == [D("0.5"), D("0.5"), D(2)]


@pytest.mark.parametrize(
    "pairs",
    [[], [[10, 1]], [[None, 0]], [[None, -1]], [[10, 1], [5, 1], [None, 1]], [[None, 1]] * 2],
)
def test_malformed_increments_are_refused(pairs):
    with pytest.raises(ValueError, match="increments"):
        parse_increments(pairs)


def test_an_auction_is_over_from_its_end_on():
    assert not is_over(NOW + timedelta(microseconds=1), NOW)
    assert is_over(NOW, NOW)
    assert not is_over(None, NOW)


@given(st.integers(1, 1200), st.integers(0, 3))
def test_a_late_bid_moves_the_end_to_ten_minutes_from_now_twice_at_most(seconds, count):
    end_at = NOW + timedelta(seconds=seconds)
    moved, extensions = soft_close(end_at, NOW, count)
    if seconds < 600 and count < 2:
        assert (moved, extensions) == (NOW + SOFT_CLOSE, count + 1)
    else:
        assert (moved, extensions) == (end_at, count)


def test_a_lot_without_an_end_has_none_after_a_bid():
    assert soft_close(None, NOW, 0) == (None, 0)


@pytest.mark.parametrize(
    ("highest", "reserve", "sold"),
    [
        (None, None, False),
        (None, "0", False),
        ("5", None, True),
        ("5", "5", True),
        ("5", "5.01", False),
    ],
)
def test_a_lot_is_sold_at_or_above_its_reserve(highest, reserve, sold):
    assert is_sold(highest and D(highest), reserve and D(reserve)) is sold


@pytest.mark.parametrize(
    ("amount", "limit", "rival", "bids"),
    [
        # a plain bid against a maximum: above it, level with it, just short of it, far below it
        ("51", "51", "50", [(ME, "51")]),
        ("50", "50", "50", [(RIVAL, "50")]),
        ("49.50", "49.50", "50", [(RIVAL, "50")]),
        ("49", "49", "50", [(ME, "49"), (RIVAL, "50")]),
        ("20", "20", "50", [(ME, "20"), (RIVAL, "21")]),
        # a maximum against a maximum: the higher wins one increment above the lower
        ("11", "80", "50", [(ME, "51")]),
        ("11", "50.50", "50", [(ME, "50.50")]),
        ("11", "30", "50", [(ME, "30"), (RIVAL, "31")]),
        ("11", "49.50", "50", [(ME, "11"), (RIVAL, "50")]),
        # of equal maxima the earlier wins
        ("11", "50", "50", [(ME, "11"), (RIVAL, "50")]),
        ("50", "80", "50", [(ME, "50")]),
        # nobody in the way, or a maximum that is used up
        ("11", "80", "9", [(ME, "11")]),
        ("11", "80", None, [(ME, "11")]),
    ],
)
def test_a_bid_meets_a_standing_maximum(amount, limit, rival, bids):
    rival = rival and Stake(RIVAL, D(rival))
    outcome = resolve(Stake(ME, D(amount)), D(limit), rival)
    assert outcome == [Stake(who, D(what)) for who, what in bids]


@given(amounts, amounts, amounts)
def test_whoever_offers_most_leads_and_nobody_pays_more_than_they_said(amount, more, maximum):
    limit = max(amount, more)
    bids = resolve(Stake(ME, amount), limit, Stake(RIVAL, maximum))
    assert bids[-1].bidder == (ME if limit > maximum else RIVAL)
    assert all(bid.amount <= (limit if bid.bidder == ME else maximum) for bid in bids)
    assert bids[0].amount >= amount
    for lower, higher in pairwise(bids):
        assert higher.amount >= lower.amount + increment_at(lower.amount)


@given(amounts, amounts, amounts)
def test_the_winner_pays_no_more_than_an_increment_above_the_loser(amount, more, maximum):
    limit = max(amount, more)
    loser = min(limit, maximum)
    price = resolve(Stake(ME, amount), limit, Stake(RIVAL, maximum))[-1].amount
    assume(price > amount)
    assert price <= loser + increment_at(loser)
