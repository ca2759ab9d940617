"""What happens all the time, a bid or a watch, rewrites no index of the item's row."""

import pytest
from django.db import connection

from bidding.services import place_bid
from inventory.models import Item
from inventory.services import unwatch_item, watch_item
from tests.factories import ItemFactory, UserFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL counts such writes"),
]

COUNTS = """
    SELECT pg_stat_get_xact_tuples_updated(%s::regclass),
        pg_stat_get_xact_tuples_hot_updated(%s::regclass)
"""


def updates():
    """(all updates of items in this transaction, those that touched no index)"""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [Item._meta.db_table] * 2)
        return cursor.fetchone()


def test_a_bid_and_a_watch_change_the_item_in_place():
    lot, person = ItemFactory(), UserFactory()
    before = updates()
    place_bid(actor=person, item_id=lot.pk)
    watch_item(actor=person, item_id=lot.pk)
    unwatch_item(actor=person, item_id=lot.pk)
    after = updates()
    assert [now - then for now, then in zip(after, before, strict=True)] == [3, 3]
