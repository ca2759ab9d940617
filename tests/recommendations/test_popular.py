from datetime import timedelta

import pytest

from inventory.models import Item
from recommendations.queries import popular_items
from recommendations.services import generate_popular_items
from tests.factories import CreationFactory, ItemFactory

pytestmark = pytest.mark.django_db


def test_bids_come_before_watchers_and_ties_go_by_id(now):
    last = ItemFactory(bid_count=1)
    watched = ItemFactory(bid_count=2, watcher_count=5)
    tied = ItemFactory(bid_count=2, watcher_count=5)
    first = ItemFactory(bid_count=3)
    assert generate_popular_items(now=now) == {
        "popular": 4,
        "items": [first.pk, watched.pk, tied.pk, last.pk],
        "failed": 0,
    }


def test_scheduled_lots_and_things_not_auctioned_count_pending_and_over_ones_do_not(now):
    scheduled = ItemFactory(auction_status=Item.AuctionStatus.SCHEDULED)
    avatar = CreationFactory()
    ItemFactory(auction_status=Item.AuctionStatus.PENDING)
    ItemFactory(auction_status=Item.AuctionStatus.PAUSED)
    ItemFactory(end_at=now)
    ItemFactory(is_hidden=True)
    assert list(popular_items(now)) == [scheduled, avatar]


def test_an_item_that_ended_an_instant_ago_is_gone(now):
    item = ItemFactory(end_at=now + timedelta(microseconds=1))
    assert list(popular_items(now)) == [item]
    assert list(popular_items(now + timedelta(microseconds=1))) == []


def test_the_list_ends_after_fifty(now):
    ItemFactory.create_batch(51)
    assert generate_popular_items(now=now)["popular"] == 50
