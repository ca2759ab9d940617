import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Block
from bidding.models import Order
from inventory.models import Item
from recommendations.models import Event
from recommendations.serving import Gate, Request, explain
from tests.factories import BidFactory, CreationFactory, ItemFactory, WatchlistItemFactory

pytestmark = pytest.mark.django_db


def gate_of(item, person, now, limit=20):
    return explain(item.pk, Request(now, limit, person.pk), actor=None).gate


@pytest.mark.parametrize(
    ("state", "gate"),
    [
        ({"publication_status": "draft"}, Gate.NOT_PUBLISHED),
        ({"publication_status": "archived", "is_hidden": True}, Gate.NOT_PUBLISHED),
        ({"is_hidden": True}, Gate.HIDDEN),
        ({"auction_status": "ended"}, Gate.ENDED),
        ({"auction_status": "sold"}, Gate.ENDED),
        ({"auction_status": "paused"}, Gate.NOT_OPEN),
        ({"auction_status": "cancelled"}, Gate.NOT_OPEN),
    ],
    ids=str,
)
def test_the_item_itself_may_be_what_keeps_it_out(owner, now, state, gate):
    assert gate_of(ItemFactory(**state), owner, now) == gate


def test_a_lot_past_its_end_is_ended_though_nobody_closed_it_yet(owner, now):
    assert gate_of(ItemFactory(end_at=now), owner, now) == Gate.ENDED
    assert gate_of(CreationFactory(end_at=now - timedelta(days=1)), owner, now) is None


def test_what_the_person_did_may_be_what_keeps_it_out(owner, now):
    bought, marked = ItemFactory.create_batch(2)
    Order.objects.create(item=bought, buyer=owner, amount=Decimal(1))
    Event.objects.create(user=owner, item=marked, kind=Event.Kind.HIDE, event_id="1")
    of_somebody_blocked = ItemFactory()
    Block.objects.create(user=owner, blocked=of_somebody_blocked.seller)
    assert gate_of(of_somebody_blocked, owner, now) == Gate.BLOCKED
    assert gate_of(of_somebody_blocked, of_somebody_blocked.seller, now) == Gate.OWN
    assert gate_of(ItemFactory(seller=owner), owner, now) == Gate.OWN
    assert gate_of(BidFactory(bidder=owner).item, owner, now) == Gate.BID_ON
    assert gate_of(WatchlistItemFactory(user=owner).item, owner, now) == Gate.WATCHED
    assert gate_of(bought, owner, now) == Gate.BOUGHT
    assert gate_of(marked, owner, now) == Gate.HIDDEN_BY_PERSON


def test_an_item_in_the_list_is_explained_by_its_place_and_the_parts_of_its_score(owner, now):
    liked = WatchlistItemFactory(user=owner).item
    item = ItemFactory(category=liked.category, bid_count=1, watcher_count=2)
    why = explain(item.pk, Request(now, 20, owner.pk), actor=None)
    assert why.recommended
    assert (why.rank, why.source, why.reason) == (1, "personal", "category_interest")
    assert (why.parts.interest, why.parts.popularity, why.parts.recency) == (0.6, 0.1, 0.1)
    assert why.score == why.parts.total == 0.8
    assert why.detail == "From a category you like."


def test_an_item_that_scores_too_low_is_told_so_with_its_parts(owner, now):
    ItemFactory.create_batch(2, bid_count=5)
    quiet = CreationFactory(category=None)
    why = explain(quiet.pk, Request(now, 2, owner.pk), actor=None)
    assert (why.recommended, why.gate) == (False, Gate.OUTRANKED)
    assert (why.parts.total, why.parts.favorite) == (0, False)


def test_a_place_that_was_filled_up_has_a_score_that_is_not_made_of_the_person_s_own_parts(
    owner, now
):
    WatchlistItemFactory(user=owner)
    newest = CreationFactory(category=None)
    why = explain(newest.pk, Request(now, 20, owner.pk), actor=None)
    assert why.recommended
    assert (why.source, why.parts) == ("popular", None)


def test_a_person_asks_about_their_own_list_and_a_manager_about_anybodys(
    api, owner, stranger, manager
):
    item = ItemFactory(seller=owner)
    address = f"/api/v1/recommendations/why/{item.pk}/"
    assert api(owner).get(address).json()["gate"] == "own"
    assert api(stranger).get(address, {"user": owner.pk}).status_code == 403
    assert api(manager).get(address, {"user": owner.pk}).json()["gate"] == "own"
    assert api().get(address).status_code == 401


def test_what_a_person_may_not_see_is_not_explained_to_them(api, stranger, owner):
    draft = ItemFactory(seller=owner, publication_status="draft")
    assert api(stranger).get(f"/api/v1/recommendations/why/{draft.pk}/").status_code == 404


def test_the_command_explains_by_name_or_id(owner, now):
    item = ItemFactory()
    for name in (owner.username, str(owner.pk)):
        out = StringIO()
        call_command("explain_recommendation", name, item.pk, "--json", stdout=out)
        assert json.loads(out.getvalue())["recommended"] is True
    Item.objects.update(is_hidden=True)
    out = StringIO()
    call_command("explain_recommendation", owner.username, item.pk, stdout=out)
    assert "hidden by an operator" in out.getvalue()


@pytest.mark.parametrize(("user", "item"), [("nobody_here", 1), ("owner", 404), ("404", 1)])
def test_the_command_names_what_it_does_not_know(owner, user, item):
    with pytest.raises(CommandError, match="There is no"):
        call_command("explain_recommendation", user, item)
