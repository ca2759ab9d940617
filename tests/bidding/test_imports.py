"""Bids that come in numbers go by the rules that every bid goes by."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import override_settings

from bidding.data import NewBid, Offer
from bidding.models import Bid, Order
from bidding.services import close_imported_lots, import_bids, import_offers
from tests.factories import BidFactory, ItemFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("increments", "amounts"), [(None, [10, 11, 14]), ([["11", "2"], [None, "5"]], [10, 12, 27])]
)
def test_offers_become_bids_by_the_increments_of_the_setting(now, increments, amounts):
    lot = ItemFactory(starting_price="10.00", current_price="10.00")
    offers = [
        Offer(lot.pk, UserFactory().pk, now + timedelta(seconds=second), extra)
        for second, extra in enumerate([0, 0, 2])
    ]
    with override_settings(BID_INCREMENTS=increments):
        assert import_offers(offers) == 3
    assert list(Bid.objects.order_by("id").values_list("amount", flat=True)) == amounts


def test_imported_lots_close_as_of_their_end_and_only_at_their_reserve(now):
    ended = now - timedelta(days=3)
    sold, unsold = (
        ItemFactory(start_at=None, end_at=ended, reserve_price=price) for price in ("15", "15.01")
    )
    ahead = ItemFactory(end_at=now + timedelta(days=3))
    for lot in (sold, unsold, ahead):
        for amount in ("15.00", "11.00"):
            BidFactory(item=lot, amount=amount, created_at=ended - timedelta(hours=1))
    for closed in (1, 0):
        assert close_imported_lots([sold.pk, unsold.pk, ahead.pk], now) == closed
    order = Order.objects.get()
    assert (order.item, order.amount, order.created_at) == (sold, Decimal(15), ended)
    for lot, status in ((sold, "sold"), (unsold, "ended"), (ahead, "active")):
        lot.refresh_from_db()
        assert lot.auction_status == status


def test_a_past_bid_at_the_very_end_came_too_late(now):
    lot, bidder = ItemFactory(end_at=now), UserFactory()
    moment = timedelta(microseconds=1)
    times = {now - moment: 1, now: 0, now + moment: 0}
    for at, accepted in times.items():
        assert import_offers([Offer(lot.pk, bidder.pk, at)]) == accepted
        assert import_bids([NewBid(lot.pk, bidder.pk, Decimal(50), at)]) == accepted
