from datetime import timedelta

import pytest
from django.db import connection

from inventory.models import Item
from tests.factories import CategoryFactory, CreationFactory, ItemFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/items/"


def found(client, **query):
    answer = client.get(URL, query)
    assert answer.status_code == 200, answer.json()
    return [row["id"] for row in answer.json()["results"]]


def test_the_newest_items_come_first(api):
    first, second = ItemFactory(), ItemFactory()
    assert found(api()) == [second.pk, first.pk]


@pytest.mark.parametrize(
    "fields",
    [{"publication_status": "draft"}, {"publication_status": "archived"}, {"is_hidden": True}],
)
def test_what_is_not_public_exists_only_for_its_seller_and_managers(
    api, owner, stranger, manager, fields
):
    item = ItemFactory(seller=owner, **fields)
    for caller in (api(), api(stranger)):
        assert found(caller) == []
        assert caller.get(f"{URL}{item.pk}/").json() == caller.get(f"{URL}{10**15}/").json()
        assert caller.get(f"{URL}{item.pk}/").status_code == 404
    for caller in (api(owner), api(manager)):
        assert found(caller) == [item.pk]
        assert caller.get(f"{URL}{item.pk}/").status_code == 200


def test_the_reserve_is_shown_to_the_seller_and_managers_only(api, owner, stranger, manager):
    item = ItemFactory(seller=owner, reserve_price="50.00")
    for address in (URL, f"{URL}{item.pk}/"):
        shown = []
        for caller in (owner, manager, stranger, None):
            body = api(caller).get(address).json()
            shown.append(body.get("results", [body])[0].get("reserve_price"))
        assert shown == ["50.00", "50.00", None, None]
    assert "reserve_price" not in api().get(f"{URL}{item.pk}/").json()


def test_a_category_includes_what_lies_below_it(api):
    art = CategoryFactory(slug="art")
    oils = CategoryFactory(slug="oils", parent=CategoryFactory(slug="paintings", parent=art))
    item, other = ItemFactory(category=oils), ItemFactory()
    assert found(api(), category="art") == [item.pk]
    assert found(api(), category=art.pk) == [item.pk]
    assert found(api(), category=other.category.slug) == [other.pk]
    assert found(api(), category="nothing-here") == []


def test_items_are_filtered_by_kind_seller_price_and_end(api, now):
    cheap = ItemFactory(current_price="5.00", end_at=now + timedelta(hours=1))
    dear = ItemFactory(current_price="5000.00", end_at=now + timedelta(days=9))
    avatar = CreationFactory()
    assert found(api(), kind="avatar") == [avatar.pk]
    assert found(api(), kind=["avatar", "lot"]) == [avatar.pk, dear.pk, cheap.pk]
    assert found(api(), seller=dear.seller_id) == [dear.pk]
    assert found(api(), price_min="5.00", price_max="4999.99") == [cheap.pk]
    assert found(api(), ends_before=(now + timedelta(days=1)).isoformat()) == [cheap.pk]


def test_status_speaks_of_the_publication_the_auction_and_of_what_can_be_had(api, owner, now):
    draft = ItemFactory(seller=owner, publication_status="draft", auction_status=None)
    ended = ItemFactory(auction_status="ended")
    over = ItemFactory(end_at=now - timedelta(seconds=1))
    active = ItemFactory()
    assert found(api(owner), status="draft") == [draft.pk]
    assert found(api(), status="ended") == [ended.pk]
    assert found(api(), status="active") == [active.pk, over.pk]
    assert found(api(), status="live") == [active.pk]


def test_words_are_sought_in_title_and_description(api):
    lamp = ItemFactory(title="Brass lamp", description="From a lighthouse in Norway.")
    ItemFactory(title="Brass bell")
    assert found(api(), q="BRASS norway") == [lamp.pk]
    assert found(api(), q="lamp") == [lamp.pk]
    assert found(api(), q="zinc") == []
    assert found(api(), q="%' OR 1=1 -- (|&!:*") == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="full text is PostgreSQL's")
def test_full_text_knows_stems_and_uses_its_index(api):
    lamp = ItemFactory(title="Brass lamps")
    assert found(api(), q="lamp") == [lamp.pk]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Item.objects.search("lamp").order_by().explain()
    assert "item_text" in plan


def test_items_are_ordered_as_asked(api):
    dear = ItemFactory(current_price="9.00", bid_count=1)
    cheap = ItemFactory(current_price="1.00", bid_count=7)
    priceless = CreationFactory(bid_count=2)
    assert found(api(), ordering="current_price") == [cheap.pk, dear.pk, priceless.pk]
    assert found(api(), ordering="-bid_count") == [cheap.pk, priceless.pk, dear.pk]


def test_pages_hold_every_item_once(api):
    items = {ItemFactory().pk for _ in range(5)}
    seen, link = [], f"{URL}?limit=2&ordering=bid_count"
    while link:
        body = api().get(link).json()
        seen += [row["id"] for row in body["results"]]
        link = body["next"]
    assert sorted(seen) == sorted(items)


@pytest.mark.parametrize(
    "query",
    [
        "q=%00", "q=" + "a" * 201, "kind=cake", "status=fine", "seller=abc", "seller=1e400",
        "seller=" + "9" * 30, "seller=-1", "seller=1.5", "price_min=NaN", "price_max=Infinity",
        "price_min=-1", "price_min=1e1000000", "price_max=" + "9" * 400, "price_min=0.001",
        "ends_before=soon", "ends_before=9999-12-31T23:59:59-14:00",
        "ends_before=0001-01-01T00:00:00%2B14:00", "ordering=seller__password", "ordering=,",
        "limit=1000000000", "limit=0", "cursor=abc", "category=%00",
    ],
)  # fmt: skip
def test_bad_input_is_the_clients_mistake_in_the_one_shape(api, query):
    answer = api().get(f"{URL}?{query}")
    assert answer.status_code in (400, 404), answer.content
    assert {"code", "detail"} <= answer.json().keys()


@pytest.mark.parametrize("pk", ["abc", "0", "-1", "9" * 40, "1.5", "%00"])
def test_an_absurd_id_is_not_found(api, pk):
    answer = api().get(f"{URL}{pk}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_a_page_of_items_costs_one_query(api, django_assert_num_queries):
    for _ in range(3):
        ItemFactory()
    with django_assert_num_queries(1):
        assert len(found(api())) == 3
