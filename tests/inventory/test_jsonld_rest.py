import json
from decimal import Decimal
from functools import partial

import pytest

from inventory.models import Item, ItemAttribute
from recsys.lib.jsonld.processor import expand
from recsys.lib.jsonld.vocabulary import namespace, own_address
from tests.factories import (
    BagEntryFactory,
    BagFactory,
    CategoryFactory,
    CreationFactory,
    ItemFactory,
)
from tests.lib.jsonld.test_gltf import PACKET, asset, glb
from tests.lib.jsonld.test_limits import DEAREST, HOSTILE, is_cheaper, least_cost

pytestmark = pytest.mark.usefixtures("offline")

JSON_LD = "application/ld+json"
ACTIVITY = "application/activity+json"
PROFILE = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
SCHEMA = "http://schema.org/"
AS = "https://www.w3.org/ns/activitystreams#"
DC = "http://purl.org/dc/elements/1.1/"
PRODUCT = {
    "@context": "https://schema.org/",
    "@id": "https://shop.example/products/7",
    "@type": "Product",
    "name": "Porcelain fox",
    "description": "Small, orange.",
    "category": "Animals",
    "keywords": ["fox", "porcelain"],
    "itemCondition": "https://schema.org/UsedCondition",
    "offers": {"@type": "Offer", "price": "12.50", "priceCurrency": "EUR"},
}


def get(client, address, media_type=JSON_LD):
    response = client.get(address, HTTP_ACCEPT=media_type)
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == media_type
    return json.loads(response.content)


def post(client, document, address="/api/v1/items/", media_type=JSON_LD):
    body = document if isinstance(document, bytes) else json.dumps(document)
    return client.post(address, body, content_type=media_type)


