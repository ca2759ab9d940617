"""The visitor's pages: what guests and members see, and that they are told why."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from inventory.models import Item
from recommendations.cache import Key
from recommendations.data import Family
from recommendations.models import Event, MutedCategory
from recommendations.pages.looks import MOST
from recommendations.services import refresh_list, refresh_user_interests
from tests.factories import (
    BagFactory,
    BidFactory,
    CategoryFactory,
    CreationFactory,
    ItemFactory,
    WatchlistItemFactory,
)

pytestmark = pytest.mark.django_db

LARGEST = 100 * 1024


@pytest.fixture
def member(owner):
    client = Client()
    client.force_login(owner)
    return client


@pytest.fixture
def liked(owner):
    """A category the owner likes: they watch one of its items, and could have another."""
    category = CategoryFactory(name="Astrolabes")
    WatchlistItemFactory(user=owner, item=ItemFactory(category=category))
    return ItemFactory(category=category, title="Brass astrolabe")


def text(answer):
    return answer.content.decode()


def address(item):
    return f"/items/{item.pk}/{item.slug}/"


def section(answer, name):
    found = re.search(rf'<section id="{name}">.*?</section>', text(answer), re.DOTALL)
    return found[0] if found else ""


@pytest.fixture
def unremembered(monkeypatch):
    """Every list is asked of the cache, as if the last one had been a second ago."""
    monkeypatch.setattr("recommendations.cache.memory.SECONDS", 0.0)


def warm(now, *keys):
    for key in (Key(Family.POPULAR), *keys):
        refresh_list(key=key, now=now)


# --- home ---


def test_a_guest_gets_what_is_popular_and_what_ends_soon(client, now):
    popular = CreationFactory(watcher_count=30)
    ending = ItemFactory(end_at=now + timedelta(hours=1))
    answer = client.get("/")
    assert popular.title in section(answer, "popular")
    assert ending.title in section(answer, "ending")
    assert section(answer, "for-you") == ""
    assert "Popular right now" in text(answer)


def test_a_member_gets_their_own_list_and_reads_why(member, liked):
    shown = section(member.get("/"), "for-you")
    assert shown.index("Brass astrolabe") < shown.index("From a category you like")


def test_no_item_is_shown_twice_on_the_front_page(member, liked, now):
    ItemFactory.create_batch(30)
    ids = re.findall(r'id="card-(\d+)"', text(member.get("/")))
    assert len(ids) == len(set(ids)) == 24


def test_an_empty_marketplace_says_so(client):
    assert "Nothing is on offer" in text(client.get("/"))


def test_the_front_page_takes_few_statements(
    member, client, owner, liked, now, unremembered, django_assert_num_queries
):
    ItemFactory.create_batch(30)
    warm(now, Key(Family.HOME, owner.pk))
    with django_assert_num_queries(3):
        guest = client.get("/")
    with django_assert_num_queries(4):
        own = member.get("/")
    assert max(len(guest.content), len(own.content)) < LARGEST


def test_a_guests_looks_fill_a_row_and_become_events_when_they_sign_in(client, owner, now):
    category = CategoryFactory()
    seen, alike = ItemFactory.create_batch(2, category=category)
    client.get(address(seen))
    assert alike.title in section(client.get("/"), "because")
    assert not Event.objects.exists()
    client.force_login(owner)
    for _ in range(2):
        client.get("/")
    event = Event.objects.get()
    assert (event.user, event.item, event.kind) == (owner, seen, "view")


def test_a_session_remembers_the_last_looks_only(client):
    for item in CreationFactory.create_batch(MOST + 3):
        client.get(address(item))
    assert client.session["looked_at"] == [
        item.pk for item in reversed(list(item.__class__.objects.order_by("pk"))[-MOST:])
    ]


# --- item ---


def test_an_items_page_takes_few_statements(
    member, client, owner, now, unremembered, django_assert_num_queries
):
    item = ItemFactory()
    ItemFactory.create_batch(30, category=item.category)
    for amount in range(11, 20):
        BidFactory(item=item, amount=amount)
    BagFactory.create_batch(5, owner=owner)
    warm(now, Key(Family.SIMILAR, item.pk))
    for visitor in (client, member):
        visitor.get(address(item))
    with django_assert_num_queries(5):
        guest = client.get(address(item))
    with django_assert_num_queries(6):
        own = member.get(address(item))
    assert max(len(guest.content), len(own.content)) < LARGEST


@pytest.mark.parametrize(
    ("status", "bids", "label"),
    [
        ("sold", 3, "Sold for"),
        ("ended", 3, "Last bid"),
        ("ended", 0, "Started at"),
        ("active", 3, "Current bid"),
        ("active", 0, "Starts at"),
    ],
)
def test_what_a_price_is_called_depends_on_what_became_of_the_lot(client, status, bids, label):
    lot = ItemFactory(auction_status=status, bid_count=bids, current_price=12)
    assert f'{label}</span> <strong class="price">12.00' in text(client.get(address(lot)))


def test_a_description_is_shown_in_paragraphs_and_escaped(client):
    item = ItemFactory(description="Brass & glass.\n\nUsed <once>.")
    assert "<p>Brass &amp; glass.</p>\n\n<p>Used &lt;once&gt;.</p>" in text(
        client.get(address(item))
    )


def test_an_items_page_shows_what_is_similar_and_says_why(client):
    item = ItemFactory()
    alike = ItemFactory(category=item.category)
    shown = section(client.get(address(item)), "similar")
    assert shown.index(alike.title) < shown.index("Same category")


def test_when_it_ends_is_said_without_a_script(client, now):
    item = ItemFactory(end_at=now.replace(year=2099, month=3, day=4, hour=5, minute=6))
    found = re.search(r"ends <time [^>]*data-until[^>]*>([^<]*)</time>", text(client.get("/")))
    assert found[1] == "4 Mar, 05:06 UTC"
    assert found[0] in text(client.get(address(item)))


def test_an_old_address_leads_to_the_item(client):
    item = ItemFactory(title="Renamed", slug="renamed")
    assert client.get(f"/items/{item.pk}/old-name/")["Location"] == address(item)
    assert client.get(f"/items/{item.pk}/")["Location"] == address(item)


def test_a_draft_is_not_there_for_others(member, client):
    draft = ItemFactory(publication_status="draft", title="Secret plan")
    for visitor in (member, client):
        answer = visitor.get(address(draft), headers={"accept": "text/html"})
        assert answer.status_code == 404
        assert "Secret plan" not in text(answer)


def test_the_reserve_and_other_peoples_names_stay_unsaid(member, client):
    item = ItemFactory(reserve_price="987.65")
    bid = BidFactory(item=item, bidder__username="shy_bidder")
    for visitor in (member, client):
        shown = text(visitor.get(address(item)))
        assert "987.65" not in shown
        assert bid.bidder.username not in shown
        assert "bidder-" in shown


def test_the_linked_data_cannot_leave_its_script(client):
    evil = "</script><script>alert(1)</script>\u2028"
    item = ItemFactory(title=evil)
    shown = text(client.get(address(item)))
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', shown, re.DOTALL)[1]
    assert json.loads(block)["name"] == evil
    assert "<script>alert" not in shown


def test_why_tells_the_parts_of_the_score_or_the_gate(member, owner, liked):
    assert "Your interest in its category" in text(member.get(f"/why/{liked.pk}/"))
    own = ItemFactory(seller=owner)
    assert "what they sell themselves" in text(member.get(f"/why/{own.pk}/"))


def test_a_page_of_a_list_is_as_long_as_it_was_drawn_whatever_its_address_says(client):
    ItemFactory.create_batch(25)
    for limit in ("1", "1000", "many"):
        shown = text(client.get("/search/", {"limit": limit}))
        assert shown.count('class="item"') == 24


# --- correcting what is believed ---


def test_what_is_not_interesting_is_not_recommended_again(member, liked):
    assert liked.title in section(member.get("/"), "for-you")
    member.post(f"/hidden/{liked.pk}/add/")
    page = member.get("/")
    assert liked.title not in text(page)
    assert liked.title in text(member.get("/interests/"))


def test_what_was_called_not_interesting_by_mistake_is_recommended_again(member, liked):
    member.post(f"/hidden/{liked.pk}/add/")
    member.post(f"/hidden/{liked.pk}/remove/")
    assert liked.title in section(member.get("/"), "for-you")
    assert liked.title not in text(member.get("/interests/"))
    assert member.post(f"/hidden/{liked.pk}/remove/").status_code == 404


def test_a_card_shows_the_item_as_it_is_now_however_often_it_was_drawn(client, now):
    item = ItemFactory(title="Brass astrolabe", bid_count=1, current_price=10, watcher_count=9)
    assert "10.00" in section(client.get("/"), "ending")
    Item.objects.filter(pk=item.pk).update(current_price=11, bid_count=2, title="Brass quadrant")
    shown = section(client.get("/"), "ending")
    assert "11.00" in shown
    assert "2 bids" in shown
    assert "Brass quadrant" in shown
    assert "Brass astrolabe" not in shown


def test_a_removed_interest_changes_the_front_page_at_once(
    member, liked, django_capture_on_commit_callbacks
):
    assert "From a category you like" in text(member.get("/"))
    with django_capture_on_commit_callbacks(execute=True):
        answer = member.post(
            f"/interests/{liked.category_id}/remove/", headers={"hx-request": "true"}
        )
    assert "What you removed" in text(answer)
    changed = section(member.get("/"), "for-you")
    assert liked.title in changed
    assert "From a category you like" not in changed


def test_a_removed_interest_stays_removed_whatever_is_computed(member, owner, liked, now):
    member.post(f"/interests/{liked.category_id}/remove/")
    refresh_user_interests(now=now, user_id=owner.pk)
    assert not owner.interests.exists()
    member.post(f"/interests/{liked.category_id}/restore/")
    refresh_user_interests(now=now, user_id=owner.pk)
    assert owner.interests.get().category_id == liked.category_id
    assert not MutedCategory.objects.exists()


def test_nobody_sees_the_interests_of_another(member, client, stranger, liked):
    client.force_login(stranger)
    assert "Astrolabes" in text(member.get("/interests/"))
    assert "Astrolabes" not in text(client.get("/interests/"))


# --- every page ---


def test_every_page_forbids_what_is_inline_or_from_elsewhere(client):
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<style|<script>|\sstyle=|\son\w+=", text(client.get("/")))


def test_errors_are_pages_for_people_and_json_for_programs(client):
    page = client.get("/nowhere/", headers={"accept": "text/html"})
    assert "Nothing here" in text(page)
    for answer in (
        client.get("/nowhere/", headers={"accept": "application/json"}),
        client.get("/api/v1/nowhere/", headers={"accept": "text/html"}),
    ):
        assert answer.json()["code"] == "not_found"
