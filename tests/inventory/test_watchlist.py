"""Watching: idempotent, one's own, and counted exactly whatever happens at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from inventory import services
from inventory.models import Item, WatchlistItem
from tests.factories import ItemFactory, UserFactory, WatchlistItemFactory

URL = "/api/v1/watchlist/"


def watchers(item) -> int:
    return Item.objects.get(pk=item.pk).watcher_count


@pytest.fixture
def item(db):
    return ItemFactory()


def test_watching_twice_counts_once(api, owner, item):
    assert api(owner).post(URL, {"item": item.pk}).status_code == 201
    again = api(owner).post(URL, {"item": item.pk})
    assert (again.status_code, again.json()["item"]) == (200, item.pk)
    assert watchers(item) == 1
    assert WatchlistItem.objects.get().user == owner


def test_unwatching_twice_counts_once(api, owner, stranger, item):
    for person in (owner, stranger):
        services.watch_item(actor=person, item_id=item.pk)
    for _ in range(2):
        assert api(owner).delete(f"{URL}{item.pk}/").status_code == 204
    assert watchers(item) == 1
    assert WatchlistItem.objects.get().user == stranger


def test_the_list_is_the_callers_own_and_newest_first(api, owner, stranger, item):
    newer = ItemFactory()
    for thing in (item, newer):
        services.watch_item(actor=owner, item_id=thing.pk)
    rows = api(owner).get(URL).json()["results"]
    assert [row["item"] for row in rows] == [newer.pk, item.pk]
    assert rows[1]["card"]["title"] == item.title
    assert api(stranger).get(URL).json()["results"] == []


def test_an_item_hidden_since_keeps_its_row_and_loses_its_card(api, owner, item):
    services.watch_item(actor=owner, item_id=item.pk)
    Item.objects.update(is_hidden=True)
    (row,) = api(owner).get(URL).json()["results"]
    assert (row["item"], row["card"]) == (item.pk, None)
    assert api(owner).delete(f"{URL}{item.pk}/").status_code == 204
    assert watchers(item) == 0


def test_an_item_one_may_not_see_cannot_be_watched(api, owner):
    draft = ItemFactory(publication_status=Item.PublicationStatus.DRAFT)
    missing = api(owner).post(URL, {"item": draft.pk + 1000})
    hidden = api(owner).post(URL, {"item": draft.pk})
    assert hidden.status_code == missing.status_code == 404
    assert hidden.json() == missing.json()
    assert (watchers(draft), WatchlistItem.objects.count()) == (0, 0)


def test_anonymous_has_no_watchlist(api, item):
    row = WatchlistItemFactory(item=item)
    answers = [
        api().get(URL),
        api().post(URL, {"item": item.pk}),
        api().delete(f"{URL}{item.pk}/"),
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert list(WatchlistItem.objects.all()) == [row]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        "x",
        {"item": None},
        {"item": "a"},
        {"item": -1},
        {"item": 2**70},
        {"item": []},
    ],
)
def test_bad_input_is_a_400_in_the_one_shape(api, owner, body):
    answer = api(owner).post(URL, body, format="json")
    assert answer.status_code == 400
    assert {"code", "detail"} <= answer.json().keys()
    assert not WatchlistItem.objects.exists()


def test_a_page_of_the_watchlist_costs_the_same_however_long(
    api, owner, django_assert_num_queries
):
    for _ in range(5):
        services.watch_item(actor=owner, item_id=ItemFactory().pk)
    client = api(owner)
    with django_assert_num_queries(4):  # token, permissions (cached after), rows, items
        client.get(URL)


@pytest.mark.django_db(transaction=True)
def test_the_count_is_exact_when_people_come_and_go_at_once():
    item = ItemFactory()
    people = UserFactory.create_batch(6)

    def come_and_go(person) -> None:
        try:
            for _ in range(5):
                services.watch_item(actor=person, item_id=item.pk)
                services.unwatch_item(actor=person, item_id=item.pk)
            services.watch_item(actor=person, item_id=item.pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(12) as pool:  # everybody on two devices
        list(pool.map(come_and_go, people * 2))
    assert watchers(item) == WatchlistItem.objects.filter(item=item).count()
