from datetime import timedelta
from decimal import Decimal
from io import StringIO

import orjson
import pytest
from django.core.management import call_command

from bidding.models import Bid, Order
from bidding.services import close_due_auctions, closing, place_bid
from tests.factories import BidFactory, ItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ended(now):
    """A lot whose end has just passed, with bids of 11 and 15 on it; `ended(reserve_price=…)`."""

    def lot(bids=("11.00", "15.00"), **fields):
        item = ItemFactory(end_at=now - timedelta(seconds=1), bid_count=len(bids), **fields)
        for amount in bids:
            BidFactory(item=item, amount=amount)
        return item

    return lot


def status_of(item):
    item.refresh_from_db()
    return item.auction_status


@pytest.mark.parametrize("reserve", [None, "0", "15.00"])
def test_a_lot_whose_highest_bid_meets_the_reserve_is_sold_to_its_bidder(ended, reserve):
    lot = ended(reserve_price=reserve)
    assert close_due_auctions() == {"opened": 0, "sold": 1, "ended": 0}
    order = Order.objects.get()
    assert status_of(lot) == "sold"
    assert (order.item, order.amount, order.status) == (lot, Decimal(15), "payment_pending")
    assert order.buyer == Bid.objects.highest_first().first().bidder


@pytest.mark.parametrize("fields", [{"reserve_price": "15.01"}, {"bids": ()}])
def test_a_lot_without_bids_or_below_its_reserve_ends_unsold(ended, fields):
    lot = ended(**fields)
    assert close_due_auctions() == {"opened": 0, "sold": 0, "ended": 1}
    assert status_of(lot) == "ended"
    assert not Order.objects.exists()


def test_closing_again_changes_nothing(ended):
    ended()
    close_due_auctions()
    assert close_due_auctions() == {"opened": 0, "sold": 0, "ended": 0}
    assert Order.objects.count() == 1


def test_a_lot_that_was_hidden_meanwhile_is_sold_all_the_same(ended):
    lot = ended(publication_status="unpublished", auction_status="paused")
    close_due_auctions()
    assert status_of(lot) == "sold"


def test_running_and_endless_lots_and_what_is_no_auction_stay(ended):
    lots = [ItemFactory(), ItemFactory(end_at=None), ended(auction_status=None)]
    before = [lot.auction_status for lot in lots]
    close_due_auctions()
    assert [status_of(lot) for lot in lots] == before


def test_scheduled_lots_open_at_their_start_and_not_before(now):
    due = ItemFactory(auction_status="scheduled", start_at=now - timedelta(seconds=1))
    early = ItemFactory(auction_status="scheduled", start_at=now + timedelta(hours=1))
    assert close_due_auctions()["opened"] == 1
    assert (status_of(due), status_of(early)) == ("active", "scheduled")


def test_many_lots_are_closed_in_batches_of_a_few_queries(
    ended, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr(closing, "BATCH", 2)
    for _ in range(5):
        ended()
    seen = []
    with django_assert_max_num_queries(40):
        report = close_due_auctions(progress=lambda *step: seen.append(step))
    assert (report["sold"], seen) == (5, [(2, 2), (4, 4), (5, 5)])


def test_a_wrong_application_clock_changes_nothing(ended, monkeypatch, now, stranger):
    """Bidding and closing go by the database's clock, however wrong the process's own is."""
    running, over = ItemFactory(), ended()
    for wrong in (now - timedelta(days=400), now + timedelta(days=400)):
        monkeypatch.setattr("django.utils.timezone.now", lambda wrong=wrong: wrong)
        monkeypatch.setattr("time.time", lambda wrong=wrong: wrong.timestamp())
        assert close_due_auctions()["ended"] == 0
    place_bid(actor=stranger, item_id=running.pk, amount=Decimal(10))
    bid = Bid.objects.get(item=running)
    assert abs(bid.created_at - now) < timedelta(minutes=1)
    assert (status_of(running), status_of(over)) == ("active", "sold")


def test_the_command_reports_what_it_did(ended):
    ended()
    out = StringIO()
    call_command("close_due_auctions", "--json", stdout=out)
    assert orjson.loads(out.getvalue()) == {"opened": 0, "sold": 1, "ended": 0}
