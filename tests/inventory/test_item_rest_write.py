from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group

from accounts.data import Role
from inventory.models import Item
from tests.factories import BidFactory, CategoryFactory, CreationFactory, ItemFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("offline")]
URL = "/api/v1/items/"


@pytest.fixture
def seller(owner):
    owner.groups.add(Group.objects.get(name=Role.SELLERS))
    return owner


@pytest.fixture
def lot(now):
    """What a seller sends."""
    return {
        "title": "Brass lamp",
        "category": CategoryFactory(slug="lamps").pk,
        "starting_price": "10.00",
        "reserve_price": "20.00",
        "end_at": (now + timedelta(days=7)).isoformat(),
    }


def draft(seller, **fields):
    return ItemFactory(
        seller=seller, publication_status="draft", auction_status=None, start_at=None, **fields
    )


def publish(client, item, verb="publish"):
    return client.post(f"{URL}{item.pk}/{verb}/")


def test_anybody_signed_in_may_make_a_draft(api, owner, lot):
    answer = api(owner).post(URL, lot)
    assert answer.status_code == 201
    assert answer.json() | {"publication_status": "draft", "auction_status": None} == answer.json()
    item = Item.objects.get(pk=answer.json()["id"])
    assert (item.seller, item.slug, item.reserve_price) == (owner, "brass-lamp", Decimal(20))
    assert item.category.slug == "lamps"


def test_a_category_may_be_named_by_its_slug(api, owner, lot):
    assert api(owner).post(URL, lot | {"category": "lamps"}).json()["category"] == lot["category"]
    assert api(owner).post(URL, lot | {"category": "none"}).status_code == 400


def test_what_follows_from_events_cannot_be_set(api, owner, stranger, lot):
    forged = {
        "seller": stranger.pk, "bid_count": 7, "watcher_count": 7, "current_price": "999.00",
        "publication_status": "published", "auction_status": "active", "is_hidden": True,
        "extension_count": 2, "id": 1, "created_at": "2020-01-01T00:00:00Z",
    }  # fmt: skip
    made = api(owner).post(URL, lot | forged).json()
    api(owner).patch(f"{URL}{made['id']}/", forged)
    item = Item.objects.get(pk=made["id"])
    assert (item.seller, item.bid_count, item.watcher_count) == (owner, 0, 0)
    assert (item.current_price, item.publication_status) == (Decimal(10), "draft")
    assert (item.auction_status, item.is_hidden, item.extension_count) == (None, False, 0)
    assert item.created_at.year > 2020


@pytest.mark.parametrize(
    ("method", "path"),
    [("post", ""), ("patch", "{}/"), ("delete", "{}/"), ("post", "{}/publish/")],
)
def test_who_is_not_signed_in_is_asked_to(api, lot, method, path):
    address = URL + path.format(ItemFactory().pk)
    answer = getattr(api(), method)(address, lot)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")


@pytest.mark.parametrize(
    ("method", "path"),
    [("patch", "{}/"), ("delete", "{}/"), ("post", "{}/publish/"), ("post", "{}/unpublish/")],
)
def test_a_stranger_may_not_change_an_item_nor_learn_of_a_draft(
    api, owner, stranger, lot, method, path
):
    for item, status in ((ItemFactory(seller=owner), 403), (draft(owner), 404)):
        answer = getattr(api(stranger), method)(URL + path.format(item.pk), {"title": "Mine"})
        assert answer.status_code == status
        item.refresh_from_db()
        assert item.title != "Mine"


def test_a_manager_may_edit_and_publish_anybodys(api, owner, manager):
    item = draft(owner)
    assert api(manager).patch(f"{URL}{item.pk}/", {"title": "Better"}).json()["title"] == "Better"
    assert publish(api(manager), item).status_code == 200


def test_a_published_lot_is_open_until_its_end(api, seller, now):
    item = draft(seller)
    assert publish(api(seller), item).json()["auction_status"] == "active"
    item.refresh_from_db()
    assert item.publication_status == "published"
    assert now <= item.start_at + timedelta(milliseconds=1)
    assert list(Item.objects.live(now)) == [item]


def test_a_lot_that_starts_later_is_scheduled(api, seller, now):
    item = draft(seller)
    api(seller).patch(f"{URL}{item.pk}/", {"start_at": (now + timedelta(days=1)).isoformat()})
    assert publish(api(seller), item).json()["auction_status"] == "scheduled"


def test_publishing_twice_changes_nothing(api, seller):
    item = draft(seller)
    first = publish(api(seller), item).json()
    assert publish(api(seller), item).json() == first


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"starting_price": None}, "starting_price"),
        ({"end_at": None}, "end_at"),
        ({"end_at": "2020-01-01T00:00:00Z"}, "end_at"),
        ({"buy_now_price": "9.99"}, "buy_now_price"),
    ],
)
def test_a_lot_without_price_or_end_ahead_is_not_published(api, seller, fields, at_fault):
    item = draft(seller)
    assert api(seller).patch(f"{URL}{item.pk}/", fields).status_code == 200
    answer = publish(api(seller), item)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [at_fault])
    item.refresh_from_db()
    assert item.publication_status == "draft"


@pytest.mark.parametrize(
    ("role", "kind", "status"),
    [
        (Role.SELLERS, "lot", 200), (Role.SELLERS, "avatar", 403),
        (Role.CREATORS, "avatar", 200), (Role.CREATORS, "map", 200), (Role.CREATORS, "prop", 200),
        (Role.CREATORS, "lot", 403), (Role.EVENT_WRITERS, "lot", 403),
    ],
)  # fmt: skip
def test_publishing_takes_the_role_for_the_kind(api, owner, role, kind, status):
    owner.groups.add(Group.objects.get(name=role))
    item = draft(owner, kind=kind)
    assert publish(api(owner), item).status_code == status
    item.refresh_from_db()
    assert (item.publication_status == "published") is (status == 200)


