"""Eight people at once, on the real database: nothing lost, nothing doubled, no error."""

import os
import random
import threading
import time
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import connection, transaction

from bidding.models import Bid, Order, ProxyBid
from bidding.rules import increment_at
from bidding.services import bids as bidding
from bidding.services import buy_now, close_due_auctions, place_bid
from inventory.models import Item
from recsys.lib import retry
from recsys.lib.clock import database_now
from recsys.lib.errors import Conflict, DomainError, Unprocessable
from tests.factories import ItemFactory, UserFactory
from tests.races import at_once, fail_as_contended

pytestmark = pytest.mark.django_db(transaction=True)

OFFERS = int(os.environ.get("RECSYS_RACE_OFFERS", "1000"))
"""How many bids race each other; 10,000 is the long run."""


def check_invariants(item):
    """Contract, section 8, of one lot as it is stored."""
    item.refresh_from_db()
    bids = list(Bid.objects.filter(item=item).order_by("id"))
    assert item.bid_count == len(bids)
    assert all(bid.bidder_id != item.seller_id for bid in bids)
    assert all(bid.created_at < item.end_at for bid in bids)
    for lower, higher in pairwise(bids):
        assert higher.amount >= lower.amount + increment_at(lower.amount)
        assert higher.created_at >= lower.created_at
    if bids:
        assert bids[0].amount >= item.starting_price
        assert item.current_price == bids[-1].amount == max(bid.amount for bid in bids)


def offer(rng, actor, item_id):
    """Bid what the lot seems to ask, sometimes too little or with a maximum."""
    price = Item.objects.values_list("current_price", flat=True).get(pk=item_id)
    amount = price + rng.choice([0, 1, 5, 100])
    maximum = amount + rng.randrange(200) if rng.random() < 0.1 else None
    return place_bid(actor=actor, item_id=item_id, amount=amount, maximum=maximum)


def test_bids_at_once_on_hot_and_cold_lots_keep_every_invariant():
    people = [UserFactory() for _ in range(8)]
    seller = people[0]
    hot = ItemFactory(seller=seller)
    cold = [ItemFactory(seller=seller) for _ in range(20)]
    rng = random.Random(8)

    def call(seed):
        own = random.Random(seed)
        item = hot if own.random() < 0.5 else own.choice(cold)
        return lambda: offer(own, own.choice(people), item.pk)

    outcomes = at_once([call(rng.random()) for _ in range(OFFERS)])
    refusals = [each for each in outcomes if isinstance(each, Exception)]
    assert all(isinstance(each, DomainError) and each.status < 500 for each in refusals)
    accepted = [each for each in outcomes if not isinstance(each, Exception)]
    with_own_bid = [each for each in accepted if each.amount is not None]
    assert len(with_own_bid) > OFFERS / 10
    assert Bid.objects.exclude(kind="auto").count() == len(with_own_bid)
    for item in [hot, *cold]:
        check_invariants(item)


def test_twenty_equal_bids_at_once_are_accepted_once():
    item, people = ItemFactory(), [UserFactory() for _ in range(20)]
    outcomes = at_once(
        [lambda p=p: place_bid(actor=p, item_id=item.pk, amount=Decimal(10)) for p in people]
    )
    assert sum(not isinstance(each, Exception) for each in outcomes) == 1
    assert sum(isinstance(each, Unprocessable) for each in outcomes) == 19
    check_invariants(item)


def test_twenty_buyers_at_once_make_one_order():
    item, people = ItemFactory(buy_now_price="40"), [UserFactory() for _ in range(20)]
    outcomes = at_once([lambda p=p: buy_now(actor=p, item_id=item.pk) for p in people])
    assert sum(isinstance(each, Order) for each in outcomes) == 1
    assert sum(isinstance(each, Conflict) for each in outcomes) == 19
    assert Order.objects.count() == 1
    check_invariants(item)


def test_closing_eight_times_at_once_makes_one_order_for_each_lot(now):
    lots = [ItemFactory() for _ in range(30)]
    for lot in lots:
        place_bid(actor=UserFactory(), item_id=lot.pk, amount=Decimal(10))
    Item.objects.update(end_at=now)
    reports = at_once([close_due_auctions] * 8)
    assert sum(report["sold"] for report in reports) == 30
    assert set(Order.objects.values_list("item", flat=True)) == {lot.pk for lot in lots}
    assert set(Item.objects.values_list("auction_status", flat=True)) == {"sold"}


@pytest.mark.parametrize("is_changed", [True, False])
def test_a_bid_that_waits_past_the_end_is_refused(is_changed):
    """Also if whoever held the lot left it as it was: then PostgreSQL does not read it anew."""
    item, person = ItemFactory(), UserFactory()
    held, outcome = threading.Event(), []

    def bid_meanwhile():
        held.wait()
        try:
            place_bid(actor=person, item_id=item.pk, amount=Decimal(10))
        except DomainError as error:
            outcome.append(error.code)
        finally:
            connection.close()

    lot = Item.objects.filter(pk=item.pk)
    lot.update(end_at=database_now() + timedelta(seconds=1))
    waiting = threading.Thread(target=bid_meanwhile)
    waiting.start()
    with transaction.atomic():
        lot.select_for_update().get()
        if is_changed:
            lot.update(title="Another")
        held.set()
        time.sleep(1.1)
    waiting.join()
    assert outcome == ["auction_over"]
    assert not Bid.objects.exists()


def test_a_contended_bid_is_tried_again_and_counts_once(monkeypatch):
    item, person = ItemFactory(), UserFactory()
    failures, record = [1, 2], bidding.raise_price

    def contended(**kwargs):
        record(**kwargs)
        if failures:
            failures.pop()
            fail_as_contended()

    monkeypatch.setattr(bidding, "raise_price", contended)
    place_bid(actor=person, item_id=item.pk, amount=Decimal(10), maximum=Decimal(20))
    assert not failures
    assert (Bid.objects.count(), ProxyBid.objects.count()) == (1, 1)
    check_invariants(item)


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "one"}])
def test_lasting_contention_is_503_with_retry_after_and_nothing_written(api, monkeypatch, headers):
    item, person = ItemFactory(), UserFactory()
    before = Item.objects.values().get(pk=item.pk)
    monkeypatch.setattr(retry, "LONGEST_PAUSE", 0.001)

    def contended(**kwargs):
        fail_as_contended()

    with monkeypatch.context() as patched:
        patched.setattr(bidding, "raise_price", contended)
        answer = bid_over_rest(api(person), item, headers)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer["Retry-After"] == "1"
    assert not Bid.objects.exists()
    assert Item.objects.values().get(pk=item.pk) == before
    assert bid_over_rest(api(person), item, headers).status_code == 201


def bid_over_rest(client, item, headers):
    body = {"amount": "10", "maximum": "20"}
    return client.post(f"/api/v1/items/{item.pk}/bids/", body, headers=headers)
