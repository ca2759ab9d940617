import math
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from types import SimpleNamespace

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from bidding.models import Bid
from inventory.models import Item, WatchlistItem
from recommendations.models import Event
from recsys.lib.bulk import (
    add_to_counts,
    batched,
    insert_new,
    insert_rows,
    update_rows,
    upsert_rows,
)
from recsys.lib.prepared import as_copy_lines, as_list_parameter
from tests.factories import ItemFactory, UserFactory, WatchlistItemFactory

TEXTS = ["NULL", "", " a, {b} ", '"', "\\", "it's", "%s", "two\nlines", "\u00e9\u4e00"]
AT = datetime(2026, 3, 1, 8, 30, 15, 250_000, tzinfo=UTC)


def watches(user, *items):
    return {
        "user": [user.pk] * len(items),
        "item": [item.pk for item in items],
        "created_at": [AT] * len(items),
    }


def test_batches_hold_every_row_once_in_order():
    assert list(batched(range(7), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batched([], 3)) == []


@pytest.mark.django_db
def test_rows_that_are_there_or_repeated_are_passed_over():
    known, new = WatchlistItemFactory(), ItemFactory()
    columns = watches(known.user, known.item, new, new)
    assert insert_new(WatchlistItem, columns, returning="item") == [new.pk]
    assert WatchlistItem.objects.get(item=new).created_at == AT
    assert WatchlistItem.objects.get(pk=known.pk).created_at == known.created_at


@pytest.mark.django_db
def test_rows_that_are_there_are_set_and_others_inserted():
    known, new = WatchlistItemFactory(), ItemFactory()
    upsert_rows(WatchlistItem, watches(known.user, known.item, new), unique=("user", "item"))
    assert set(WatchlistItem.objects.values_list("item", "created_at")) == {
        (known.item.pk, AT),
        (new.pk, AT),
    }
    assert WatchlistItem.objects.filter(pk=known.pk).exists()


@pytest.mark.django_db
def test_plain_insertion_stores_all_or_fails_where_a_row_is_there():
    known, new = WatchlistItemFactory(), ItemFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(WatchlistItem, watches(known.user, known.item, new))
    assert WatchlistItem.objects.count() == 1
    insert_rows(WatchlistItem, watches(known.user, new))
    assert WatchlistItem.objects.get(item=new).created_at == AT
    insert_rows(WatchlistItem, watches(known.user))


@pytest.mark.django_db
@pytest.mark.parametrize("text", [*TEXTS, "a\ttab", "carriage\r", r"\N", r"\."])
def test_texts_are_inserted_as_they_are(text):
    user, item = UserFactory(), ItemFactory()
    columns = {
        "user": [user.pk] * 2, "item": [item.pk] * 2, "kind": ["view"] * 2,
        "value": [None, 0.1], "occurred_at": [AT] * 2, "event_id": [text, "plain"],
    }  # fmt: skip
    insert_rows(Event, columns)
    stored = Event.objects.values_list("value", "event_id", "occurred_at")
    assert set(stored) == {(None, text, AT), (0.1, "plain", AT)}


def between_brackets(numbers):
    """As any database but SQLite, which cannot say more than 64 bits, reads the list."""
    return as_list_parameter(numbers, SimpleNamespace(vendor="postgresql"))[1:-1].split(",")


@given(st.lists(st.integers() | st.floats(allow_nan=False), min_size=1))
def test_numbers_are_written_to_the_last_bit(numbers):
    lines = as_copy_lines([numbers]).splitlines()
    for written in (lines, between_brackets(numbers)):
        assert [type(number)(text) for number, text in zip(numbers, written, strict=True)] == (
            numbers
        )


def test_what_is_no_number_stays_none():
    assert as_copy_lines([[1.5, math.nan]]) == "1.5\nnan\n"
    assert as_copy_lines([[2, None], ["a", "b"]]) == "2\ta\n\\N\tb\n"


@pytest.mark.django_db
@pytest.mark.parametrize("insert", [insert_rows, partial(insert_new, returning="id")])
def test_values_are_stored_as_the_orm_stores_them(insert):
    item, user = ItemFactory(), UserFactory()
    columns = {
        "item": [item.pk], "bidder": [user.pk], "amount": [Decimal("12.50")],
        "kind": ["proxy"], "created_at": [AT],
    }  # fmt: skip
    insert(Bid, columns)
    by_orm = Bid.objects.create(
        item=item, bidder=user, amount=Decimal("12.50"), kind="proxy", created_at=AT
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT item_id, bidder_id, amount, kind, created_at FROM bidding_bid")
        assert len(set(cursor.fetchall())) == 1
    assert Bid.objects.filter(amount=by_orm.amount, created_at=AT).count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("title", TEXTS)
def test_texts_arrive_as_they_were(title):
    item, other = ItemFactory(), ItemFactory(category=None)
    rows = {item.pk: (title, item.category_id), other.pk: ("plain", None)}
    update_rows(Item, rows, fields=["title", "category"])
    assert set(Item.objects.values_list("pk", "title", "category")) == {
        (item.pk, title, item.category_id),
        (other.pk, "plain", None),
    }


@pytest.mark.django_db
def test_nothing_to_insert_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        empty = {"user": [], "item": [], "created_at": []}
        assert insert_new(WatchlistItem, empty, returning="item") == []


@pytest.mark.django_db
def test_other_constraints_still_hold():
    item, user = ItemFactory(), UserFactory()
    columns = {
        "item": [item.pk], "bidder": [user.pk], "amount": [Decimal(0)], "kind": ["proxy"],
        "created_at": [AT],
    }  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_new(Bid, columns, returning="id")


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite knows no lengths")
def test_a_text_that_is_too_long_is_refused_not_cut():
    columns = {
        "user": [UserFactory().pk], "item": [ItemFactory().pk], "kind": ["view"],
        "value": [None], "occurred_at": [AT], "event_id": ["x" * 65],
    }  # fmt: skip
    with pytest.raises(DataError), transaction.atomic():
        insert_new(Event, columns, returning="id")


@pytest.mark.django_db
def test_many_rows_are_set_each_to_its_own():
    first, second, other = ItemFactory(), ItemFactory(), ItemFactory()
    rows = {first.pk: (Decimal("1.50"), {"a": 1}), second.pk: (None, {})}
    update_rows(Item, rows, fields=["current_price", "metadata"])
    prices = dict(Item.objects.values_list("pk", "current_price"))
    assert prices == {first.pk: Decimal("1.50"), second.pk: None, other.pk: other.current_price}
    first.refresh_from_db()
    assert first.metadata == {"a": 1}


@pytest.mark.django_db
def test_counts_are_added_to():
    first, second = ItemFactory(watcher_count=3), ItemFactory()
    add_to_counts(Item, "watcher_count", {second.pk: 2, first.pk: 1})
    assert [*Item.objects.order_by("pk").values_list("watcher_count", flat=True)] == [4, 2]
