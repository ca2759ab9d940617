from datetime import timedelta

import pytest
from django.db.models import DateTimeField, F

from inventory.models import Item
from recsys.lib.prepared import Parameter, Prepared
from tests.factories import ItemFactory

pytestmark = pytest.mark.django_db

NOW = Parameter("now", DateTimeField())


def live_cards():
    return (
        Item.objects.live(NOW)
        .filter(id__any_of=Parameter("ids"))
        .order_by("id")
        .values(
            "id",
            "current_price",
            "end_at",
            "is_hidden",
            "category__slug",
            seller_name=F("seller__username"),
        )
    )


def test_rows_equal_what_the_orm_gives(now):
    items = ItemFactory.create_batch(3)
    ItemFactory()
    ids = [item.id for item in items]
    expected = (
        Item.objects.live(now)
        .filter(id__in=ids)
        .order_by("id")
        .values(
            "id",
            "current_price",
            "end_at",
            "is_hidden",
            "category__slug",
            seller_name=F("seller__username"),
        )
    )
    assert Prepared(live_cards).rows(now=now, ids=ids) == list(expected)


def test_a_second_execution_takes_other_values(now, django_assert_num_queries):
    item = ItemFactory(end_at=now + timedelta(minutes=5))
    prepared = Prepared(live_cards)
    with django_assert_num_queries(3):
        assert len(prepared.rows(now=now, ids=[item.id])) == 1
        assert prepared.rows(now=now + timedelta(minutes=5), ids=[item.id]) == []
        assert prepared.rows(now=now, ids=[]) == []


def test_it_is_compiled_once(now):
    makings = []

    def make():
        makings.append(1)
        return live_cards()

    prepared = Prepared(make)
    for _ in range(3):
        prepared.rows(now=now, ids=[1])
    assert len(makings) == 1


def test_any_of_works_in_an_ordinary_queryset(now):
    first, second = ItemFactory.create_batch(2)
    found = Item.objects.filter(id__any_of=[second.id, first.id, 10**15])
    assert set(found) == {first, second}


def test_any_of_takes_far_more_than_a_statement_has_room_for_parameters():
    item = ItemFactory()
    assert Item.objects.filter(id__any_of=range(item.id, item.id + 300_000)).count() == 1
