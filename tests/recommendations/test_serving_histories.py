"""Random histories of everything that changes what may be shown."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Block
from bidding.models import Order
from inventory.models import Item
from recommendations.data import Family
from recommendations.models import Event
from recommendations.serving import Request, home_list, popular_list
from tests.factories import (
    BagEntryFactory,
    BidFactory,
    CategoryFactory,
    ItemFactory,
    UserFactory,
    WatchlistItemFactory,
)
from tests.recommendations.lists import ids, keep


class Histories(RuleBasedStateMachine):
    """Whatever happens: never what may not be shown, nothing twice, no list short."""

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def people_and_items(self):
        self.now = datetime.now(UTC)
        self.person = UserFactory()
        self.categories = CategoryFactory.create_batch(2)
        self.items = [
            ItemFactory(category=self.categories[n % 2], created_at=self.now) for n in range(8)
        ]

    @rule(n=st.integers(0, 7), status=st.sampled_from(Item.PublicationStatus.values))
    def publish(self, n, status):
        Item.objects.filter(pk=self.items[n].pk).update(publication_status=status)

    @rule(n=st.integers(0, 7), hidden=st.booleans())
    def hide(self, n, hidden):
        Item.objects.filter(pk=self.items[n].pk).update(is_hidden=hidden)

    @rule(n=st.integers(0, 7), status=st.sampled_from([None, *Item.AuctionStatus.values]))
    def auction(self, n, status):
        Item.objects.filter(pk=self.items[n].pk).update(auction_status=status)

    @rule(n=st.integers(0, 7))
    def bid(self, n):
        BidFactory(item=self.items[n], bidder=self.person)

    @rule(n=st.integers(0, 7))
    def watch(self, n):
        if not self.person.watchlist.filter(item=self.items[n]).exists():
            WatchlistItemFactory(user=self.person, item=self.items[n])

    @rule(n=st.integers(0, 7))
    def dislike(self, n):
        Event.objects.create(
            user=self.person, item=self.items[n], kind="hide", event_id=str(Event.objects.count())
        )

    @rule(n=st.integers(0, 7), bought=st.booleans())
    def sell(self, n, bought):
        buyer = self.person if bought else self.items[n].seller
        Order.objects.update_or_create(item=self.items[n], defaults={"buyer": buyer, "amount": 1})

    @rule(n=st.integers(0, 7))
    def collect(self, n):
        BagEntryFactory(item=self.items[n], bag__owner=self.person)

    @rule(n=st.integers(0, 7))
    def block(self, n):
        Block.objects.get_or_create(user=self.person, blocked=self.items[n].seller)

    @rule(hours=st.integers(-30, 300))
    def clock(self, hours):
        self.now += timedelta(hours=hours)

    @rule(data=st.data())
    def fill_caches(self, data):
        for family, owner in [
            (Family.HOME, self.person.pk),
            (Family.POPULAR, None),
            (Family.SIMILAR, self.items[0].pk),
        ]:
            chosen = data.draw(st.lists(st.sampled_from(self.items), max_size=10))
            keep(family, owner, chosen, self.now)

    @invariant()
    def lists_are_right(self):
        live = set(Item.objects.live(self.now).values_list("pk", flat=True))
        unwanted = {
            item
            for had in (
                self.person.bids,
                self.person.watchlist,
                self.person.events,
                self.person.orders,
            )
            for item in had.values_list("item", flat=True)
        }
        blocked = Item.objects.filter(seller__blocks_received__user=self.person)
        unwanted.update(blocked.values_list("pk", flat=True))
        home = ids(home_list(Request(self.now, 5, self.person.pk)))
        popular = ids(popular_list(Request(self.now, 5)))
        for shown, allowed in [(home, live - unwanted), (popular, live)]:
            assert len(shown) == len(set(shown)) == min(5, len(allowed))
            assert set(shown) <= allowed


@pytest.mark.django_db
def test_no_history_makes_a_list_wrong():
    run_state_machine_as_test(
        Histories,
        settings=hypothesis_settings(max_examples=15, stateful_step_count=15),
    )
