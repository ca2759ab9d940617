"""Lots out of the database as arrays."""

import math
from datetime import timedelta

import numpy as np
import pytest

from recommendations.services.goods import NO_CATEGORY, Goods
from tests.factories import ItemFactory

pytestmark = pytest.mark.django_db


def test_a_lot_is_described_by_what_is_known_of_it(now):
    known = ItemFactory(current_price="0.29", end_at=now + timedelta(days=2), bid_count=3)
    bare = ItemFactory(category=None, current_price=None, end_at=None, watcher_count=2)
    lots = Goods.all(now).live.lots
    assert lots["id"].tolist() == [known.pk, bare.pk]
    assert lots["category"].tolist() == [known.category_id, NO_CATEGORY]
    assert lots["seller"].tolist() == [known.seller_id, bare.seller_id]
    assert lots["price"][0] == 0.29
    assert lots["left"][0] == pytest.approx(2 * 86_400, abs=1)
    assert math.isnan(lots["price"][1])
    assert math.isnan(lots["left"][1])
    assert lots["age"] == pytest.approx(
        [(now - i.created_at).total_seconds() for i in (known, bare)], abs=1
    )
    assert lots["bids"].tolist() == [3, 0]
    assert lots["watchers"].tolist() == [0, 2]


def test_some_are_read_as_all_are_and_what_is_over_only_teaches(now):
    live, over = ItemFactory(), ItemFactory(end_at=now)
    every, some = (
        Goods.all(now),
        Goods.among([np.array([live.pk, over.pk])], [np.array([over.pk])], now),
    )
    assert some.live.lots.tolist() == every.live.lots.tolist()
    assert some.live.lots["id"].tolist() == [live.pk]
    assert every.touched.lots["id"].tolist() == [live.pk, over.pk]
    assert some.touched.lots["id"].tolist() == [over.pk]
