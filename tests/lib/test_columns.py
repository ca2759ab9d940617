"""Columns of integers come out of the database as they are in its rows."""

from datetime import UTC, datetime

import pytest
from django.db.models import F, Value

from inventory.models import Item
from recsys.lib import columns
from recsys.lib.columns import Seconds, read_columns
from tests.factories import CategoryFactory, ItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[1, 2, 3, 100])
def rows_at_once(request, monkeypatch):
    """Pages of one row, pages that end with the table, pages that do not, one page of all."""
    monkeypatch.setattr(columns, "ROWS_AT_ONCE", request.param)


def test_columns_are_those_of_the_rows_however_many_come_at_once(rows_at_once):
    items = [
        ItemFactory(bid_count=count, category=CategoryFactory()) for count in (3, 0, 7, 2**31 - 1)
    ]
    found = read_columns(
        Item.objects.all(), "pk", "category_id", F("bid_count") * Value(-1), Seconds("created_at")
    )
    assert found.T.tolist() == [
        [item.pk, item.category_id, -item.bid_count, round(item.created_at.timestamp())]
        for item in items
    ]


def test_rows_where_something_is_null_are_left_out_and_end_no_page(rows_at_once):
    ends = datetime(2030, 1, 1, tzinfo=UTC)
    items = [ItemFactory(end_at=at) for at in (None, ends, None, None, ends, None)]
    found = read_columns(Item.objects.all(), Seconds("end_at"), "pk")
    assert found.tolist() == [[int(ends.timestamp())] * 2, [items[1].pk, items[4].pk]]


def test_of_no_rows_there_are_empty_columns(rows_at_once):
    assert read_columns(Item.objects.all(), "pk", "seller_id").shape == (2, 0)
