"""Served lists narrowed by kind, category and metadata: the same ranking, fewer items."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Item
from recommendations import cache
from recommendations.cache import Key
from recommendations.data import Family
from recommendations.services import generate_popular_items, refresh_list
from recommendations.serving import home_list
from tests.factories import (
    BagEntryFactory,
    BagFactory,
    CategoryFactory,
    CreationFactory,
    ItemFactory,
)
from tests.factories import WatchlistItemFactory as Watch
from tests.recommendations.lists import FOR_ITEMS, HOME, POPULAR, ids, keep, similar_to
from tests.recommendations.narrowed import asking, fox, say

pytestmark = pytest.mark.django_db


def shown(response):
    assert response.status_code == 200, response.content
    return [(place["item"]["id"], place["source"]) for place in response.json()["results"]]


@pytest.fixture
def liked(owner):
    """A category the owner likes by an item that they watch."""
    return Watch(user=owner).item.category


# --- what comes, in which order, from where ---


def test_what_is_kept_comes_first_then_the_list_made_anew_then_popular_then_newest(
    api, owner, liked, now
):
    elsewhere = CategoryFactory()
    newest = fox(category=elsewhere)
    popular = fox(category=elsewhere, bid_count=9)
    anew = fox(category=liked, bid_count=3)
    first, second = fox(category=liked), fox(category=liked, bid_count=1)
    other = ItemFactory(category=liked)
    Item.objects.filter(pk=newest.pk).update(auction_status="pending")  # nobody's popular list
    keep(Family.HOME, owner.pk, [second, other, first], now)
    cache.store(Family.POPULAR, {None: refresh_list(key=Key(Family.POPULAR), now=now)})
    assert shown(api(owner).get(HOME, {"meta": "dc:subject=fox"})) == [
        (second.pk, "personal"),
        (first.pk, "personal"),
        (anew.pk, "personal"),
        (popular.pk, "popular"),
        (newest.pk, "newest"),
    ]


def test_conditions_of_several_sorts_all_hold(api):
    above = CategoryFactory(slug="instruments")
    below = CategoryFactory(parent=above)
    wanted = fox(category=below, kind="map", auction_status=None)
    fox(category=below)
    fox(kind="map", auction_status=None)
    say(CreationFactory(kind="map", category=below), "owl")
    asked = {"kind": ["map", "prop"], "category": "instruments", "meta": "dc:subject=fox"}
    assert [item for item, _ in shown(api().get(POPULAR, asked))] == [wanted.pk]
    by_id = asked | {"category": str(above.pk)}
    assert [item for item, _ in shown(api().get(POPULAR, by_id))] == [wanted.pk]
    assert shown(api().get(POPULAR, asked | {"category": "nowhere"})) == []


def test_similar_items_are_narrowed_to_its_neighbours_then_its_category_then_others(api, now):
    item = ItemFactory()
    neighbour, other = fox(category=item.category, current_price=10), ItemFactory()
    alike = fox(category=item.category, current_price=10)
    far = fox(current_price=900, bid_count=2)
    keep(Family.SIMILAR, item.pk, [other, neighbour], now)
    assert shown(api().get(similar_to(item), {"meta": "dc:subject=fox"})) == [
        (neighbour.pk, "similar"),
        (alike.pk, "similar"),
        (far.pk, "popular"),
    ]


def test_a_basket_s_list_is_narrowed_by_the_address(api):
    held = ItemFactory()
    alike, other = fox(category=held.category), ItemFactory(category=held.category)
    answer = api().post(f"{FOR_ITEMS}?meta=dc:subject=fox", {"items": [held.pk]})
    assert shown(answer) == [(alike.pk, "similar")]
    assert other.pk in dict(shown(api().post(FOR_ITEMS, {"items": [held.pk]})))


def test_a_bag_s_list_and_one_of_ids_are_narrowed_too(api, owner):
    entry = BagEntryFactory(bag=BagFactory(owner=owner))
    alike = fox(category=entry.item.category)
    ItemFactory(category=entry.item.category)
    asked = {"meta": "dc:subject=fox"}
    answer = api(owner).get(f"/api/v1/bags/{entry.bag_id}/recommendations/", asked)
    assert shown(answer) == [(alike.pk, "similar")]
    ids_alone = api(owner).get(HOME, asked | {"fields": "id"}).json()["results"]
    assert [place["item"] for place in ids_alone] == [alike.pk]


def test_nothing_that_ended_or_is_held_comes_back_by_asking_for_it(api, owner, liked, now):
    held = Watch(user=owner, item=fox(category=liked)).item
    over = fox(category=liked)
    keep(Family.HOME, owner.pk, [over, held], now)
    Item.objects.filter(pk=over.pk).update(end_at=now)
    own = fox(seller=owner)
    left = fox()
    assert [item for item, _ in shown(api(owner).get(HOME, {"meta": "dc:subject=fox"}))] == [
        left.pk
    ]
    assert own.pk != left.pk


def test_a_category_that_is_asked_for_is_not_cut_for_the_sake_of_a_mixed_list(api, owner, liked):
    ItemFactory.create_batch(8, category=liked)
    asked = {"category": liked.slug}
    sources = [source for _, source in shown(api(owner).get(HOME, asked))]
    assert sources.count("personal") == 8
    assert [source for _, source in shown(api(owner).get(HOME))].count("personal") == 3


def test_a_narrowed_list_is_kept_by_nobody_and_no_kept_one_changes(api, owner, liked, now):
    items = [fox(category=liked), ItemFactory(category=liked)]
    caller = api(owner)
    assert len(shown(caller.get(HOME, {"meta": "dc:subject=fox"}))) == 1
    assert {item for item, _ in shown(caller.get(HOME))} >= {item.pk for item in items}
    entry = cache.find(Key(Family.HOME, owner.pk))
    assert {place.item_id for place in entry.ranked} == {item.pk for item in items}


def test_the_newest_are_not_those_of_a_seller_who_is_blocked(owner, now):
    foe = fox(auction_status="pending").seller
    friend = fox(auction_status="pending")
    owner.blocks.create(blocked=foe)
    fox(seller=owner, auction_status="pending")
    assert ids(home_list(asking(now, owner, meta=["dc:subject=fox"]))) == [friend.pk]


# --- mistakes ---


@pytest.mark.parametrize(
    "asked",
    [
        {"meta": "fox"},
        {"meta": "nobody:subject=fox"},
        {"meta": "schema:price>=much"},
        {"meta": ["dc:subject=a"] * 9},
        {"kind": "sword"},
        {"category": "9" * 200},
    ],
    ids=str,
)
def test_a_senseless_narrowing_is_refused_by_every_list_with_the_field_named(api, owner, asked):
    caller, item = api(owner), ItemFactory()
    query = "&".join(
        f"{name}={value}"
        for name, values in asked.items()
        for value in ([values] if isinstance(values, str) else values)
    )
    answers = [caller.get(f"{each}?{query}") for each in (HOME, POPULAR, similar_to(item))]
    answers.append(caller.post(f"{FOR_ITEMS}?{query}", {"items": [item.pk]}))
    for answer in answers:
        assert answer.status_code == 400
        assert answer.json()["code"] == "invalid"
        assert list(answer.json()["fields"]) == list(asked)


# --- JSON-LD ---


@pytest.mark.parametrize("media_type", ["application/ld+json", "application/activity+json"])
def test_a_narrowed_list_in_json_ld_is_named_by_all_that_was_asked(
    api, owner, settings, media_type
):
    item = fox()
    alike = fox(category=item.category)
    query = "kind=lot&meta=dc%3Asubject%3Dfox"
    addresses = [HOME, POPULAR]
    if media_type == "application/activity+json":
        addresses.append(similar_to(item))
    for address in addresses:
        answer = api(owner).get(f"{address}?{query}", HTTP_ACCEPT=media_type)
        document = json.loads(answer.content)
        name = document.get("@id") or document["id"]
        assert name == f"{settings.PUBLIC_URL}{address}?{query}"
        assert alike.title in answer.content.decode()


# --- what it costs ---


def statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert len(shown(client.get(address))) == 3
    return len(asked)


@pytest.mark.parametrize(
    ("narrow", "more"), [("meta=dc:subject=fox", 1), ("kind=lot", 1), ("category=foxes", 2)]
)
def test_narrowing_a_kept_list_that_suffices_takes_a_statement_and_one_for_the_tree(
    api, owner, now, monkeypatch, narrow, more
):
    monkeypatch.setattr("recommendations.cache.memory.SECONDS", 0.0)
    category = CategoryFactory(slug="foxes")
    lots = [fox(category=category) for _ in range(4)]
    for family, owner_id in ((Family.HOME, owner.pk), (Family.SIMILAR, lots[0].pk)):
        keep(family, owner_id, lots[1:], now)
    generate_popular_items(now=now)
    for caller, address in ((api(owner), HOME), (api(), similar_to(lots[0])), (api(), POPULAR)):
        plain = statements(caller, f"{address}?limit=3")
        assert statements(caller, f"{address}?limit=3&{narrow}") == plain + more


def test_the_statements_of_a_list_made_anew_are_as_many_however_many_items_there_are(
    api, owner, liked, now, monkeypatch
):
    monkeypatch.setattr("recommendations.cache.memory.SECONDS", 0.0)
    generate_popular_items(now=now)
    keep(Family.HOME, owner.pk, [ItemFactory(category=liked)], now)
    addresses = [f"{HOME}?meta=dc:subject=fox&limit=3", f"{POPULAR}?meta=dc:subject=fox&limit=3"]
    taken = []
    for more in (3, 20):
        for _ in range(more):
            fox(category=liked)
        taken.append([statements(api(owner), address) for address in addresses])
    assert taken[0] == taken[1] == [12, 5]
