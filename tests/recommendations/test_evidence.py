"""What people did, read in columns, against a naive reading of the ORM."""

from collections import Counter, defaultdict
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bidding.models import Bid, Order
from inventory.models import BagEntry, Item, ItemAttribute, WatchlistItem
from recommendations.data import DEEDS
from recommendations.engine.attributes import key_of, words_of
from recommendations.models import Event
from recommendations.services.evidence import read_deeds, read_statements
from recommendations.weights import evidence_by_kind
from recsys.lib import columns
from recsys.lib.columns import read_columns
from tests.factories import (
    BagEntryFactory,
    BagFactory,
    BidFactory,
    CategoryFactory,
    ItemFactory,
    UserFactory,
    WatchlistItemFactory,
)

pytestmark = pytest.mark.django_db

deeds = st.lists(
    st.tuples(
        st.sampled_from(["bid", "watch", "bag", "win", "like", "view", "skip", "hide"]),
        st.integers(0, 3),
        st.integers(0, 4),
        st.integers(0, 400),
    ),
    max_size=25,
)


@pytest.fixture
def people():
    return UserFactory.create_batch(4)


@pytest.fixture
def items(people):
    return ItemFactory.create_batch(5, seller=people[0], category=None)


def write(kind, person, item, at, number):
    match kind:
        case "bid":
            BidFactory(item=item, bidder=person, created_at=at)
        case "watch":
            if not WatchlistItem.objects.filter(user=person, item=item).exists():
                WatchlistItemFactory(user=person, item=item, created_at=at)
        case "bag":
            bag = BagFactory(owner=person)
            BagEntryFactory(bag=bag, item=item, added_at=at)
        case "win":
            Order.objects.get_or_create(
                item=item, defaults={"buyer": person, "amount": 1, "created_at": at}
            )
        case _:
            Event.objects.create(
                user=person, item=item, kind=kind, occurred_at=at, event_id=f"{number}"
            )


def naive():
    """Every deed as (person, item, kind, second), row by row."""
    yield from ((b.bidder_id, b.item_id, "bid", b.created_at) for b in Bid.objects.all())
    yield from ((w.user_id, w.item_id, "watch", w.created_at) for w in WatchlistItem.objects.all())
    entries = BagEntry.objects.select_related("bag")
    yield from ((e.bag.owner_id, e.item_id, "bag", e.added_at) for e in entries)
    yield from ((o.buyer_id, o.item_id, "win", o.created_at) for o in Order.objects.all())
    yield from ((e.user_id, e.item_id, e.kind, e.occurred_at) for e in Event.objects.all())


def naive_matrix(now):
    """{(person, item): weight}, by the words of the setting."""
    said = dict(zip(DEEDS, evidence_by_kind(), strict=True))
    sums, hidden = defaultdict(float), set()
    for person, item, kind, at in naive():
        if kind == "hide":
            hidden.add((person, item))
            continue
        days = (now - at) / timedelta(days=1)
        sums[person, item] += said[kind].weight * 0.5 ** (days / said[kind].half_life_days)
    return {pair: w for pair, w in sums.items() if w > 1e-9 and pair not in hidden}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=deeds)
def test_columns_are_what_a_naive_reading_finds(rows, people, items, now, monkeypatch):
    monkeypatch.setattr(columns, "ROWS_AT_ONCE", 3)
    now = now.replace(microsecond=0)
    for model in (Bid, WatchlistItem, BagEntry, Order, Event):
        model.objects.all().delete()
    for number, (kind, person, item, days) in enumerate(rows):
        write(kind, people[person], items[item], now - timedelta(days=days), number)
    found = read_deeds()
    columns_found = (found.people, found.items, found.kinds, found.seconds)
    assert Counter(zip(*(c.tolist() for c in columns_found), strict=True)) == Counter(
        (person, item, DEEDS.index(kind), int(at.timestamp()))
        for person, item, kind, at in naive()
    )
    data = found.interactions(evidence_by_kind(), now.timestamp(), [item.pk for item in items])
    matrix = data.matrix.tocoo()
    pairs = zip(data.people[matrix.row].tolist(), data.items[matrix.col].tolist(), strict=True)
    assert dict(zip(pairs, matrix.data.tolist(), strict=True)) == pytest.approx(
        naive_matrix(now), rel=1e-4
    )


def test_one_person_s_deeds_are_theirs_alone(people, items, now):
    now = now.replace(microsecond=0)
    write("bid", people[0], items[0], now, 0)
    write("like", people[0], items[1], now, 1)
    write("bag", people[1], items[2], now, 2)
    for found in (read_deeds(people=[people[1].pk]), read_deeds(people=[people[1].pk, 0])):
        assert found.items.tolist() == [items[2].pk]
        assert found.kinds.tolist() == [DEEDS.index("bag")]
        assert found.seconds.tolist() == [int(now.timestamp())]
    assert read_deeds(people=[]).items.size == 0


def test_deeds_since_a_time_leave_out_what_was_before(people, items, now):
    write("bid", people[0], items[0], now - timedelta(days=9), 0)
    write("view", people[0], items[1], now, 1)
    assert read_deeds(since=now - timedelta(days=1)).items.tolist() == [items[1].pk]


def test_ids_beyond_32_bits_stay_whole(people):
    far = ItemFactory(pk=2**53 + 1, seller=people[0])
    WatchlistItemFactory(user=people[0], item=far)
    assert read_deeds().items.tolist() == [far.pk]


def test_rows_with_a_null_are_left_out_and_pages_do_not_end_there(people, monkeypatch):
    monkeypatch.setattr(columns, "ROWS_AT_ONCE", 2)
    category = CategoryFactory()
    ItemFactory.create_batch(4, seller=people[0], category=None)
    last = ItemFactory(seller=people[0], category=category)
    assert read_columns(Item.objects.all(), "pk", "category_id").T.tolist() == [
        [last.pk, category.pk]
    ]


def test_statements_are_categories_shared_metadata_and_title_words(people):
    category = CategoryFactory()
    fox, owl = (
        ItemFactory(seller=people[0], title=title, category=category)
        for title in ("Silver fox 1920", "An owl, silver")
    )
    for item, subject in ((fox, "animal"), (owl, "animal"), (owl, "bird")):
        ItemAttribute.objects.create(
            item=item, created_at=item.created_at, predicate="dc:subject", value=subject
        )
    found = read_statements()
    said = set(zip(found.keys.tolist(), found.items.tolist(), strict=True))
    words = {(key_of(f"word={word}"), i.pk) for i in (fox, owl) for word in words_of(i.title)}
    both = {
        (key_of(name), i.pk)
        for i in (fox, owl)
        for name in (f"category={category.pk}", "dc:subject=animal")
    }
    assert said == words | both
    of_owl = read_statements([owl.pk])
    assert set(of_owl.items.tolist()) == {owl.pk}
    assert key_of("dc:subject=bird") in of_owl.keys.tolist()


def test_a_statement_that_too_many_items_make_is_left_out(people, settings):
    settings.RECSYS_ATTRIBUTES = {**settings.RECSYS_ATTRIBUTES, "most_items": 1}
    ItemFactory.create_batch(2, seller=people[0], title="the same", category=None)
    assert len(read_statements()) == 0
    assert np.array_equal(read_statements().items, [])
