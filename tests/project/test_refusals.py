"""A button that cannot be obeyed says so in words, and leaves the visitor where they were."""

from contextlib import contextmanager

import pytest
from django.contrib.messages import get_messages
from django.db import connection

from accounts.models import Session
from inventory.models import Bag
from recommendations.models import Event, MutedCategory
from recsys.lib import retry
from tests.factories import (
    BagEntryFactory,
    BagFactory,
    CategoryFactory,
    ItemFactory,
    UserFactory,
    WatchlistItemFactory,
)
from tests.races import fail_as_contended

HERE = "http://testserver/search/?q=fox"
WRITES = ("INSERT", "UPDATE", "DELETE", "WITH")
"""The last: PostgreSQL takes a bid by one statement of several parts."""


@contextmanager
def contended_throughout():
    """Whatever is written meets somebody else's, however often; not so one's own session."""

    def meet(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.lstrip().startswith(WRITES) and Session._meta.db_table not in sql:
            fail_as_contended()
        return result

    with connection.execute_wrapper(meet):
        yield


@pytest.fixture
def buttons(owner):
    """Every button of the pages that writes, with what its form sends."""
    item, other, watched = ItemFactory.create_batch(3)
    WatchlistItemFactory(user=owner, item=watched)
    entry = BagEntryFactory(bag=BagFactory(owner=owner))
    muted, hidden = CategoryFactory(), ItemFactory(buy_now_price=99)
    MutedCategory.objects.create(user=owner, category=muted)
    Event.objects.create(
        user=owner, item=hidden, kind="hide", event_id="1", occurred_at=item.created_at
    )
    foe = UserFactory()
    owner.blocks.create(blocked=foe)
    bag = f"/bags/{entry.bag_id}"
    return {
        f"/watchlist/{item.pk}/add/": {},
        f"/watchlist/{watched.pk}/remove/": {},
        "/bags/new/": {"name": "Finds", "visibility": "private"},
        f"/bags/put/{item.pk}/": {"bag": entry.bag_id},
        f"/bags/put/{other.pk}/": {"name": "Another"},
        f"{bag}/change/": {"name": "Renamed", "visibility": "public"},
        f"{bag}/items/{entry.item_id}/": {"quantity": 7},
        f"{bag}/items/{entry.item_id}/remove/": {},
        f"{bag}/delete/": {},
        f"/interests/{item.category_id}/remove/": {},
        f"/interests/{muted.pk}/restore/": {},
        f"/hidden/{item.pk}/add/": {},
        f"/hidden/{hidden.pk}/remove/": {},
        f"/people/{item.seller.username}/block/": {},
        f"/people/{foe.username}/unblock/": {},
        f"/bids/{item.pk}/place/": {"amount": "20.00"},
        f"/bids/{hidden.pk}/buy/": {},
    }


@pytest.fixture
def member(client, owner):
    client.force_login(owner)
    return client


@pytest.mark.django_db(transaction=True)
def test_under_lasting_contention_every_button_says_so_and_leads_back(
    member, buttons, monkeypatch
):
    monkeypatch.setattr(retry, "LONGEST_PAUSE", 0.001)
    with contended_throughout():
        for address, sent in buttons.items():
            answer = member.post(address, {**sent, "next": "/search/"}, headers={"referer": HERE})
            assert answer.status_code == 302, address
            assert answer["Location"] == "/search/", address
            *_, said = get_messages(answer.wsgi_request)
            assert said.level_tag == "error", address
            assert "again" in said.message, address


@pytest.mark.django_db(transaction=True)
def test_an_items_page_is_shown_though_the_look_cannot_be_kept(member, monkeypatch):
    monkeypatch.setattr(retry, "LONGEST_PAUSE", 0.001)
    item = ItemFactory()
    with contended_throughout():
        answer = member.get(f"/items/{item.pk}/{item.slug}/")
    assert answer.status_code == 200
    assert not Event.objects.exists()


@pytest.fixture
def full_bag(owner, monkeypatch):
    monkeypatch.setattr("inventory.services.bags.MAX_ENTRIES", 1)
    return BagEntryFactory(bag=BagFactory(owner=owner)).bag


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sent", "came_from", "where"),
    [
        ({"next": "/bags/"}, HERE, "/bags/"),
        ({}, HERE, HERE),
        ({}, "https://evil.example/", "/"),
        ({"next": "https://evil.example/"}, HERE, "/"),
        ({}, "", "/"),
    ],
)
def test_a_refusal_is_read_where_the_visitor_came_from(member, full_bag, sent, came_from, where):
    sent = {**sent, "bag": full_bag.pk}
    answer = member.post(f"/bags/put/{ItemFactory().pk}/", sent, headers={"referer": came_from})
    assert answer["Location"] == where
    assert "A bag holds at most 1 different items." in member.get("/bags/").content.decode()
    assert full_bag.entries.count() == 1


@pytest.mark.django_db
def test_htmx_is_told_to_show_the_page_anew_with_the_refusal_on_it(member, full_bag):
    address = f"/bags/put/{ItemFactory().pk}/"
    answer = member.post(address, {"bag": full_bag.pk}, headers={"hx-request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (200, "true")
    assert "A bag holds at most" in member.get("/bags/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_page_that_cannot_be_shown_now_says_so_and_when_to_try_again(member):
    def busy(execute, sql, *rest):
        if Bag._meta.db_table in sql:
            fail_as_contended()
        return execute(sql, *rest)

    with connection.execute_wrapper(busy):
        answers = [
            member.get("/bags/", headers={"accept": kind})
            for kind in ("text/html", "application/json")
        ]
    assert [(each.status_code, each["Retry-After"]) for each in answers] == [(503, "1")] * 2
    assert "The database is busy" in answers[0].content.decode()
    assert answers[1].json()["code"] == "unavailable"
