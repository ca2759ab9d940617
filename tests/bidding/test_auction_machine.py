"""Auctions under any sequence of offers: what section 8 promises holds after every step."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bidding.rules import (
    MOST_EXTENSIONS,
    Stake,
    increment_at,
    is_over,
    is_sold,
    minimum_bid,
    resolve,
    soft_close,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
people = st.integers(1, 4)
extras = st.decimals(0, 400, places=2)


class Auction(RuleBasedStateMachine):
    """A lot driven by the rules alone, as the services drive one in the database."""

    @initialize(starting_price=st.decimals(0, 600, places=2), minutes=st.integers(5, 60))
    def open(self, starting_price, minutes):
        self.starting_price, self.now = starting_price, START
        self.end_at = self.first_end = START + timedelta(minutes=minutes)
        self.extensions, self.times = 0, []
        self.bids: list[Stake] = []
        self.maxima: dict[int, tuple[Decimal, int]] = {}  # by person: amount, and when it was set

    @property
    def price(self):
        return self.bids[-1].amount if self.bids else None

    @property
    def is_open(self):
        return not is_over(self.end_at, self.now)

    @rule(minutes=st.integers(1, 15))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.is_open)
    @rule(who=people, extra=extras, more=st.none() | extras)
    def offer(self, who, extra, more):
        amount = minimum_bid(self.price, self.starting_price) + extra
        limit = amount + (more or 0)
        rivals = [(-m, t, p) for p, (m, t) in self.maxima.items() if p != who]
        rival = Stake(min(rivals)[2], -min(rivals)[0]) if rivals else None
        if more is not None:
            self.maxima[who] = (limit, len(self.times))
        placed = resolve(Stake(who, amount), limit, rival)
        assert placed[0].amount >= minimum_bid(self.price, self.starting_price)
        assert all(bid.amount <= (limit if bid.bidder == who else rival.amount) for bid in placed)
        self.bids += placed
        self.times.append(self.now)
        self.end_at, self.extensions = soft_close(self.end_at, self.now, self.extensions)

    @invariant()
    def amounts_rise_by_at_least_the_increment(self):
        for lower, higher in pairwise(self.bids):
            assert higher.amount >= lower.amount + increment_at(lower.amount)

    @invariant()
    def no_other_maximum_could_still_top_the_leader(self):
        if self.bids:
            leader, price = self.bids[-1]
            others = [m for p, (m, _) in self.maxima.items() if p != leader]
            assert all(m < price + increment_at(price) for m in others)

    @invariant()
    def none_is_accepted_after_the_end_and_the_end_moves_twice_at_most(self):
        assert all(time < self.end_at for time in self.times)
        assert self.extensions <= MOST_EXTENSIONS
        assert self.first_end <= self.end_at
        assert (self.end_at > self.first_end) <= (self.extensions > 0)

    @invariant()
    def a_lot_without_a_reserve_is_sold_as_soon_as_there_is_a_bid(self):
        assert is_sold(self.price, None) is bool(self.bids)


TestAuction = Auction.TestCase
TestAuction.settings = settings(max_examples=100, stateful_step_count=30)