@pytest.mark.django_db
class TestOut:
    def test_lot_is_a_product_whose_offer_carries_the_bids(self, api):
        item = ItemFactory(bid_count=3, current_price="40.00")
        node = expand(get(api(), f"/api/v1/items/{item.pk}/")).nodes[0]
        assert node["@type"] == [f"{SCHEMA}Product"]
        offer = node[f"{SCHEMA}offers"][0]
        assert offer["@type"] == [f"{SCHEMA}AggregateOffer"]
        assert offer[f"{SCHEMA}highPrice"] == [{"@value": "40.00"}]
        assert offer[f"{SCHEMA}offerCount"] == [{"@value": 3}]
        assert offer[f"{SCHEMA}priceCurrency"] == [{"@value": "EUR"}]
        assert node[f"{namespace()}bidCount"][0]["@value"] == 3

    def test_avatar_is_a_3d_model_too(self, api):
        item = CreationFactory()
        node = expand(get(api(), f"/api/v1/items/{item.pk}/")).nodes[0]
        assert set(node["@type"]) == {f"{SCHEMA}Product", f"{SCHEMA}3DModel"}

    def test_every_id_is_absolute_and_the_items_resolves_to_itself(self, api, settings):
        item = ItemFactory()
        document = get(api(), f"/api/v1/items/{item.pk}/")
        assert document["@id"].startswith(settings.PUBLIC_URL)
        assert get(api(), document["@id"].removeprefix(settings.PUBLIC_URL)) == document
        category = document["category"]["@id"].removeprefix(settings.PUBLIC_URL)
        assert get(api(), category)["codeValue"] == item.category.slug

    def test_list_is_an_item_list_in_the_lists_order(self, api):
        items = [ItemFactory() for _ in range(3)]
        document = get(api(), "/api/v1/items/?limit=2")
        names = [element["item"]["name"] for element in document["itemListElement"]]
        assert names == [items[2].title, items[1].title]
        assert [element["position"] for element in document["itemListElement"]] == [1, 2]
        assert "cursor=" in document["as:next"]["@id"]
        assert expand(document).dropped == ()

    def test_activity_is_an_ordered_collection_page(self, api):
        item = CreationFactory()
        document = get(api(), "/api/v1/items/", ACTIVITY)
        node = expand(document).nodes[0]
        assert node["@type"] == [f"{AS}OrderedCollectionPage"]
        (member,) = node[f"{AS}items"][0]["@list"]
        assert member[f"{AS}name"] == [{"@value": item.title}]

    def test_page_is_part_of_the_list_with_what_narrows_it(self, api, settings):
        lots = ItemFactory.create_batch(3)
        CreationFactory()
        asked = "/api/v1/items/?kind=lot&meta=dc%3Atitle%21%3D%22a%26b%22"
        address, found = f"{asked}&limit=2", []
        while address:
            page = get(api(), address, ACTIVITY)
            assert page["id"] == f"{settings.PUBLIC_URL}{address}"
            assert page["partOf"] == f"{settings.PUBLIC_URL}{asked}"
            found += [member["id"] for member in page["orderedItems"]]
            address = page.get("next", "").removeprefix(settings.PUBLIC_URL)
        assert len(found) == len(lots)

    @pytest.mark.parametrize(
        "accepted", [PROFILE, f"{ACTIVITY}, {PROFILE}", f"{PROFILE}, {JSON_LD};q=0.5"]
    )
    @pytest.mark.parametrize("address", ["/api/v1/items/", "/api/v1/recommendations/popular/"])
    def test_clients_of_activitypub_get_activity_streams_as_they_must_ask(
        self, api, accepted, address
    ):
        ItemFactory()
        response = api().get(address, HTTP_ACCEPT=accepted)
        assert response["Content-Type"] in (ACTIVITY, PROFILE)
        document = json.loads(response.content)
        assert document["@context"][0] == "https://www.w3.org/ns/activitystreams"

    def test_plainer_words_are_given_to_who_prefers_them(self, api):
        accepted = f"application/json, {JSON_LD};q=0.1"
        for address in ("/api/v1/items/", "/api/v1/recommendations/popular/"):
            response = api().get(address, HTTP_ACCEPT=accepted)
            assert response["Content-Type"] == "application/json", address

    @pytest.mark.parametrize("media_type", [JSON_LD, ACTIVITY])
    def test_pages_are_named_by_the_public_address_whatever_host_was_asked(
        self, api, settings, owner, media_type
    ):
        settings.PUBLIC_URL = "https://recsys.example"
        bag = BagFactory(owner=owner)
        items = [BagEntryFactory(bag=bag).item for _ in range(2)]
        for address in (
            "/api/v1/items/",
            f"/api/v1/bags/{bag.pk}/entries/",
            "/api/v1/recommendations/popular/",
            f"/api/v1/items/{items[0].pk}/similar/",
        ):
            document = get(api(owner), f"{address}?limit=1", media_type)
            text = json.dumps(document)
            assert "testserver" not in text, address
            assert "https://recsys.example/api/v1/" in (document.get("id") or document["@id"])

    def test_categories_are_a_list_and_each_a_category_code(self, api):
        parent = CategoryFactory()
        child = CategoryFactory(parent=parent)
        document = get(api(), "/api/v1/categories/")
        assert len(document["itemListElement"]) == 2
        document = get(api(), f"/api/v1/categories/{child.slug}/")
        assert document["skos:broader"]["@id"].endswith(f"/categories/{parent.slug}/")
        document = get(api(), f"/api/v1/categories/{child.slug}/", ACTIVITY)
        assert document["@context"][0] == "https://www.w3.org/ns/activitystreams"
        assert document["type"] == ["Object", "schema:CategoryCode"]

    def test_reserve_price_stays_with_the_seller(self, api, owner):
        item = ItemFactory(seller=owner, reserve_price="99.00")
        assert "reservePrice" not in get(api(), f"/api/v1/items/{item.pk}/")
        assert get(api(owner), f"/api/v1/items/{item.pk}/")["reservePrice"] == "99.00"

    def test_plain_json_is_the_default_and_unchanged(self, api):
        item = ItemFactory()
        response = api().get(f"/api/v1/items/{item.pk}/", HTTP_ACCEPT="*/*")
        assert response["Content-Type"] == "application/json"
        assert response.json()["id"] == item.pk

    def test_refusal_is_plain_json_whatever_was_asked_for(self, api, db):
        response = api().get("/api/v1/items/1/", HTTP_ACCEPT=JSON_LD)
        assert (response.status_code, response["Content-Type"]) == (404, "application/json")
        assert response.json()["code"] == "not_found"

    @pytest.mark.parametrize("media_type", [JSON_LD, ACTIVITY])
    def test_no_word_of_an_answer_is_unexplained(self, api, media_type):
        item = ItemFactory(metadata={"@context": {"dc": DC}, "dc:subject": "fox"})
        expansion = expand(get(api(), f"/api/v1/items/{item.pk}/", media_type))
        assert expansion.dropped == ()
        metadata = expansion.nodes[0][f"{namespace()}metadata"]
        assert metadata == [{f"{DC}subject": [{"@value": "fox"}]}]


