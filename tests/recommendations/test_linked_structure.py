"""Every JSON-LD answer: its nodes have the properties their types ask for, and absolute IRIs."""

import json

import pytest

from recommendations.models import UserInterest
from recsys.lib.jsonld.processor import RELATIVE_TO, expand
from recsys.lib.jsonld.statements import expand_to_statements
from recsys.lib.jsonld.vocabulary import namespace
from tests.factories import BagEntryFactory, BagFactory, CreationFactory, ItemFactory

SCHEMA = "http://schema.org/"
AS = "https://www.w3.org/ns/activitystreams#"
VOCABULARIES = (SCHEMA, AS, "http://www.w3.org/2004/02/skos/core#")
REQUIRED = {
    f"{SCHEMA}Product": {f"{SCHEMA}name", f"{SCHEMA}offers"},
    f"{SCHEMA}Offer": {f"{SCHEMA}availability", f"{SCHEMA}seller"},
    f"{SCHEMA}AggregateOffer": {
        f"{SCHEMA}lowPrice", f"{SCHEMA}highPrice", f"{SCHEMA}offerCount",
        f"{SCHEMA}availability", f"{SCHEMA}seller",
    },
    f"{SCHEMA}ItemList": {f"{SCHEMA}itemListElement"},
    f"{SCHEMA}ListItem": {f"{SCHEMA}position", f"{SCHEMA}item"},
    f"{SCHEMA}CategoryCode": {f"{SCHEMA}codeValue"},
    f"{AS}Document": {f"{AS}name", f"{AS}attributedTo", f"{AS}published"},
    f"{AS}Collection": {f"{AS}name", f"{AS}totalItems", f"{AS}first"},
    f"{AS}CollectionPage": {f"{AS}items", f"{AS}partOf"},
    f"{AS}OrderedCollection": {f"{AS}items"},
    f"{AS}OrderedCollectionPage": {f"{AS}items", f"{AS}partOf"},
}  # fmt: skip
PRICES = {f"{SCHEMA}price", f"{SCHEMA}lowPrice", f"{SCHEMA}highPrice"}
ADDRESSES = [
    "items/{lot}/", "items/{avatar}/", "items/", "items/{lot}/similar/", "categories/",
    "categories/{category}/", "recommendations/", "recommendations/popular/", "interests/",
    "bags/{bag}/", "bags/{bag}/entries/", "bags/{bag}/recommendations/", "people/id/{person}/",
]  # fmt: skip
MEDIA_TYPES = ["application/ld+json", "application/activity+json"]


@pytest.fixture
def names(owner, now):
    lot, avatar = ItemFactory(current_price="20.00", bid_count=2), CreationFactory()
    CreationFactory(current_price="5.00")
    bag = BagFactory(owner=owner)
    BagEntryFactory(bag=bag, item=lot)
    UserInterest.objects.create(
        user=owner, category=lot.category, score="1.0", interaction_count=3,
        last_interaction_at=now, computed_at=now,
    )  # fmt: skip
    return {
        "lot": lot.pk, "avatar": avatar.pk, "category": lot.category.slug, "bag": bag.pk,
        "person": owner.pk,
    }  # fmt: skip


def nodes_of(value):
    """Every node of an expanded document, references to others among them."""
    if isinstance(value, list):
        for each in value:
            yield from nodes_of(each)
    elif isinstance(value, dict) and "@value" not in value:
        yield value
        yield from nodes_of([child for key, child in value.items() if key != "@type"])


@pytest.mark.django_db
@pytest.mark.parametrize("media_type", MEDIA_TYPES)
@pytest.mark.parametrize("address", ADDRESSES)
def test_nodes_of_an_answer_are_whole_and_their_iris_absolute(
    api, owner, names, address, media_type
):
    response = api(owner).get(f"/api/v1/{address.format(**names)}", HTTP_ACCEPT=media_type)
    assert response["Content-Type"] == media_type
    document = json.loads(response.content)
    expansion = expand(document)
    assert expansion.dropped == ()
    nodes = [node for node in nodes_of(expansion.nodes) if isinstance(node, dict)]
    types = [kind for node in nodes for kind in node.get("@type", ())]
    assert types
    for kind in types:
        assert kind.startswith((*VOCABULARIES, namespace())), kind
    for node in nodes:
        # ActivityStreams makes labels of words that no context explains.
        assert not any(key.startswith("_:") for key in node)
        iri = node.get("@id", "http:")
        assert not iri.startswith(RELATIVE_TO)
        assert iri.startswith(("http:", "https:", "urn:")), iri
        for kind in node.get("@type", ()):
            assert REQUIRED.get(kind, set()) <= node.keys(), kind
        has_price = node.keys() & PRICES
        assert bool(has_price) == (f"{SCHEMA}priceCurrency" in node), node
    assert expand_to_statements(document).statements


@pytest.mark.django_db
def test_export_of_a_person_is_linked_data_none_of_whose_words_is_unexplained(api, owner, names):
    response = api(owner).get("/api/v1/me/export/")
    assert response["Content-Type"] == "application/ld+json"
    content = b"".join(response) if response.streaming else response.content
    assert expand(json.loads(content)).dropped == ()
