"""Served lists, interests, bags and people as JSON-LD: what it says, and that its IRIs resolve."""

import json

import pytest

from recommendations.models import UserInterest
from recsys.lib.jsonld.processor import expand
from recsys.lib.jsonld.vocabulary import namespace
from tests.factories import BagEntryFactory, BagFactory, ItemFactory

pytestmark = pytest.mark.django_db

JSON_LD = "application/ld+json"
ACTIVITY = "application/activity+json"
SCHEMA = "http://schema.org/"
AS = "https://www.w3.org/ns/activitystreams#"
FIGURES = ("lowPrice", "highPrice", "offerCount")
POPULAR = "/api/v1/recommendations/popular/"


def get(client, address, media_type=JSON_LD, **query):
    """The main node of an answer none of whose words is unexplained."""
    response = client.get(address, query, HTTP_ACCEPT=media_type)
    assert (response.status_code, response["Content-Type"]) == (200, media_type), response.content
    expansion = expand(json.loads(response.content))
    assert expansion.dropped == ()
    return expansion.nodes[0]


def resolve(client, node, settings, media_type=JSON_LD):
    return get(client, node["@id"].removeprefix(settings.PUBLIC_URL), media_type)


@pytest.mark.parametrize("address", ["/api/v1/recommendations/", POPULAR])
def test_a_served_list_is_an_item_list_whose_items_resolve(api, owner, settings, address):
    lot = ItemFactory(bid_count=3, starting_price=7, current_price=12)
    node = get(api(owner), address)
    assert node["@type"] == [f"{SCHEMA}ItemList"]
    (entry,) = node[f"{SCHEMA}itemListElement"]
    (item,) = entry[f"{SCHEMA}item"]
    assert item[f"{SCHEMA}name"] == [{"@value": lot.title}]
    assert item[f"{SCHEMA}category"][0][f"{SCHEMA}codeValue"] == [{"@value": lot.category.slug}]
    (offer,) = item[f"{SCHEMA}offers"]
    figures = [offer[f"{SCHEMA}{name}"][0]["@value"] for name in FIGURES]
    assert [*map(float, figures)] == [7, 12, 3]
    assert f"{namespace()}recommendationReason" in entry
    assert resolve(api(), item, settings)["@id"] == item["@id"]


def test_a_served_list_is_an_ordered_collection_for_the_fediverse(api):
    quiet, wanted = ItemFactory(), ItemFactory(bid_count=9)
    node = get(api(), POPULAR, ACTIVITY)
    assert node["@type"] == [f"{AS}OrderedCollection"]
    members = node[f"{AS}items"][0]["@list"]
    names = [member[f"{AS}name"][0]["@value"] for member in members]
    assert names == [wanted.title, quiet.title]


def test_a_list_of_ids_names_its_items(api, owner):
    lot = ItemFactory()
    node = get(api(owner), "/api/v1/recommendations/", fields="id")
    (item,) = node[f"{SCHEMA}itemListElement"][0][f"{SCHEMA}item"]
    assert (item["@id"].endswith(f"/items/{lot.pk}/"), list(item)) == (True, ["@id"])


def test_what_resembles_an_item_is_similar_to_it(api):
    item = ItemFactory()
    alike = ItemFactory(category=item.category)
    node = get(api(), f"/api/v1/items/{item.pk}/similar/")
    assert node["@id"].endswith(f"/items/{item.pk}/")
    (similar,) = node[f"{SCHEMA}isSimilarTo"]
    assert similar[f"{SCHEMA}name"] == [{"@value": alike.title}]
    assert similar[f"{namespace()}recommendationScore"][0]["@value"] == "0.8"


def test_the_maker_an_item_names_resolves_to_their_card_and_nothing_private(api, owner, settings):
    item = ItemFactory(seller=owner)
    said = get(api(), f"/api/v1/items/{item.pk}/")
    (seller,) = said[f"{SCHEMA}offers"][0][f"{SCHEMA}seller"]
    assert seller == said["http://purl.org/dc/terms/creator"][0]
    card = resolve(api(), seller, settings)
    assert card["@type"] == [f"{SCHEMA}Person"]
    assert card[f"{SCHEMA}alternateName"] == [{"@value": owner.username}]
    assert "@example.com" not in str(card)
    actor = resolve(api(), seller, settings, ACTIVITY)
    assert actor[f"{AS}preferredUsername"] == [{"@value": owner.username}]


def test_a_card_by_number_is_the_card_by_name(api, owner):
    by_name, by_id = (api().get(f"/api/v1/people/{way}/") for way in ("owner", f"id/{owner.pk}"))
    assert by_name.json() == by_id.json()
    assert api().get("/api/v1/people/id/999999/").status_code == 404


def test_a_bag_is_a_collection_whose_page_says_how_many(api, owner, settings):
    bag = BagFactory(owner=owner)
    entry = BagEntryFactory(bag=bag, quantity=3)
    node = get(api(owner), f"/api/v1/bags/{bag.pk}/", ACTIVITY)
    assert node["@type"] == [f"{AS}Collection"]
    assert node[f"{AS}totalItems"][0]["@value"] == 1
    page = resolve(api(owner), node[f"{AS}first"][0], settings, ACTIVITY)
    (member,) = page[f"{AS}items"]
    assert member["@id"].endswith(f"/items/{entry.item_id}/")
    assert member[f"{namespace()}entryQuantity"][0]["@value"] == 3
    bags = get(api(owner), "/api/v1/bags/", ACTIVITY)
    assert bags[f"{AS}items"][0]["@list"][0]["@id"] == node["@id"]


def test_interests_belong_to_their_person(api, owner, now):
    category = ItemFactory().category
    UserInterest.objects.create(
        user=owner, category=category, score=0.5, interaction_count=4, last_interaction_at=now
    )
    node = get(api(owner), "/api/v1/interests/")
    (person,) = node[f"{SCHEMA}itemListElement"][0][f"{SCHEMA}item"]
    assert person["@id"].endswith(f"/people/id/{owner.pk}/")
    (interest,) = person[f"{namespace()}interest"]
    assert interest[f"{namespace()}interestScore"][0]["@value"] == "0.5"
    assert interest[f"{SCHEMA}about"][0]["@id"].endswith(f"/categories/{category.slug}/")


def test_what_has_no_words_in_json_ld_is_not_acceptable(api, owner):
    bag = BagFactory(owner=owner)
    for address in (f"/api/v1/bags/{bag.pk}/share/", "/api/v1/items/facets/?by=dc:subject"):
        response = api(owner).get(address, HTTP_ACCEPT=JSON_LD)
        assert (response.status_code, response["Content-Type"]) == (406, "application/json")