@pytest.mark.django_db
class TestIn:
    def test_schema_org_product_becomes_an_item_that_keeps_the_document(self, api, owner):
        category = CategoryFactory(slug="animals")
        response = post(api(owner), PRODUCT)
        assert response.status_code == 201, response.content
        item = Item.objects.get()
        assert (item.title, item.condition, item.category) == ("Porcelain fox", "used", category)
        assert item.metadata == PRODUCT
        found = api(owner).get("/api/v1/items/", {"meta": "schema:keywords=fox"}).json()
        assert [row["id"] for row in found["results"]] == [item.pk]

    def test_activity_streams_object_becomes_an_item(self, api, owner):
        document = {
            "@context": "https://www.w3.org/ns/activitystreams",
            "type": "Document",
            "name": "A drawn fox",
            "content": "By hand.",
        }
        for media_type in (JSON_LD, ACTIVITY, PROFILE):
            assert post(api(owner), document, media_type=media_type).status_code == 201
            item = Item.objects.latest("pk")
            assert (item.title, item.description, item.kind) == (
                "A drawn fox", "By hand.", "file",
            )  # fmt: skip
            assert item.metadata == document

    def test_patch_replaces_metadata_and_what_it_says(self, api, owner):
        post(api(owner), PRODUCT)
        item = Item.objects.get()
        changed = {**PRODUCT, "name": "Glass fox", "keywords": "glass"}
        response = api(owner).patch(
            f"/api/v1/items/{item.pk}/", json.dumps(changed), content_type=JSON_LD
        )
        assert response.status_code == 200
        item.refresh_from_db()
        assert item.title == "Glass fox"
        keywords = item.attributes.filter(predicate=f"{SCHEMA}keywords")
        assert [row.value for row in keywords] == ["glass"]

    def test_metadata_in_plain_json_is_indexed_too(self, api, owner):
        body = {"title": "Fox", "metadata": {"@context": {"dc": DC}, "dc:subject": "fox"}}
        assert post(api(owner), body, media_type="application/json").status_code == 201
        assert ItemAttribute.objects.filter(predicate=f"{DC}subject", value="fox").exists()

    @pytest.mark.parametrize(
        "members",
        [
            b'"metadata": {"http://x/a": 1, "http://x/b": {"http://x/c": 1, "http://x/c": 2}}',
            b'"meta\\u0064ata": {"http://x/a": 1, "http:\\/\\/x/a": 1}',
            b'"metadata": {"http://x/a": 1}, "metadata": {}',
        ],
    )
    def test_key_twice_is_refused_in_plain_json_as_in_a_document(self, api, owner, members):
        body = b'{"title": "Fox", %s}' % members
        response = api(owner).post("/api/v1/items/", body, content_type="application/json")
        assert response.status_code == 400
        assert response.json()["code"] == "invalid_document"
        assert "there twice" in response.json()["detail"]
        assert not Item.objects.exists()

    def test_item_exported_and_sent_back_keeps_its_metadata(self, api, owner):
        post(api(owner), PRODUCT)
        item = Item.objects.get()
        exported = get(api(owner), f"/api/v1/items/{item.pk}/")
        api(owner).patch(f"/api/v1/items/{item.pk}/", json.dumps(exported), content_type=JSON_LD)
        item.refresh_from_db()
        assert item.metadata == PRODUCT
        again = get(api(owner), f"/api/v1/items/{item.pk}/")
        assert {**again, "dcterms:modified": 0} == {**exported, "dcterms:modified": 0}

    def test_sender_hears_of_words_no_context_explains(self, api, owner):
        document = {"@context": {"name": f"{SCHEMA}name"}, "name": "Fox", "colour": "red"}
        response = post(api(owner), document)
        assert response["Metadata-Dropped"] == "colour"
        assert Item.objects.get().metadata["colour"] == "red"
        plain = {"title": "Fox", "metadata": document}
        response = post(api(owner), plain, media_type="application/json")
        assert response["Metadata-Dropped"] == "colour"
        assert "Metadata-Dropped" not in post(api(owner), PRODUCT)

    def test_our_own_words_are_read_from_any_document(self, api, owner):
        document = {
            "@context": ["https://schema.org/", own_address()],
            "name": "Fox",
            "kind": "lot",
            "startingPrice": "5.00",
            "biddingEnds": "2030-01-01T00:00:00Z",
            "publicationStatus": "published",
        }
        post(api(owner), document)
        item = Item.objects.get()
        assert (item.kind, item.starting_price, item.end_at.year) == ("lot", 5, 2030)
        assert (item.publication_status, item.metadata) == ("draft", document)

    @pytest.mark.parametrize(
        ("offer", "price"),
        [
            ({"price": "12.50"}, Decimal("12.50")),
            ({"price": 12.5, "priceCurrency": "EUR"}, Decimal("12.50")),
            ({"price": "12.50", "priceCurrency": "JPY"}, None),
            ({"priceSpecification": {"price": 3, "priceCurrency": "EUR"}}, Decimal(3)),
        ],
    )
    def test_only_a_price_in_the_sites_currency_is_a_price_here(self, api, owner, offer, price):
        post(api(owner), {**PRODUCT, "offers": {"@type": "Offer", **offer}})
        assert Item.objects.get().buy_now_price == price

    def test_patch_without_a_kind_leaves_the_kind(self, api, owner):
        item = CreationFactory(seller=owner)
        body = json.dumps({"@context": "https://schema.org/", "name": "Fox"})
        response = api(owner).patch(f"/api/v1/items/{item.pk}/", body, content_type=JSON_LD)
        assert response.json()["kind"] == "avatar"

    @pytest.mark.parametrize(
        ("media_type", "body"),
        [
            ("model/gltf+json", json.dumps(asset(PACKET)).encode()),
            ("model/gltf-binary", glb(asset(PACKET))),
        ],
    )
    def test_asset_becomes_an_item_that_says_what_its_packets_say(
        self, api, owner, media_type, body
    ):
        client = api(owner)
        response = client.post("/api/v1/items/", body, content_type=media_type)
        assert response.status_code == 201, response.content
        item = Item.objects.get()
        assert (item.title, item.kind) == ("Fox", "prop")
        found = client.get("/api/v1/items/", {"meta": "dc:title=Fuchs@de"}).json()
        assert [row["id"] for row in found["results"]] == [item.pk]
        bare = json.dumps({"asset": {"version": "2.0"}}).encode()
        where = f"/api/v1/items/{item.pk}/"
        assert client.patch(where, bare, content_type="model/gltf+json").status_code == 400
        assert Item.objects.get().metadata == item.metadata

    @pytest.mark.parametrize("media_type", ["model/gltf+json", "model/gltf-binary"])
    @pytest.mark.parametrize(
        "body",
        [b"glTF", b"[" * 100_000, b" " * 2_000_000, glb({"asset": {}, "x": "y" * 2_000_000})],
        ids=["cut off", "brackets", "long", "long inside"],
    )
    def test_hostile_asset_is_refused_and_nothing_is_stored(self, api, owner, media_type, body):
        response = api(owner).post("/api/v1/items/", body, content_type=media_type)
        assert response.status_code in (400, 413)
        assert response.json()["detail"]
        assert not Item.objects.exists()

    def test_document_without_a_name_is_refused_by_field(self, api, owner):
        response = post(api(owner), {"@context": "https://schema.org/", "@type": "Product"})
        assert response.status_code == 400
        assert "schema:name" in response.json()["fields"]["title"][0]

    @pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
    def test_hostile_document_is_refused_with_its_cause_and_nothing_is_stored(
        self, api, owner, body
    ):
        client = api(owner)
        ItemFactory()
        response = post(client, body)
        assert 400 <= response.status_code < 500
        assert set(response.json()) >= {"code", "detail"}
        assert Item.objects.count() == 1
        assert client.get("/api/v1/items/").status_code == 200

    def test_refusing_any_hostile_document_costs_less_than_storing_the_dearest(self, api, owner):
        client = api(owner)
        store = partial(post, client, DEAREST)
        storing_costs = least_cost(store)
        assert Item.objects.count() == 3
        for name, body in HOSTILE.items():
            assert is_cheaper(partial(post, client, body), store, storing_costs), name

    @pytest.mark.parametrize(
        "metadata", [{"@context": "http://x.example/"}, {"a": "\ud800"}, "x", 5]
    )
    def test_hostile_metadata_in_plain_json_is_refused(self, api, owner, metadata):
        body = {"title": "Fox", "metadata": metadata}
        response = post(api(owner), body, media_type="application/json")
        assert response.status_code == 400
        assert not Item.objects.exists()

    def test_stranger_cannot_describe_anothers_item(self, api, owner, stranger):
        item = ItemFactory(seller=owner)
        response = api(stranger).patch(
            f"/api/v1/items/{item.pk}/", json.dumps(PRODUCT), content_type=JSON_LD
        )
        assert response.status_code == 403


@pytest.mark.parametrize("media_type", [JSON_LD, ACTIVITY])
def test_options_tell_of_a_route_in_plain_json_whatever_is_accepted(client, db, media_type):
    category = CategoryFactory()
    for address in (
        f"/api/v1/items/{ItemFactory().pk}/",
        "/api/v1/items/",
        f"/api/v1/categories/{category.slug}/",
    ):
        response = client.options(address, HTTP_ACCEPT=media_type)
        assert response.status_code == 200
        assert response["Content-Type"] == "application/json"
        assert media_type in response.json()["renders"]
