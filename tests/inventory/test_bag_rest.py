"""Bags over HTTP: who may do what, and that what was refused did not happen."""

import orjson
import pytest

from inventory import services
from inventory.data import MAX_QUANTITY, BagRole, Visibility
from inventory.models import Bag, BagEntry, Item
from tests.factories import BagEntryFactory, BagFactory, ItemFactory, UserFactory

URL = "/api/v1/bags/"


@pytest.fixture
def item(db):
    return ItemFactory()


@pytest.fixture
def bag(owner, item):
    bag = BagFactory(owner=owner, name="Finds")
    BagEntryFactory(bag=bag, item=item, quantity=3)
    return bag


@pytest.fixture
def cast(owner, sharee, stranger, bag):
    """Everybody by what they are to the bag."""
    editor = UserFactory(username="editor")
    services.share_bag(actor=owner, bag_id=bag.pk, user_id=sharee.pk, role=BagRole.VIEWER)
    services.share_bag(actor=owner, bag_id=bag.pk, user_id=editor.pk, role=BagRole.EDITOR)
    return {
        "owner": owner,
        "editor": editor,
        "viewer": sharee,
        "stranger": stranger,
        "anonymous": None,
    }


def state(bag) -> list:
    """All that a refused request might have changed."""
    entries = (
        BagEntry.objects.filter(bag=bag).order_by("item_id").values_list("item_id", "quantity")
    )
    bags = Bag.objects.order_by("pk").values_list("pk", "name", "visibility")
    return [list(bags), list(entries), bag.grants.count()]


def who_gets(status: str) -> dict[str, int]:
    """`"200 200 200 404 401"` for owner, editor, viewer, stranger, anonymous."""
    names = ["owner", "editor", "viewer", "stranger", "anonymous"]
    return dict(zip(names, map(int, status.split()), strict=True))


ROUTES = [
    ("get", "{bag}/", None, "200 200 200 404 404"),
    ("patch", "{bag}/", {"name": "New"}, "200 403 403 404 401"),
    ("delete", "{bag}/", None, "204 403 403 404 401"),
    ("get", "{bag}/entries/", None, "200 200 200 404 404"),
    ("post", "{bag}/entries/", {"item": "{item}"}, "200 200 403 404 401"),
    ("put", "{bag}/entries/{item}/", {"quantity": 9}, "200 200 403 404 401"),
    ("delete", "{bag}/entries/{item}/", None, "204 204 403 404 401"),
    ("post", "{bag}/merge/", {"bag": "{public}"}, "200 200 403 404 401"),
    ("post", "{bag}/intersect/", {"bag": "{public}"}, "200 200 403 404 401"),
    ("post", "{bag}/subtract/", {"bag": "{public}"}, "200 200 403 404 401"),
    ("get", "{bag}/overlap/?with={public}", None, "200 200 200 404 404"),
    ("get", "{bag}/share/", None, "200 200 200 404 401"),
    ("post", "{bag}/share/", {"user": "{user}", "role": "viewer"}, "200 403 403 404 401"),
    ("delete", "{bag}/share/{sharee}/", None, "204 403 403 404 401"),
    ("get", "{bag}/export/", None, "200 200 200 404 404"),
]
CASES = [
    (method, path, body, who, status)
    for method, path, body, statuses in ROUTES
    for who, status in who_gets(statuses).items()
]


@pytest.mark.parametrize(("method", "path", "body", "who", "status"), CASES)
def test_each_route_answers_each_person_as_the_policy_says(
    api, cast, bag, item, method, path, body, who, status
):
    public = BagFactory(visibility=Visibility.PUBLIC)
    BagEntryFactory(bag=public, item=item)
    names = {
        "bag": bag.pk,
        "item": item.pk,
        "public": public.pk,
        "user": UserFactory().pk,
        "sharee": cast["viewer"].pk,
    }
    given = body and {
        key: names[value.strip("{}")] if str(value).startswith("{") else value
        for key, value in body.items()
    }
    before = state(bag)
    answer = getattr(api(cast[who]), method)(URL + path.format(**names), given, format="json")
    assert answer.status_code == status
    if status >= 400 or method == "get":
        assert state(bag) == before
    else:
        assert state(bag) != before


def test_a_private_bag_and_a_missing_one_look_the_same(api, stranger, bag):
    hidden = api(stranger).get(f"{URL}{bag.pk}/")
    missing = api(stranger).get(f"{URL}{bag.pk + 1000}/")
    assert hidden.json() == missing.json()
    assert api(stranger).get(URL).json()["results"] == []


def test_anybody_looks_into_a_public_bag_and_only_its_owner_changes_it(api, stranger, bag):
    Bag.objects.update(visibility=Visibility.PUBLIC)
    assert api().get(f"{URL}{bag.pk}/entries/").json()["results"][0]["quantity"] == 3
    assert api(stranger).get(f"{URL}{bag.pk}/").json()["role"] == "visitor"
    put = api(stranger).put(f"{URL}{bag.pk}/entries/{bag.entries.get().item_id}/", {"quantity": 1})
    assert put.status_code == 403
    assert bag.entries.get().quantity == 3


