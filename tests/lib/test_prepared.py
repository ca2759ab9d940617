from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import DateTimeField, DecimalField, F, IntegerField

from inventory.models import Item, WatchlistItem
from recsys.lib.prepared import Parameter, Prepared, one_trip
from recsys.lib.prepared_writes import prepared_insert, prepared_update, write_both
from tests.factories import ItemFactory, UserFactory

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


def test_a_row_comes_with_the_databases_clock(now):
    item = ItemFactory()
    locked = Prepared(
        lambda: Item.objects.select_for_update().filter(id=Parameter("id")).values("id", "title"),
        clock="read_at",
    )
    with transaction.atomic():
        (row,) = locked.rows(id=item.id)
        (later,) = locked.rows(id=item.id)
    assert (row["id"], row["title"]) == (item.id, item.title)
    assert now - timedelta(minutes=1) < row["read_at"] <= later["read_at"]


def test_an_update_takes_parameters_for_its_rows_and_its_values(now):
    item, other = ItemFactory(bid_count=2), ItemFactory(bid_count=2)
    update = prepared_update(
        lambda: Item.objects.filter(id=Parameter("id")),
        bid_count=F("bid_count") + Parameter("count", IntegerField()),
        current_price=Parameter("price", DecimalField(max_digits=12, decimal_places=2)),
        end_at=Parameter("end_at", DateTimeField()),
        title="Sold",
    )
    assert update.execute(id=item.id, count=1, price=Decimal("9.50"), end_at=now) == 1
    assert update.execute(id=item.id, count=2, price=Decimal(10), end_at=None) == 1
    assert update.execute(id=0, count=2, price=Decimal(10), end_at=None) == 0
    item.refresh_from_db()
    other.refresh_from_db()
    assert (item.bid_count, item.current_price, item.end_at) == (5, 10, None)
    assert (item.title, other.bid_count) == ("Sold", 2)


def test_an_insert_stores_one_row_each_time(now):
    insert = prepared_insert(WatchlistItem, "user_id", "item_id", "created_at")
    pairs = [(UserFactory().pk, ItemFactory().pk) for _ in range(2)]
    for user_id, item_id in pairs:
        insert.execute(user_id=user_id, item_id=item_id, created_at=now)
    rows = WatchlistItem.objects.order_by("id").values_list("user", "item", "created_at")
    assert list(rows) == [(*pair, now) for pair in pairs]


def test_a_write_may_return_what_it_wrote(now):
    user, item = UserFactory(), ItemFactory(bid_count=2)
    insert = prepared_insert(
        WatchlistItem, "user_id", "item_id", "created_at", returning=["id", "created_at"]
    )
    stored = insert.rows(user_id=user.pk, item_id=item.pk, created_at=now)
    assert stored == [(WatchlistItem.objects.get().pk, now)]
    count = prepared_update(
        lambda: Item.objects.filter(id=Parameter("id")),
        returning=["id", "bid_count", "metadata"],
        bid_count=F("bid_count") + 1,
    )
    assert count.rows(id=item.id) == [(item.id, 3, item.metadata)]
    assert count.rows(id=0) == []


def both(user, item):
    watch = prepared_insert(WatchlistItem, "user_id", "item_id", "created_at")
    count = prepared_update(
        lambda: Item.objects.filter(id=Parameter("id")),
        title="100% watched",
        watcher_count=F("watcher_count") + Parameter("count", IntegerField()),
    )
    return lambda now, more: write_both(
        watch.given(user_id=user.pk, item_id=item.pk, created_at=now),
        count.given(id=item.pk, count=more),
    )


def test_two_writes_are_one_statement_where_the_database_takes_it(now, django_assert_num_queries):
    user, item = UserFactory(), ItemFactory()
    with django_assert_num_queries(1 if connection.vendor == "postgresql" else 2):
        both(user, item)(now, 1)
    item.refresh_from_db()
    assert (item.watcher_count, item.title) == (1, "100% watched")
    assert WatchlistItem.objects.get().user == user


@pytest.mark.parametrize("more", [1, -5])
def test_of_two_writes_none_is_left_where_either_fails(now, more):
    """The second watch of an item by one person, or fewer watchers than none."""
    user, item = UserFactory(), ItemFactory()
    if more == 1:
        WatchlistItem.objects.create(user=user, item=item)
    before = WatchlistItem.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        both(user, item)(now, more)
    item.refresh_from_db()
    assert (item.watcher_count, WatchlistItem.objects.count()) == (0, before)


def test_statements_of_one_trip_run_in_order_and_are_read_afterwards(now):
    items = ItemFactory.create_batch(2)
    close = prepared_update(lambda: Item.objects.filter(id=Parameter("id")), is_hidden=True)
    hidden = Prepared(lambda: Item.objects.filter(is_hidden=True).order_by("id").values("id"))
    with one_trip():
        answers = [hidden.ask()]
        for item in items:
            close.execute(id=item.id)
            answers.append(hidden.ask())
    first, second = items
    assert [[pk for (pk,) in answer.tuples()] for answer in answers] == [
        [], [first.id], [first.id, second.id],
    ]  # fmt: skip


def test_an_error_on_a_trip_is_djangos_and_leaves_nothing(now):
    item = ItemFactory()
    set_count = prepared_update(
        lambda: Item.objects.filter(id=Parameter("id")),
        bid_count=Parameter("count", IntegerField()),
    )

    def set_twice():
        with transaction.atomic(), one_trip():
            set_count.execute(id=item.id, count=1)
            set_count.execute(id=item.id, count=-1)

    with pytest.raises(IntegrityError):
        set_twice()
    item.refresh_from_db()
    assert item.bid_count == 0
