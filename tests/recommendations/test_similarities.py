from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as checks
from hypothesis import strategies as st

from inventory.models import Item
from recommendations.models import ItemSimilarity
from recommendations.queries import similar_items
from recommendations.services import (
    compute_item_similarities,
    compute_similar_items,
    similarities,
)
from recsys.lib.errors import NotFound
from tests.factories import (
    BidFactory,
    CategoryFactory,
    CreationFactory,
    ItemFactory,
    UserFactory,
    WatchlistItemFactory,
)

pytestmark = pytest.mark.django_db
HURRY = timedelta(0)


def stored(item):
    return [(row.similar_id, row.score, row.reason) for row in similar_items(item.pk, limit=20)]


def pair(price="10.00", other_price="10.00", **kwargs):
    first = ItemFactory(current_price=price, **kwargs)
    return first, ItemFactory(current_price=other_price, category=first.category)


def test_neighbours_are_stored_with_score_and_reason(now):
    source, other = pair()
    report = compute_item_similarities(now=now, pause=HURRY)
    assert report == {"items": 2, "similarities": 2, "failed": 0}
    assert stored(source) == [(other.pk, 0.8, "same_category")]
    assert stored(other) == [(source.pk, 0.8, "same_category")]


@pytest.mark.parametrize(
    ("price", "other_price", "score"),
    [
        ("10.00", "5.00", 0.8),
        ("10.00", "4.99", 0.5),
        ("0.58", "0.29", 0.8),  # 0.29·100 is below 29 in binary fractions
        ("0.58", "0.28", 0.5),
        ("9999999999.99", "5000000000.00", 0.8),
        ("9999999999.99", "4999999999.99", 0.5),
        (None, "10.00", 0.5),
        ("0.00", "0.00", 0.8),
        ("0.00", "0.01", 0.5),
    ],
)
def test_prices_are_compared_to_the_cent(now, price, other_price, score):
    source, other = pair(price, other_price)
    compute_item_similarities(now=now, pause=HURRY)
    assert stored(source) == [(other.pk, score, "same_category")]
    assert stored(other) == [(source.pk, score, "same_category")]
    assert compute_similar_items(source.pk, now=now) == stored(source)


@pytest.mark.parametrize(("people", "score"), [(0, 0.5), (3, 0.65), (4, 0.7), (5, 0.7)])
def test_shared_people_are_counted_once_each_whether_they_bid_or_watch(now, people, score):
    source, other = pair("10.00", "90.00")
    for _ in range(people):
        user = UserFactory()
        BidFactory.create_batch(2, item=source, bidder=user)
        WatchlistItemFactory(item=source, user=user)
        BidFactory(item=other, bidder=user)
        WatchlistItemFactory(item=other, user=user)
    WatchlistItemFactory(item=source)
    compute_item_similarities(now=now, pause=HURRY)
    assert stored(source) == [(other.pk, score, "same_category")]


def test_one_who_bids_and_another_who_watches_connect_different_categories(now):
    source, other = ItemFactory(), ItemFactory()
    user = UserFactory()
    BidFactory(item=source, bidder=user)
    WatchlistItemFactory(item=other, user=user)
    compute_item_similarities(now=now, pause=HURRY)
    assert stored(source) == [(other.pk, 0.35, "price_range")]


def test_ended_lots_have_neighbours_but_are_nobodys_neighbour(now):
    ended, live = pair(end_at=now, start_at=now - timedelta(days=2))
    compute_item_similarities(now=now, pause=HURRY)
    assert stored(ended) == [(live.pk, 0.8, "same_category")]
    assert stored(live) == []


def test_things_that_are_not_auctioned_resemble_each_other(now):
    avatar = CreationFactory()
    other = CreationFactory(category=avatar.category)
    compute_item_similarities(now=now, pause=HURRY)
    assert stored(avatar) == [(other.pk, 0.5, "same_category")]


def test_what_no_longer_holds_is_deleted(now):
    source, other = pair()
    compute_item_similarities(now=now, pause=HURRY)
    row = similar_items(source.pk, limit=1).get().pk
    third = ItemFactory(category=source.category)
    Item.objects.filter(pk=other.pk).update(is_hidden=True)
    compute_item_similarities(now=now, pause=HURRY)
    assert stored(source) == [(third.pk, 0.8, "same_category")]
    assert not ItemSimilarity.objects.filter(pk=row).exists()
    assert stored(other) == []  # nobody sees a hidden item, nor its neighbours


def test_a_pair_that_still_holds_keeps_its_row(now):
    source, _ = pair()
    compute_item_similarities(now=now, pause=HURRY)
    before = similar_items(source.pk, limit=1).get().pk
    compute_item_similarities(now=now + timedelta(days=1), pause=HURRY)
    row = similar_items(source.pk, limit=1).get()
    assert (row.pk, row.computed_at) == (before, now + timedelta(days=1))


