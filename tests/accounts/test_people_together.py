"""Two things at once to the same people: one outcome, never a broken one."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts import services
from accounts.models import Friendship, User
from bidding.models import Bid
from inventory.models import Item
from recsys.lib.errors import Conflict
from tests.factories import PASSWORD, ItemFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(*actions):
    """Start all of them at the same moment, each with a connection of its own."""
    start = Barrier(len(actions))

    def run(action):
        try:
            connection.ensure_connection()
            start.wait()
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as threads:
        return [future.result() for future in [threads.submit(run, each) for each in actions]]


def ask(actor, other):
    services.ask_friend(actor=actor, username=other.username, now=timezone.now())


@pytest.mark.parametrize("attempt", range(10))
def test_two_who_ask_each_other_at_once_become_friends_once(attempt):
    one, other = UserFactory(), UserFactory()
    together(lambda: ask(one, other), lambda: ask(other, one))
    assert Friendship.objects.get().accepted_at is not None


def test_asking_ten_times_at_once_asks_once():
    one, other = UserFactory(), UserFactory()

    def attempt():
        try:
            ask(one, other)
        except Conflict:
            return False
        return True

    assert together(*[attempt] * 10).count(True) == 1
    assert Friendship.objects.get().accepted_at is None


@pytest.mark.parametrize("attempt", range(5))
def test_bids_racing_the_erasure_of_their_bidder_stay_whole(api, attempt):
    bidder, lots = UserFactory(), [ItemFactory(current_price=None) for _ in range(6)]
    callers = [(api(bidder), lot) for lot in lots]

    def bid(caller, lot):
        body = {"amount": "50.00"}
        return caller.post(f"/api/v1/items/{lot.pk}/bids/", body, format="json").status_code

    def erase():
        services.erase_account(user=bidder, password=PASSWORD, now=timezone.now())

    *answers, _ = together(*[lambda c=c, lot=lot: bid(c, lot) for c, lot in callers], erase)
    assert set(answers) <= {201, 401, 409}
    assert not User.objects.filter(pk=bidder.pk).exists()
    assert Bid.objects.count() == answers.count(201)
    assert {bid.bidder.is_active for bid in Bid.objects.all()} <= {False}
    assert sum(Item.objects.values_list("bid_count", flat=True)) == answers.count(201)