def test_a_grant_taken_back_is_gone_at_the_next_request(api, owner, sharee, bag):
    client, address = api(sharee), f"{URL}{bag.pk}/"
    api(owner).post(f"{address}share/", {"user": sharee.pk, "role": "editor"})
    assert client.get(address).json()["role"] == "editor"
    api(owner).post(f"{address}share/", {"user": sharee.pk, "role": "viewer"})
    assert client.get(address).json()["role"] == "viewer"
    assert client.post(f"{address}merge/", {"bag": bag.pk}).status_code == 403
    api(owner).delete(f"{address}share/{sharee.pk}/")
    assert client.get(address).status_code == 404
    assert client.get(URL).json()["results"] == []
    assert not bag.grants.exists()


def test_a_sharee_learns_of_no_other_sharee(api, cast, bag):
    everybody = api(cast["owner"]).get(f"{URL}{bag.pk}/share/").json()
    assert [(share["username"], share["role"]) for share in everybody] == [
        ("editor", "editor"),
        ("sharee", "viewer"),
    ]
    (own,) = api(cast["viewer"]).get(f"{URL}{bag.pk}/share/").json()
    assert own["username"] == "sharee"


def test_a_bag_cannot_be_shared_with_its_owner_or_with_nobody(api, owner, bag):
    oneself = api(owner).post(f"{URL}{bag.pk}/share/", {"user": owner.pk, "role": "viewer"})
    nobody = api(owner).post(f"{URL}{bag.pk}/share/", {"user": owner.pk + 999, "role": "viewer"})
    assert (oneself.status_code, nobody.status_code) == (400, 404)
    assert not bag.grants.exists()


def test_merging_a_bag_one_may_not_see_is_a_404_and_changes_nothing(api, stranger, bag, item):
    mine = BagFactory(owner=stranger)
    for name in ("merge", "intersect", "subtract"):
        assert api(stranger).post(f"{URL}{mine.pk}/{name}/", {"bag": bag.pk}).status_code == 404
    assert api(stranger).get(f"{URL}{mine.pk}/overlap/?with={bag.pk}").status_code == 404
    assert state(mine)[1] == []


def test_slugs_are_unique_for_an_owner_only(api, owner, stranger):
    made = [api(owner).post(URL, {"name": "My Things!"}).json()["slug"] for _ in range(3)]
    assert made == ["my-things", "my-things-2", "my-things-3"]
    assert api(stranger).post(URL, {"name": "My Things!"}).json()["slug"] == "my-things"
    assert api(owner).post(URL, {"name": "持ち物"}).json()["slug"] == "bag"


def test_renaming_keeps_the_slug_and_ignores_what_is_not_the_clients_to_set(
    api, owner, stranger, bag
):
    body = {"name": "Other", "owner": stranger.pk, "slug": "mine", "id": 99}
    answer = api(owner).patch(f"{URL}{bag.pk}/", body).json()
    assert (answer["name"], answer["slug"], answer["owner"]) == ("Other", bag.slug, owner.pk)


def test_entries_are_set_added_to_and_removed(api, owner, bag):
    other = ItemFactory()
    entries = f"{URL}{bag.pk}/entries/"
    assert api(owner).put(f"{entries}{other.pk}/", {"quantity": 4}).status_code == 201
    assert api(owner).put(f"{entries}{other.pk}/", {"quantity": 2}).status_code == 200
    assert api(owner).post(entries, {"item": other.pk, "quantity": 5}).json()["quantity"] == 7
    assert api(owner).delete(f"{entries}{other.pk}/").status_code == 204
    assert api(owner).delete(f"{entries}{other.pk}/").status_code == 404


def test_adding_stops_at_the_most_an_entry_holds(api, owner, bag):
    entry = bag.entries.get()
    body = {"item": entry.item_id, "quantity": MAX_QUANTITY}
    answer = api(owner).post(f"{URL}{bag.pk}/entries/", body)
    assert answer.json()["quantity"] == MAX_QUANTITY


def test_an_item_one_may_not_see_cannot_be_put_into_a_bag(api, owner, bag):
    draft = ItemFactory(publication_status=Item.PublicationStatus.DRAFT)
    assert api(owner).put(f"{URL}{bag.pk}/entries/{draft.pk}/", {"quantity": 1}).status_code == 404
    assert bag.entries.count() == 1


def test_a_list_of_entries_shows_no_card_of_an_item_hidden_since(api, owner, bag):
    Item.objects.update(is_hidden=True)
    (entry,) = api(owner).get(f"{URL}{bag.pk}/entries/").json()["results"]
    assert (entry["item"], entry["card"]) == (bag.entries.get().item_id, None)


