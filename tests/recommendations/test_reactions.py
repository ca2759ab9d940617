"""The same second: what a person does changes their next answer."""

from decimal import Decimal

import pytest

from bidding.services import buy_now, place_bid
from inventory.services import set_bag_entry, unwatch_item, watch_item
from recommendations import cache
from recommendations.cache import Entry, Freshness, Key
from recommendations.data import EventKind, Family, NewEvent
from recommendations.services import record_events
from recsys.lib.errors import Unprocessable
from tests.factories import BagFactory, ItemFactory, WatchlistItemFactory

pytestmark = pytest.mark.django_db


def bid(person, now):
    place_bid(actor=person, item_id=ItemFactory().pk, amount=Decimal(50))


def buy(person, now):
    buy_now(actor=person, item_id=ItemFactory(buy_now_price=Decimal(90)).pk)


def watch(person, now):
    watch_item(actor=person, item_id=ItemFactory().pk)


def unwatch(person, now):
    item = ItemFactory(watcher_count=1)
    unwatch_item(actor=person, item_id=WatchlistItemFactory(user=person, item=item).item_id)


def bag(person, now):
    item = ItemFactory()
    set_bag_entry(actor=person, bag_id=BagFactory(owner=person).pk, item_id=item.pk, quantity=1)


def like(person, now):
    event = NewEvent(person.pk, ItemFactory().pk, EventKind.LIKE, None, now, "one")
    record_events(actor=person, events=[event], now=now)


def freshness(person, now):
    key = Key(Family.HOME, person.pk)
    return cache.lookup([key], now=now)[key].freshness


@pytest.mark.parametrize("act", [bid, buy, watch, unwatch, bag, like])
def test_whatever_a_person_does_their_kept_list_is_dropped_and_only_theirs(
    act, owner, stranger, now, django_capture_on_commit_callbacks
):
    for person in (owner, stranger):
        cache.store(Family.HOME, {person.pk: Entry((), now)})
    with django_capture_on_commit_callbacks(execute=True):
        act(owner, now)
    assert freshness(owner, now) is Freshness.MISSING
    assert freshness(stranger, now) is Freshness.FRESH


def test_a_refused_bid_drops_nothing(owner, now, django_capture_on_commit_callbacks):
    cache.store(Family.HOME, {owner.pk: Entry((), now)})
    with django_capture_on_commit_callbacks(execute=True), pytest.raises(Unprocessable):
        place_bid(actor=owner, item_id=ItemFactory().pk, amount=Decimal("0.01"))
    assert freshness(owner, now) is Freshness.FRESH
