"""Cards as the database writes them are, letter for letter, those Python would write."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.data import AuctionStatus, Condition, Kind
from inventory.models import Category, Item
from recommendations.rest.served.serializers import CardSerializer
from recommendations.serving.cards import LINKED, TENS, Shape, card
from recommendations.serving.pipeline import Request
from recsys.lib.media import to_json
from tests.factories import ItemFactory

NOW = datetime(2026, 11, 22, tzinfo=UTC)

text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
slugs = st.from_regex(r"[a-z0-9-]{1,20}", fullmatch=True)
prices = st.decimals(0, Decimal("9999999999.99"), places=2)
past = st.datetimes(max_value=NOW.replace(tzinfo=None), timezones=st.just(UTC))
past_seconds = past.map(lambda moment: moment.replace(microsecond=0))
coming = st.timedeltas(timedelta(microseconds=1), timedelta(days=9999)).map(NOW.__add__)
live_items = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Kind.values),
        "title": text,
        "slug": slugs,
        "condition": st.none() | st.sampled_from(Condition.values),
        "current_price": st.none() | prices,
        "buy_now_price": st.none() | prices,
        "bid_count": st.integers(0, 2**31 - 1),
        "watcher_count": st.integers(0, 2**31 - 1),
        "start_at": st.none() | past | past_seconds,
        "end_at": st.none() | coming,
        "auction_status": st.sampled_from([None, AuctionStatus.ACTIVE, AuctionStatus.PENDING]),
        "created_at": past | past_seconds,
    }
)
categories = st.none() | st.fixed_dictionaries({"name": text, "slug": slugs})


def shown(item, shape):
    return Request(NOW, 1, shape=shape).rows([item.pk])[item.pk]


class TestCardsAsText(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.item = ItemFactory()

    @given(live_items, categories)
    def test_they_are_what_python_writes_and_the_schema_promises(self, values, category):
        category = category and Category.objects.create(**category)
        rows = Item.objects.filter(pk=self.item.pk)
        rows.update(category=category, **values)
        text = shown(self.item, Shape.TEXT).encode()
        row = card(shown(self.item, Shape.ROWS))
        for name in LINKED:
            del row[name]
        assert text == to_json(row)
        assert orjson.loads(text) == CardSerializer(rows.get()).data


@pytest.mark.django_db
def test_a_source_no_longer_live_is_found_beside_the_others_in_every_shape(now):
    ended, live = ItemFactory(auction_status="ended"), ItemFactory()
    for shape in Shape:
        asked = Request(now, 1, shape=shape)
        assert set(asked.rows([ended.pk, live.pk])) == {live.pk}
        assert list(asked.beside(ended.pk).rows([live.pk])) == [ended.pk, live.pk]


@pytest.mark.django_db
def test_cards_are_made_in_the_order_asked_and_no_more_than_are_wanted(now):
    items = ItemFactory.create_batch(TENS + 3)
    Item.objects.filter(pk=items[-2].pk).update(is_hidden=True)
    ids = [item.pk for item in items[::-1]]
    for shape in Shape:
        found = Request(now, TENS, shape=shape).rows(ids)
        assert list(found) == [ids[0], *ids[2 : TENS + 1]]