def test_bags_are_filtered_by_owner_visibility_and_sharing(api, cast, bag, stranger):
    public = BagFactory(owner=stranger, visibility=Visibility.PUBLIC)
    client = api(cast["viewer"])

    def found(query: str) -> list[int]:
        return [row["id"] for row in client.get(f"{URL}?{query}").json()["results"]]

    assert found("") == [bag.pk, public.pk]
    assert found("shared=true") == [bag.pk]
    assert found("visibility=public") == [public.pk]
    assert found(f"owner={bag.owner_id}") == [bag.pk]


BAD_BODIES = [
    ("post", "", {}),
    ("post", "", []),
    ("post", "", {"name": ""}),
    ("post", "", {"name": "x" * 121}),
    ("post", "", {"name": "x", "visibility": "secret"}),
    ("post", "", {"name": {"a": 1}}),
    ("patch", "{bag}/", {"name": None}),
    ("put", "{bag}/entries/{item}/", {}),
    ("put", "{bag}/entries/{item}/", {"quantity": 0}),
    ("put", "{bag}/entries/{item}/", {"quantity": -1}),
    ("put", "{bag}/entries/{item}/", {"quantity": MAX_QUANTITY + 1}),
    ("put", "{bag}/entries/{item}/", {"quantity": 10**30}),
    ("put", "{bag}/entries/{item}/", {"quantity": "many"}),
    ("put", "{bag}/entries/{item}/", {"quantity": 1.5}),
    ("post", "{bag}/entries/", {"item": 2**70}),
    ("post", "{bag}/merge/", {"bag": "x"}),
    ("post", "{bag}/merge/", {}),
    ("get", "{bag}/overlap/", None),
    ("get", "{bag}/overlap/?with=x", None),
    ("get", "{bag}/overlap/?with=%00", None),
    ("get", "?owner=abc", None),
    ("get", "?limit=1000000000", None),
    ("post", "{bag}/share/", {"user": "x", "role": "viewer"}),
    ("post", "{bag}/share/", {"user": "{item}", "role": "king"}),
    ("post", "import/", {"name": "x", "entries": {}}),
    ("post", "import/", {"name": "x", "entries": [1]}),
    ("post", "import/", {"name": "x", "entries": [{"item": 1, "quantity": True}]}),
    ("post", "import/", {"name": "x", "entries": [{"item": 1, "quantity": 0}]}),
    ("post", "import/", {"name": "x", "entries": [{"item": 2**64}]}),
]


@pytest.mark.parametrize(("method", "path", "body"), BAD_BODIES)
def test_bad_input_is_a_400_in_the_one_shape_and_stores_nothing(
    api, owner, bag, item, method, path, body
):
    before = state(bag)
    path = path.format(bag=bag.pk, item=item.pk)
    answer = getattr(api(owner), method)(URL + path, body, format="json")
    assert answer.status_code == 400, answer.content
    assert {"code", "detail"} <= answer.json().keys()
    assert state(bag) == before


@pytest.mark.parametrize("raw", [b'{"name": "a\\u0000b"}', b'{"name": "\\ud800"}', b"[" * 100_000])
def test_text_that_a_database_chokes_on_is_refused(api, owner, raw):
    answer = api(owner).post(URL, raw, content_type="application/json")
    assert answer.status_code == 400
    assert not Bag.objects.exists()


def test_a_body_beyond_the_limit_is_a_413_in_the_one_shape(api, owner, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = api(owner).post(URL, {"name": "x" * 1000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def test_a_bag_goes_out_as_a_file_and_comes_in_again(api, owner, stranger, bag):
    BagEntryFactory(bag=bag, item=ItemFactory(seller=owner, is_hidden=True), quantity=2)
    file = b"".join(api(owner).get(f"{URL}{bag.pk}/export/").streaming_content)
    document = orjson.loads(file)
    assert [entry["quantity"] for entry in document["entries"]] == [3, 2]
    answer = api(stranger).post(f"{URL}import/", document)
    assert answer.status_code == 201
    copy = Bag.objects.get(owner=stranger)
    assert answer.json()["bag"]["id"] == copy.pk
    assert list(copy.entries.values_list("item", "quantity")) == [(bag.entries.first().item_id, 3)]
    assert answer.json()["skipped"] == [document["entries"][1]["item"]]


def test_an_item_named_twice_in_a_file_adds_up(api, owner, item):
    entries = [{"item": item.pk, "quantity": 2}, {"item": item.pk}]
    api(owner).post(f"{URL}import/", {"name": "Twice", "entries": entries})
    assert BagEntry.objects.get().quantity == 3


def test_a_page_of_entries_costs_the_same_however_many(api, owner, bag, django_assert_num_queries):
    client = api(owner)
    client.get(URL)
    for size in (1, 20):
        BagEntryFactory.create_batch(size, bag=bag)
        with django_assert_num_queries(5):  # token, permissions, bag, entries, items
            client.get(f"{URL}{bag.pk}/entries/?limit=100")
