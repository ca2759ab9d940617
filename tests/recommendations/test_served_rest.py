from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from inventory.models import BagEntry, Item
from recommendations import cache
from recommendations.cache import Entry
from recommendations.data import Family, Ranked, Reason
from tests.factories import (
    BagEntryFactory,
    BagFactory,
    BidFactory,
    ItemFactory,
    WatchlistItemFactory,
)
from tests.recommendations.lists import FOR_ITEMS, HOME, POPULAR, similar_to

pytestmark = pytest.mark.django_db


def for_bag(bag):
    return f"/api/v1/bags/{bag.pk}/recommendations/"


def source_of(item, response):
    return next(
        place["source"] for place in response.json()["results"] if place["item"]["id"] == item.pk
    )


def shown(response):
    assert response.status_code == 200, response.content
    return [place["item"]["id"] for place in response.json()["results"]]


def statements(client, address):
    """How many statements an answer takes."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, {"limit": 2}).status_code == 200
    return len(asked)


def test_a_kept_list_takes_at_most_a_fifth_of_the_statements_of_one_computed_on_the_spot(
    api, owner
):
    lot = WatchlistItemFactory(user=owner).item
    ItemFactory.create_batch(3, category=lot.category)
    api().get(POPULAR)
    for client, address, most in [(api(owner), HOME, 3), (api(), similar_to(lot), 2)]:
        computed = statements(client, address)
        kept = statements(client, address)
        assert kept <= most
        assert kept <= computed / 5


def test_a_person_sees_their_list_with_cards_scores_and_reasons(api, owner, now):
    liked = WatchlistItemFactory(user=owner).item
    lot = ItemFactory(category=liked.category, bid_count=2)
    body = api(owner).get(HOME, {"limit": 1}).json()
    assert body["results"] == [
        {
            "item": {
                "id": lot.pk,
                "kind": "lot",
                "title": lot.title,
                "slug": lot.slug,
                "condition": None,
                "current_price": "10.00",
                "buy_now_price": None,
                "bid_count": 2,
                "watcher_count": 0,
                "start_at": lot.start_at.isoformat().replace("+00:00", "Z"),
                "end_at": lot.end_at.isoformat().replace("+00:00", "Z"),
                "auction_status": "active",
                "created_at": lot.created_at.isoformat().replace("+00:00", "Z"),
                "category": {
                    "id": lot.category_id,
                    "name": lot.category.name,
                    "slug": lot.category.slug,
                },
                "seller": {"id": lot.seller_id, "username": lot.seller.username},
            },
            "score": 0.74,
            "rank": 1,
            "reason": "category_interest",
            "source": "personal",
        }
    ]
    assert (body["stale"], body["model"]) == (False, "formulas")


def test_nobody_in_particular_is_told_to_sign_in(api):
    response = api().get(HOME)
    assert response.status_code == 401
    assert response.json()["code"] == "not_authenticated"


def test_a_bid_shows_in_the_very_next_answer(api, owner):
    lot, *_ = ItemFactory.create_batch(3)
    caller = api(owner)
    assert lot.pk in shown(caller.get(HOME))
    BidFactory(item=lot, bidder=owner)
    assert lot.pk not in shown(caller.get(HOME))


def test_a_person_may_not_ask_for_another(api, owner, stranger):
    response = api(stranger).get(HOME, {"user": owner.pk})
    assert response.status_code == 403
    assert shown(api(owner).get(HOME, {"user": owner.pk})) == []


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 0},
        {"limit": 101},
        {"limit": 10**9},
        {"limit": "many"},
        {"limit": "\0"},
        {"fields": "title"},
        {"user": "me"},
        {"user": 2**63},
        {"user": -1},
    ],
    ids=str,
)
def test_a_senseless_query_is_refused_with_the_field_named(api, owner, query):
    response = api(owner).get(HOME, query)
    assert response.status_code == 400
    assert set(response.json()) == {"code", "detail", "fields"}
    assert list(response.json()["fields"]) == list(query)


def test_the_personal_list_is_for_private_caches_and_may_be_revalidated(api, owner):
    ItemFactory()
    caller = api(owner)
    first = caller.get(HOME)
    assert first["Cache-Control"] == "no-cache, private"
    again = caller.get(HOME, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
    Item.objects.update(is_hidden=True)
    assert caller.get(HOME, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_guest_sees_what_is_popular(api):
    quiet, wanted = ItemFactory(), ItemFactory(bid_count=9)
    response = api().get(POPULAR)
    assert shown(response) == [wanted.pk, quiet.pk]
    assert response["Cache-Control"] == "no-cache, public"


def test_anybody_sees_similar_items(api):
    item = ItemFactory()
    alike = ItemFactory(category=item.category)
    body = api().get(similar_to(item)).json()
    assert body["results"][0]["item"]["id"] == alike.pk
    assert body["results"][0]["score"] == 0.8
    assert body["results"][0]["reason"] == "same_category"


def test_after_a_bid_the_similar_items_are_those_the_bidder_does_not_hold(api, owner):
    lot = BidFactory(bidder=owner).item
    held = WatchlistItemFactory(user=owner, item=ItemFactory(category=lot.category)).item
    free = ItemFactory(category=lot.category)
    assert shown(api(owner).get(similar_to(lot))) == [held.pk, free.pk]
    assert shown(api(owner).get(similar_to(lot), {"context": "bid"})) == [free.pk]


def test_after_a_lost_lot_the_similar_items_are_live_ones_the_loser_does_not_hold(api, owner, now):
    lot = BidFactory(bidder=owner).item
    held = WatchlistItemFactory(user=owner, item=ItemFactory(category=lot.category)).item
    over, free = ItemFactory.create_batch(2, category=lot.category)
    assert shown(api(owner).get(similar_to(lot))) == [held.pk, over.pk, free.pk]
    ended = {"auction_status": "ended", "end_at": now - timedelta(seconds=1)}
    Item.objects.filter(pk__in=[lot.pk, over.pk]).update(**ended)
    answer = api(owner).get(similar_to(lot), {"context": "bid"})
    assert shown(answer) == [free.pk]
    assert answer["Cache-Control"] == "no-cache, private"


def test_similar_items_of_a_draft_are_not_found_like_those_of_nothing(api, owner, stranger):
    draft = ItemFactory(seller=owner, publication_status="draft")
    missing = api(stranger).get("/api/v1/items/999999/similar/")
    hidden = api(stranger).get(similar_to(draft))
    assert (missing.status_code, hidden.status_code) == (404, 404)
    assert missing.json()["code"] == hidden.json()["code"] == "not_found"
    assert api(owner).get(similar_to(draft)).status_code == 200


def test_a_basket_gets_what_goes_with_it(api):
    first, second = ItemFactory.create_batch(2)
    alike = ItemFactory(category=first.category)
    response = api().post(FOR_ITEMS, {"items": [first.pk, second.pk, 999999], "limit": 5})
    assert shown(response)[0] == alike.pk
    assert first.pk not in shown(response)


def test_a_bag_gets_what_goes_with_it_and_nothing_it_holds(api, owner):
    bag = BagFactory(owner=owner)
    held = BagEntryFactory(bag=bag).item
    other = ItemFactory(bid_count=9)
    alike = ItemFactory(category=held.category)
    response = api(owner).get(for_bag(bag))
    assert shown(response) == [alike.pk, other.pk]
    assert response.json()["results"][0]["source"] == "similar"
    assert response["Cache-Control"] == "no-cache, private"


def test_of_a_large_bag_the_hundred_latest_items_count(api, owner, now):
    bag, old = BagFactory(owner=owner), ItemFactory()
    BagEntryFactory(bag=bag, item=old, added_at=now - timedelta(days=1))
    others = {"seller": old.seller, "category": None, "current_price": None}
    for item in ItemFactory.create_batch(100, **others):
        BagEntryFactory(bag=bag, item=item, added_at=now)
    alike = ItemFactory(category=old.category, bid_count=1)
    caller = api(owner)
    assert source_of(alike, caller.get(for_bag(bag))) == "popular"
    BagEntry.objects.filter(item=old).update(added_at=now + timedelta(days=1))
    assert source_of(alike, caller.get(for_bag(bag))) == "similar"


def test_an_empty_bag_gets_what_is_popular(api, owner):
    popular = ItemFactory(bid_count=3)
    assert shown(api(owner).get(for_bag(BagFactory(owner=owner)))) == [popular.pk]


@pytest.mark.parametrize(
    "body",
    [{}, {"items": []}, {"items": ["x"]}, {"items": [1] * 101}, {"items": [2**63]}, [], "text"],
    ids=str,
)
def test_a_senseless_basket_is_refused(api, body):
    response = api().post(FOR_ITEMS, body)
    assert response.status_code == 400
    assert response.json()["code"] == "invalid"


def test_the_statements_of_a_kept_list_are_three(api, owner, now, django_assert_num_queries):
    items = ItemFactory.create_batch(20)
    places = tuple(Ranked(item.pk, 0.5, Reason.TRENDING) for item in items)
    cache.store(Family.HOME, {owner.pk: Entry(places, now)})
    caller = api(owner)
    with django_assert_num_queries(3):
        assert len(shown(caller.get(HOME))) == 20


def test_the_statements_of_similar_items_are_two(api, now, django_assert_num_queries):
    item, *others = ItemFactory.create_batch(11)
    places = tuple(Ranked(other.pk, 0.5, "same_category") for other in others)
    cache.store(Family.SIMILAR, {item.pk: Entry(places, now)})
    with django_assert_num_queries(2):
        assert len(shown(api().get(similar_to(item)))) == 10


def test_managers_read_and_clear_the_cache(api, manager, owner, now):
    cache.store(Family.HOME, {owner.pk: Entry((), now)})
    caller = api(manager)
    assert caller.get(reverse("cache")).json()["home"]["entries"] == 1
    assert caller.post(reverse("cache-clear"), {"family": "home"}).json() == {"cleared": 1}
    assert caller.get(reverse("cache")).json()["home"]["entries"] == 0


def test_the_cache_is_the_managers_alone(api, owner):
    for caller, status in [(api(), 401), (api(owner), 403)]:
        assert caller.get(reverse("cache")).status_code == status
        assert caller.post(reverse("cache-clear"), {}).status_code == status


def test_a_list_of_yesterday_says_it_is_stale(api, owner, now):
    cache.store(Family.HOME, {owner.pk: Entry((), now - timedelta(hours=30))})
    assert api(owner).get(HOME).json()["stale"] is True
