"""What is served: live, wanted, filled, and whatever breaks, an answer."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import F

from accounts.models import Block
from bidding.models import Order
from inventory.models import Item
from recommendations import cache
from recommendations.cache import Entry, Freshness, Key
from recommendations.data import Family, Ranked, Reason
from recommendations.models import Event
from recommendations.serving import (
    Request,
    home_list,
    list_for_items,
    popular_list,
    similar_list,
)
from recsys.lib.errors import NotFound
from recsys.lib.jobs.models import Job
from tests.factories import (
    BidFactory,
    CategoryFactory,
    CreationFactory,
    ItemFactory,
    WatchlistItemFactory,
)
from tests.recommendations.lists import ids, keep

pytestmark = pytest.mark.django_db


def sources(answer):
    return [str(place.candidate.source) for place in answer.places]


@pytest.fixture
def watched_category(owner):
    """A category the owner likes: they watch one of its items."""
    category = CategoryFactory()
    WatchlistItemFactory(user=owner, item=ItemFactory(category=category))
    return category


def test_a_first_visit_computes_the_list_from_what_the_person_did(owner, watched_category, now):
    liked = ItemFactory(category=watched_category)
    other = ItemFactory()
    answer = home_list(Request(now, 20, owner.pk))
    assert ids(answer) == [liked.pk, other.pk]
    assert sources(answer) == ["personal", "popular"]
    assert answer.places[0].candidate.reason == Reason.CATEGORY_INTEREST
    assert cache.lookup([Key(Family.HOME, owner.pk)], now=now)[
        Key(Family.HOME, owner.pk)
    ].entry.ranked


def test_a_kept_list_is_served_in_its_order_in_two_statements(
    owner, now, django_assert_num_queries
):
    items = ItemFactory.create_batch(25)
    keep(Family.HOME, owner.pk, items[::-1], now)
    keep(Family.POPULAR, None, [], now)
    with django_assert_num_queries(2):
        answer = home_list(Request(now, 20, owner.pk))
    assert ids(answer) == [item.pk for item in items[::-1][:20]]
    assert [place.rank for place in answer.places] == list(range(1, 21))


@pytest.mark.parametrize(
    "change",
    [
        {"publication_status": "unpublished"},
        {"is_hidden": True},
        {"auction_status": "ended"},
        {"auction_status": "sold"},
        {"auction_status": "paused"},
        {"end_at": F("start_at") + timedelta(seconds=1)},
    ],
    ids=str,
)
def test_what_may_no_longer_be_shown_is_gone_though_every_cache_holds_it(owner, now, change):
    gone, stays, source = ItemFactory.create_batch(3)
    for family, key in [
        (Family.HOME, owner.pk),
        (Family.POPULAR, None),
        (Family.SIMILAR, source.pk),
    ]:
        keep(family, key, [gone, stays], now)
    Item.objects.filter(pk=gone.pk).update(**change)
    request = Request(now, 20, owner.pk)
    assert gone.pk not in ids(home_list(request))
    assert gone.pk not in ids(popular_list(Request(now, 20)))
    assert gone.pk not in ids(similar_list(source.pk, Request(now, 20), actor=owner))
    assert gone.pk not in ids(list_for_items([source.pk], Request(now, 20)))
    assert stays.pk in ids(home_list(request))


def test_a_lot_is_gone_in_the_very_moment_it_ends(owner, now):
    lot = ItemFactory(end_at=now)
    keep(Family.HOME, owner.pk, [lot], now)
    assert ids(home_list(Request(now - timedelta(microseconds=1), 20, owner.pk))) == [lot.pk]
    assert ids(home_list(Request(now, 20, owner.pk))) == []


def test_what_a_person_already_has_or_hid_is_not_recommended(owner, now):
    own = ItemFactory(seller=owner)
    bid_on = BidFactory(bidder=owner).item
    watched = WatchlistItemFactory(user=owner).item
    bought = ItemFactory()
    Order.objects.create(item=bought, buyer=owner, amount=Decimal(5))
    hidden = ItemFactory()
    Event.objects.create(user=owner, item=hidden, kind=Event.Kind.HIDE, event_id="1")
    of_somebody_blocked = ItemFactory()
    Block.objects.create(user=owner, blocked=of_somebody_blocked.seller)
    seen = ItemFactory()
    Event.objects.create(user=owner, item=seen, kind=Event.Kind.VIEW, event_id="2")
    items = [own, bid_on, watched, bought, hidden, of_somebody_blocked, seen]
    keep(Family.HOME, owner.pk, items, now)
    keep(Family.POPULAR, None, items, now)
    assert ids(home_list(Request(now, 20, owner.pk))) == [seen.pk]


def test_a_short_list_is_filled_with_the_popular_then_the_newest(owner, now):
    personal, popular, old, new = (
        ItemFactory(created_at=now - timedelta(days=days)) for days in (9, 8, 7, 6)
    )
    keep(Family.HOME, owner.pk, [personal], now)
    keep(Family.POPULAR, None, [personal, popular], now)
    answer = home_list(Request(now, 4, owner.pk))
    assert ids(answer) == [personal.pk, popular.pk, new.pk, old.pk]
    assert sources(answer) == ["personal", "popular", "newest", "newest"]


def test_a_list_is_filled_though_hundreds_of_the_newest_are_not_wanted(owner, now):
    keep(Family.HOME, owner.pk, [], now)
    keep(Family.POPULAR, None, [], now)
    wanted = CreationFactory(created_at=now - timedelta(days=400))
    ItemFactory.create_batch(120, seller=owner)
    assert ids(home_list(Request(now, 5, owner.pk))) == [wanted.pk]


def test_a_stale_list_is_served_at_once_and_one_refresh_is_queued(owner, now):
    item = ItemFactory()
    keep(Family.HOME, owner.pk, [item], now - timedelta(hours=25))
    for _ in range(3):
        answer = home_list(Request(now, 1, owner.pk))
        assert (ids(answer), answer.stale) == ([item.pk], True)
        assert answer.generated_at == now - timedelta(hours=25)
    assert Job.objects.filter(name="refresh_list").count() == 1


def test_a_list_that_cannot_be_computed_is_replaced_by_a_plainer_one(owner, now, monkeypatch):
    popular = ItemFactory(bid_count=3)

    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("recommendations.services.lists.compute_user_interests", broken)
    answer = home_list(Request(now, 20, owner.pk))
    assert (ids(answer), sources(answer)) == ([popular.pk], ["popular"])


def test_without_its_cache_the_answers_are_the_same(owner, watched_category, now, settings):
    ItemFactory.create_batch(5, category=watched_category, bid_count=3)
    ItemFactory.create_batch(5)
    source = ItemFactory(category=watched_category)
    asked = Request(now, 20, owner.pk)

    def all_answers():
        return [
            answer.as_dict()
            for answer in (
                home_list(asked),
                popular_list(Request(now, 20)),
                similar_list(source.pk, Request(now, 20), actor=owner),
                list_for_items([source.pk], Request(now, 20)),
            )
        ]

    computed = all_answers()
    cached = all_answers()
    settings.RECSYS_CACHE_ENABLED = False
    assert computed == cached == all_answers()


def test_similar_items_fall_back_to_the_category_then_to_what_is_popular(owner, now):
    source = ItemFactory()
    neighbour, alike, popular = ItemFactory(), ItemFactory(category=source.category), ItemFactory()
    keep(Family.SIMILAR, source.pk, [neighbour], now)
    keep(Family.POPULAR, None, [popular], now)
    answer = similar_list(source.pk, Request(now, 10), actor=owner)
    assert ids(answer) == [neighbour.pk, alike.pk, popular.pk]
    assert sources(answer) == ["similar", "category", "popular"]


def test_similar_items_of_a_kept_list_take_two_statements(owner, now, django_assert_num_queries):
    source, *items = ItemFactory.create_batch(21)
    keep(Family.SIMILAR, source.pk, items, now)
    with django_assert_num_queries(2):
        assert len(similar_list(source.pk, Request(now, 20), actor=owner).places) == 20


def test_an_ended_lot_still_leads_to_live_ones(owner, now):
    lost = ItemFactory(auction_status="sold", end_at=now - timedelta(hours=1))
    live = ItemFactory(category=lost.category)
    assert ids(similar_list(lost.pk, Request(now, 10), actor=owner)) == [live.pk]


@pytest.mark.parametrize("hidden", [{"is_hidden": True}, {"publication_status": "draft"}])
def test_what_a_stranger_may_not_see_leads_them_nowhere(owner, stranger, now, hidden):
    source = ItemFactory(seller=owner, **hidden)
    keep(Family.SIMILAR, source.pk, [ItemFactory()], now)
    assert similar_list(source.pk, Request(now, 10), actor=owner).places
    with pytest.raises(NotFound):
        similar_list(source.pk, Request(now, 10), actor=stranger)


def test_an_unknown_item_is_not_found_and_nothing_is_kept_of_it(owner, now):
    with pytest.raises(NotFound):
        similar_list(404, Request(now, 10), actor=owner)
    key = Key(Family.SIMILAR, 404)
    assert cache.lookup([key], now=now)[key].freshness is Freshness.MISSING


def test_an_unknown_person_is_not_found_and_nothing_is_kept_of_them(now):
    with pytest.raises(NotFound):
        home_list(Request(now, 10, 404))
    key = Key(Family.HOME, 404)
    assert cache.lookup([key], now=now)[key].freshness is Freshness.MISSING


def test_a_set_of_items_is_scored_by_the_mean_of_its_members(now):
    first, second, both, one = ItemFactory.create_batch(4)
    cache.store(
        Family.SIMILAR,
        {
            first.pk: Entry(
                (Ranked(both.pk, 0.4, "same_category"), Ranked(one.pk, 0.6, "price_range")), now
            ),
            second.pk: Entry(
                (Ranked(both.pk, 0.5, "collaborative"), Ranked(first.pk, 0.9, "collaborative")),
                now,
            ),
        },
    )
    answer = list_for_items([first.pk, second.pk, 404], Request(now, 2))
    assert ids(answer) == [both.pk, one.pk]
    assert [place.candidate.score for place in answer.places] == pytest.approx([0.3, 0.2])
    assert answer.places[0].candidate.reason == "collaborative"
