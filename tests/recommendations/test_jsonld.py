import pytest

from accounts.jsonld import person_document
from inventory.jsonld import category_iri, item_iri
from inventory.jsonld_bags import bag_document, entries_document
from recommendations.jsonld import interests_document, list_document, similar_document
from recsys.lib.jsonld.processor import expand
from recsys.lib.jsonld.rest import ACTIVITY
from recsys.lib.jsonld.vocabulary import namespace

HERE = "https://shop.example/api/v1/recommendations/"
ANSWER = {
    "results": [
        {"item": 2, "score": 0.1, "rank": 1, "reason": "for_you", "source": "home"},
        {"item": 1, "score": 0.05, "rank": 2, "reason": "trending", "source": "popular"},
    ],
    "generated_at": "2024-05-01T12:00:00Z",
    "stale": False,
    "model": "7",
}
CARD = {"id": 5, "username": "ada", "display_name": "Ada", "biography": ""}
BAG = {"id": 3, "name": "Foxes", "owner": 5, "visibility": "public", "entry_count": 1}
ENTRIES = {"results": [{"item": 1, "quantity": 2}]}
FOX = {"@context": "https://schema.org/", "@id": item_iri(9), "@type": "Product"}
INTEREST = {
    "user": 5,
    "category": "maps",
    "score": 1.0,
    "interaction_count": 4,
    "last_interaction_at": "2024-05-01T12:00:00Z",
    "computed_at": "2024-05-02T12:00:00Z",
}


def describe(item_id):
    return {"@id": item_iri(item_id)}


@pytest.mark.parametrize(
    "document",
    [
        list_document(ANSWER, HERE, describe),
        list_document(ANSWER, HERE, describe, ACTIVITY),
        similar_document(FOX, HERE, ANSWER["results"], describe),
        similar_document(FOX, HERE, ANSWER["results"], describe, ACTIVITY),
        interests_document({"results": [INTEREST]}, HERE, category_iri),
        interests_document({"results": [INTEREST]}, HERE, category_iri, ACTIVITY),
        person_document(CARD),
        person_document(CARD, ACTIVITY),
        bag_document(BAG),
        entries_document(ENTRIES, HERE, 3),
    ],
)
def test_document_has_an_absolute_id_and_a_type_and_no_unexplained_word(document):
    expansion = expand(document)
    assert expansion.dropped == ()
    assert expansion.nodes[0]["@id"].startswith("http")
    assert expansion.nodes[0]["@type"]


@pytest.mark.parametrize("media_type", ["", ACTIVITY])
def test_list_keeps_order_scores_and_reasons(media_type):
    document = list_document(ANSWER, HERE, describe, media_type)
    entries = document.get("orderedItems") or document["itemListElement"]
    ids = [entry.get("item", entry)["@id"] for entry in entries]
    assert ids == [item_iri(2), item_iri(1)]
    assert [entry["recommendationScore"] for entry in entries] == ["0.1", "0.05"]
    assert [entry["recommendationReason"] for entry in entries] == ["for_you", "trending"]


def test_bag_says_how_many_of_each_item():
    (node,) = expand(entries_document(ENTRIES, HERE, 3)).nodes
    (member,) = node["https://www.w3.org/ns/activitystreams#items"]
    assert member[f"{namespace()}entryQuantity"][0]["@value"] == 2