def test_a_creation_is_no_auction(api, owner):
    owner.groups.add(Group.objects.get(name=Role.CREATORS))
    item = CreationFactory(seller=owner, publication_status="draft")
    assert publish(api(owner), item).json()["auction_status"] is None


def test_an_unpublished_lot_pauses_and_goes_on(api, seller):
    item = draft(seller)
    publish(api(seller), item)
    assert publish(api(seller), item, "unpublish").json()["auction_status"] == "paused"
    assert api().get(f"{URL}{item.pk}/").status_code == 404
    assert publish(api(seller), item).json()["auction_status"] == "active"


@pytest.mark.parametrize(
    "change",
    [
        {"starting_price": "1.00"}, {"reserve_price": "99.00"}, {"buy_now_price": None},
        {"end_at": "2050-01-01T00:00:00Z"}, {"start_at": None},
    ],
)  # fmt: skip
def test_a_lot_with_bids_keeps_price_and_times(api, owner, change):
    item = ItemFactory(seller=owner, bid_count=1, reserve_price=50, buy_now_price=100)
    answer = api(owner).patch(f"{URL}{item.pk}/", change | {"title": "Better"})
    assert (answer.status_code, answer.json()["code"]) == (409, "has_bids")
    assert list(answer.json()["fields"]) == list(change)
    item.refresh_from_db()
    assert item.title != "Better"


def test_a_lot_with_bids_may_be_described_better(api, owner):
    item = ItemFactory(seller=owner, bid_count=1)
    change = {"title": "Better", "starting_price": "10.0", "end_at": item.end_at.isoformat()}
    assert api(owner).patch(f"{URL}{item.pk}/", change).json()["title"] == "Better"


def test_a_running_lot_stays_publishable_when_edited(api, seller):
    item = ItemFactory(seller=seller)
    answer = api(seller).patch(f"{URL}{item.pk}/", {"end_at": None})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["end_at"])
    answer = api(seller).patch(f"{URL}{item.pk}/", {"starting_price": "12.00"})
    assert answer.json()["current_price"] == "12.00"


def test_a_lot_that_ended_without_bids_may_be_offered_again(api, seller, now):
    item = ItemFactory(seller=seller, auction_status="ended", end_at=now - timedelta(hours=1))
    publish(api(seller), item, "unpublish")
    change = {"end_at": (now + timedelta(days=1)).isoformat()}
    api(seller).patch(f"{URL}{item.pk}/", change)
    assert publish(api(seller), item).json()["auction_status"] == "active"


def test_a_sold_lot_is_not_offered_again(api, seller):
    item = ItemFactory(seller=seller, auction_status="sold", publication_status="unpublished")
    answer = publish(api(seller), item)
    assert (answer.status_code, answer.json()["code"]) == (409, "sold")


def test_a_draft_is_deleted_and_a_lot_with_bids_archived(api, owner):
    forgotten, bid = draft(owner), BidFactory(item__seller=owner, item__bid_count=1)
    for item in (forgotten, bid.item):
        assert api(owner).delete(f"{URL}{item.pk}/").status_code == 204
    assert not Item.objects.filter(pk=forgotten.pk).exists()
    bid.refresh_from_db()
    assert (bid.item.publication_status, bid.item.auction_status) == ("archived", "paused")
    assert api().get(f"{URL}{bid.item.pk}/").status_code == 404


def test_an_archived_item_is_neither_edited_nor_published(api, seller):
    item = draft(seller)
    Item.objects.update(publication_status="archived")
    client = api(seller)
    for answer in (
        client.patch(f"{URL}{item.pk}/", {"title": "x"}),
        publish(client, item),
        publish(client, item, "unpublish"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "archived")


@pytest.mark.parametrize(
    "fields",
    [
        {"title": None}, {"title": ""}, {"title": " "}, {"title": "a" * 201}, {"title": ["a"]},
        {"title": "a\0b"}, {"kind": "cake"}, {"kind": None}, {"category": 10**30},
        {"category": True}, {"category": "²"}, {"category": []}, {"condition": "fine"},
        {"starting_price": "NaN"},
        {"starting_price": "Infinity"}, {"starting_price": -1}, {"starting_price": "1e999999"},
        {"starting_price": "9" * 2000}, {"starting_price": 10**15}, {"starting_price": "0.001"},
        {"starting_price": True}, {"reserve_price": {}}, {"buy_now_price": "ten"},
        {"end_at": "tomorrow"}, {"end_at": 10**20}, {"end_at": "9999-12-31T23:59:59-14:00"},
        {"start_at": "2050-01-02T00:00:00Z", "end_at": "2050-01-01T00:00:00Z"},
        {"metadata": []}, {"metadata": "http://example.com"}, {"description": "a" * 20_001},
    ],
)  # fmt: skip
def test_bad_input_is_the_clients_mistake_and_stores_nothing(api, owner, lot, fields):
    answer = api(owner).post(URL, lot | fields)
    assert answer.status_code == 400, answer.content
    assert {"code", "detail"} <= answer.json().keys()
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    "body", ["[]", "1", '"a"', "null", "[" * 100_000, '{"title": "\\ud800"}', ""]
)
def test_a_body_that_is_no_item_is_refused(api, owner, body):
    answer = api(owner).post(URL, body, content_type="application/json")
    assert answer.status_code == 400
    assert {"code", "detail"} <= answer.json().keys()