def test_one_item_alone_leaves_the_others_rows(now):
    source, other = pair()
    assert compute_item_similarities(now=now, item_id=source.pk) == {
        "items": 1,
        "similarities": 1,
        "failed": 0,
    }
    assert stored(source) == [(other.pk, 0.8, "same_category")]
    assert stored(other) == []


def test_an_unknown_item_is_not_found(now):
    with pytest.raises(NotFound):
        compute_item_similarities(now=now, item_id=404)


def test_it_rests_between_batches_but_not_before_or_after(now, settings, monkeypatch):
    settings.RECSYS_SIMILARITY_ITEMS_PER_BATCH = 2
    ItemFactory.create_batch(5)
    rests, seen = [], []
    monkeypatch.setattr("recommendations.services.similarities.time.sleep", rests.append)
    compute_item_similarities(now=now, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(2, 5), (4, 5), (5, 5)]
    assert rests == [0.5, 0.5]


def test_a_batch_takes_as_many_statements_whatever_its_size(now, django_assert_num_queries):
    category = CategoryFactory()
    for _ in range(7):
        item = ItemFactory(category=category)
        BidFactory(item=item, bidder=UserFactory())
        WatchlistItemFactory(item=item)
    # live items, count, the model in use, page, (2 engaged, 2 engagements, stored rows, a copy
    # in a block of its own, in an atomic block), the page after: none, unpublished sources
    with django_assert_num_queries(16):
        compute_item_similarities(now=now, pause=HURRY)


@pytest.mark.django_db(transaction=True)
def test_an_item_whose_rows_fail_is_skipped_and_the_others_are_not(now, monkeypatch):
    """A neighbour deleted after it was read: the foreign key fails when the batch commits."""
    items = ItemFactory.create_batch(4, category=CategoryFactory())
    compute = similarities.similar_items

    def compute_then_lose_a_neighbour(source, *args):
        found = compute(source, *args)
        lost = source["id"] == items[1].pk
        return [row._replace(item_id=10**6) for row in found[:1]] if lost else found

    monkeypatch.setattr(similarities, "similar_items", compute_then_lose_a_neighbour)
    report = compute_item_similarities(now=now, pause=HURRY)
    assert report == {"items": 4, "similarities": 9, "failed": 1}
    assert [len(stored(item)) for item in items] == [3, 0, 3, 3]


def naive(source, now):
    """The formula as the contract words it, in the words of the ORM."""
    rows = []
    for other in Item.objects.live(now).exclude(pk=source.pk):
        same = source.category_id is not None and other.category_id == source.category_id
        a, b = source.current_price, other.current_price
        near = None not in (a, b) and abs(a - b) <= Decimal("0.5") * max(a, b)
        shared = len(people_of(source) & people_of(other))
        score = round(0.5 * same + 0.3 * near + min(shared / 20, 0.2), 9)
        if score > 0.3:
            reason = "same_category" if same else "price_range" if near else "collaborative"
            rows.append((other.pk, score, reason))
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:20]


def people_of(item):
    bidders = item.bids.values_list("bidder", flat=True)
    return {*bidders, *item.watchers.values_list("user", flat=True)}


@checks(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_all_at_once_one_alone_and_the_naive_way_are_the_same(data, now, settings):
    settings.RECSYS_SIMILARITY_ITEMS_PER_BATCH = data.draw(st.integers(1, 4))
    categories = [None, *CategoryFactory.create_batch(2)]
    prices = [None, Decimal("0.00"), Decimal("0.29"), Decimal("0.58"), Decimal("0.59")]
    users = UserFactory.create_batch(3)
    items = [
        ItemFactory(
            category=data.draw(st.sampled_from(categories)),
            current_price=data.draw(st.sampled_from(prices)),
            start_at=None,
            end_at=data.draw(st.sampled_from([None, now, now + timedelta(hours=1)])),
            is_hidden=data.draw(st.booleans()),
        )
        for _ in range(data.draw(st.integers(0, 6)))
    ]
    for item, user in product(items, users):
        match data.draw(st.sampled_from("bw--")):
            case "b":
                BidFactory(item=item, bidder=user)
            case "w":
                WatchlistItemFactory(item=item, user=user)
    compute_item_similarities(now=now, pause=HURRY)
    for item in items:
        expected = naive(item, now)
        assert compute_similar_items(item.pk, now=now) == expected
        assert stored(item) == ([] if item.is_hidden else expected)
    ItemSimilarity.objects.all().delete()
    Item.objects.update(publication_status="draft")
