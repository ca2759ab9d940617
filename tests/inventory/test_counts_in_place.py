"""What happens all the time, a bid or a watch, rewrites no index of the row it changes.

Nor does what happens to a whole bag at once: its quantities.
"""

from contextlib import contextmanager

import pytest
from django.db import connection

from bidding.services import place_bid
from inventory.models import Bag, BagEntry, Item
from inventory.services import merge_bags, unwatch_item, watch_item
from tests.factories import BagFactory, ItemFactory, UserFactory
from tests.updates import counting_updates

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL counts such writes"),
]

ENTRIES = 400
"""More than a page of the database holds."""


@contextmanager
def all_in_place(model, number):
    """As many rows of the model are updated inside, and none of the updates touches an index."""
    updates = counting_updates(model)
    yield
    assert updates() == (number, number)


def test_a_bid_and_a_watch_change_the_item_in_place():
    lot, person = ItemFactory(), UserFactory()
    with all_in_place(Item, 3):
        place_bid(actor=person, item_id=lot.pk)
        watch_item(actor=person, item_id=lot.pk)
        unwatch_item(actor=person, item_id=lot.pk)


def test_a_merge_of_pages_of_entries_changes_them_in_place():
    owner = UserFactory()
    mine, other = BagFactory(owner=owner), BagFactory(owner=owner)
    Item.objects.bulk_create(Item(title="Lot", seller=owner) for _ in range(ENTRIES))
    for bag in (mine, other):
        fill(bag)
    with all_in_place(BagEntry, ENTRIES):
        merge_bags(actor=owner, bag_id=mine.pk, other_id=other.pk)


def fill(bag: Bag) -> None:
    items = Item.objects.order_by("pk").values_list("pk", flat=True)
    BagEntry.objects.bulk_create(BagEntry(bag=bag, item_id=item) for item in items)
