"""What people do to items, bags and worlds is done once, also where the database says "again"."""

from contextlib import contextmanager

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.utils import timezone

from inventory import services
from inventory.models import Bag, BagEntry, Item, WatchlistItem, World
from tests.factories import (
    BagEntryFactory,
    BagFactory,
    CreationFactory,
    ItemFactory,
    UserFactory,
)
from tests.races import fail_as_contended

pytestmark = pytest.mark.django_db(transaction=True)

WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def contended_at_first():
    """The first thing that is written meets somebody else's; yields how often that happened."""
    met = []

    def meet(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if not met and sql.lstrip().startswith(WRITES):
            met.append(sql)
            fail_as_contended()
        return result

    with connection.execute_wrapper(meet):
        yield met
    assert len(met) == 1


def quantities(bag):
    return dict(BagEntry.objects.filter(bag=bag).values_list("item", "quantity"))


def test_watching_and_unwatching_count_once():
    item, person = ItemFactory(), UserFactory()
    for act, count in ((services.watch_item, 1), (services.unwatch_item, 0)):
        with contended_at_first():
            act(actor=person, item_id=item.pk)
        assert WatchlistItem.objects.count() == count
        assert Item.objects.get().watcher_count == count


def test_a_bag_is_made_once():
    person = UserFactory()
    with contended_at_first():
        services.create_bag(actor=person, name="Finds")
    assert [*Bag.objects.values_list("slug", flat=True)] == ["finds"]


def test_adding_to_a_bag_adds_once():
    entry = BagEntryFactory(quantity=2)
    with contended_at_first():
        services.add_to_bag(
            actor=entry.bag.owner, bag_id=entry.bag_id, item_id=entry.item_id, quantity=3
        )
    assert quantities(entry.bag) == {entry.item_id: 5}


@pytest.mark.parametrize(
    ("combine", "left"),
    [(services.merge_bags, 5), (services.intersect_bags, 2), (services.subtract_bags, 1)],
)
def test_bags_are_combined_once(combine, left):
    mine = BagEntryFactory(quantity=3)
    theirs = BagEntryFactory(bag=BagFactory(owner=mine.bag.owner), item=mine.item, quantity=2)
    with contended_at_first():
        combine(actor=mine.bag.owner, bag_id=mine.bag_id, other_id=theirs.bag_id)
    assert quantities(mine.bag) == {mine.item_id: left}


def test_a_world_is_registered_once():
    host = UserFactory()
    host.user_permissions.add(Permission.objects.get(codename="run_worlds"))
    place = CreationFactory(kind=Item.Kind.MAP)
    with contended_at_first():
        services.register_world(
            actor=host, address="10.0.0.1", port=7777, map_id=place.pk, now=timezone.now(),
            name="Harbour", max_users=8,
        )  # fmt: skip
    assert [*World.objects.values_list("name", flat=True)] == ["Harbour"]
