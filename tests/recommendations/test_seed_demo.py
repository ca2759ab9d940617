from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import StringIO
from itertools import pairwise

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Q

from accounts.models import User
from accounts.queries import list_active_users
from bidding.models import Bid, Order
from bidding.rules import increment_at
from inventory.models import Bag, BagEntry, Category, Happening, Item, WatchlistItem, World
from recommendations.models import Event
from recommendations.services import SeedReport, seed_demo

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
PASSWORDS = {"demo": "a long enough passphrase", "operator": "a long enough passphrase"}

pytestmark = pytest.mark.django_db

# Every row, apart from its key, hashed passwords and when it was last saved.
ROWS = {
    User: "username email display_name date_joined last_sign_in_at sign_in_count is_superuser",
    Category: "slug name parent__slug",
    Item: (
        "slug seller__username title description kind category__slug condition starting_price "
        "reserve_price current_price buy_now_price bid_count watcher_count start_at end_at "
        "publication_status auction_status is_hidden metadata created_at"
    ),
    Bid: "item__slug bidder__username amount kind created_at",
    Order: "item__slug buyer__username amount status created_at",
    WatchlistItem: "item__slug user__username created_at",
    Bag: "owner__username slug name visibility created_at",
    BagEntry: "bag__owner__username bag__slug item__slug quantity added_at",
    World: "name map__slug address port current_users max_users last_seen_at",
    Happening: "world__name name description starts_at ends_at",
    Event: "user__username item__slug kind value occurred_at event_id",
}


def seed(*, users=60, items=140, number=1, now=NOW) -> SeedReport:
    return seed_demo(users=users, items=items, seed=number, passwords=PASSWORDS, now=now)


def fingerprint_of_a_seed(**options) -> str:
    with transaction.atomic():
        seed(**options)
        rows = [sorted(map(repr, m.objects.values_list(*ROWS[m].split()))) for m in ROWS]
        transaction.set_rollback(True)
    return sha256(repr(rows).encode()).hexdigest()


def test_the_same_seed_makes_the_same_rows():
    assert fingerprint_of_a_seed() == fingerprint_of_a_seed()


def test_another_seed_makes_other_rows():
    assert fingerprint_of_a_seed() != fingerprint_of_a_seed(number=2)


def test_a_seeded_database_stays_as_it_is():
    seed()
    before = {model: model.objects.count() for model in ROWS}
    assert seed(now=NOW + timedelta(days=1)) == SeedReport()
    assert {model: model.objects.count() for model in ROWS} == before


def test_the_report_counts_the_rows():
    report = seed()
    assert report == SeedReport(
        people=User.objects.count(),
        items=Item.objects.count(),
        bids=Bid.objects.count(),
        sold=Order.objects.count(),
        watches=WatchlistItem.objects.count(),
        events=Event.objects.count(),
        bags=Bag.objects.count(),
        worlds=World.objects.count(),
    )
    assert all(getattr(report, name) for name in report.__slots__)


def test_every_bid_follows_the_rules():
    seed()
    for item in Item.objects.filter(bid_count__gt=0).prefetch_related("bids"):
        bids = sorted(item.bids.all(), key=lambda bid: bid.id)
        assert bids[0].amount >= item.starting_price
        for earlier, later in pairwise(bids):
            assert later.amount >= earlier.amount + increment_at(earlier.amount)
            assert later.created_at >= earlier.created_at
        assert item.start_at <= bids[0].created_at
        assert bids[-1].created_at < item.end_at - timedelta(minutes=10)  # moves no end
        assert bids[-1].created_at <= NOW
        assert item.seller_id not in {bid.bidder_id for bid in bids}


def test_counts_and_prices_are_exact():
    seed()
    counted = Item.objects.annotate(
        bids_there=Count("bids", distinct=True), watchers_there=Count("watchers", distinct=True)
    )
    for item in counted:
        assert (item.bid_count, item.watcher_count) == (item.bids_there, item.watchers_there)
        amounts = [bid.amount for bid in item.bids.all()]
        asked = item.starting_price if item.kind == "lot" else item.buy_now_price
        assert item.current_price == max(amounts, default=asked)


def test_lots_whose_end_is_past_are_closed_by_the_rules():
    seed()
    assert not Item.objects.filter(auction_status="active", end_at__lte=NOW).exists()
    for item in Item.objects.filter(auction_status="sold"):
        leader = item.bids.highest_first()[0]
        assert leader.amount >= (item.reserve_price or 0)
        assert (item.order.buyer_id, item.order.amount) == (leader.bidder_id, leader.amount)
        assert item.order.created_at == item.end_at
    for item in Item.objects.filter(auction_status="ended", bid_count__gt=0):
        assert item.current_price < item.reserve_price


def test_there_are_live_scheduled_ended_and_sold_lots_and_creations():
    seed()
    assert {*Item.objects.values_list("auction_status", flat=True)} == {
        "active", "scheduled", "ended", "sold", None,
    }  # fmt: skip
    assert {*Item.objects.values_list("kind", flat=True)} == {"lot", "avatar", "map", "prop"}
    assert Item.objects.filter(auction_status="scheduled", start_at__lte=NOW).count() == 0


def test_nobody_acts_before_joining_or_after_they_were_last_here():
    seed()
    for model, user, at in [
        (Bid, "bidder", "created_at"),
        (WatchlistItem, "user", "created_at"),
        (Event, "user", "occurred_at"),
    ]:
        rows = model.objects.values_list(
            at, f"{user}__date_joined", f"{user}__last_sign_in_at", "item__created_at"
        )
        assert all(max(joined, made) <= moment <= seen for moment, joined, seen, made in rows)


def test_people_keep_to_their_tastes():
    """At random, the favourite of 22 categories would hold about a fifth of a person's watches."""
    seed(users=120, items=220)
    shares = []
    for user in User.objects.filter(watchlist__isnull=False).distinct():
        categories = [*user.watchlist.values_list("item__category", flat=True)]
        if len(categories) >= 5:
            shares.append(max(map(categories.count, categories)) / len(categories))
    assert sum(shares) / len(shares) > 0.45


def test_recent_sign_ins_leave_30_to_50_percent_fewer_to_recompute_than_dates_joined():
    """A recompute for everybody who joined within the span that interests look back on (90 days),
    or for everybody who ever joined, would work for people who never came back: most of them
    signed in long ago (the dormant), some never did. `list_active_users` leaves those out and
    keeps newcomers who have yet to sign in.
    """
    seed(users=200, items=30)
    month = NOW - timedelta(days=30)
    active = {user.pk for user in list_active_users(since=month)}
    for joined in (
        User.objects.all(),
        User.objects.filter(date_joined__gt=NOW - timedelta(days=90)),
    ):
        assert 0.30 <= 1 - len(active) / joined.count() <= 0.50
    left_out = User.objects.exclude(pk__in=active)
    dormant = left_out.filter(last_sign_in_at__lte=month)
    never_came = left_out.filter(last_sign_in_at=None, date_joined__lte=month)
    assert dormant.count() + never_came.count() == left_out.count()
    assert dormant.count() > never_came.count() > 0
    newcomers = Q(last_sign_in_at=None, date_joined__gt=month)
    assert active >= {user.pk for user in User.objects.filter(newcomers)} != set()


def test_outside_debug_the_known_passwords_are_refused():
    with pytest.raises(CommandError, match="--password"):
        call_command("seed_demo", verbosity=0)
    assert not User.objects.exists()


def test_the_logins_have_the_password_given():
    call_command("seed_demo", "--users=5", "--items=10", "--password=open sesame", verbosity=0)
    assert authenticate(username="demo", password="open sesame")
    assert authenticate(username="operator", password="open sesame").is_superuser


def test_in_debug_the_logins_have_the_known_passwords(settings):
    settings.DEBUG = True
    call_command("seed_demo", "--users=5", "--items=10", verbosity=0)
    assert authenticate(username="demo", password="demo-password")
    assert authenticate(username="operator", password="operator-password").is_staff


@pytest.mark.parametrize("option", ["--users=0", "--items=-3", "--items=many", "--at=yesterday"])
def test_absurd_options_are_one_line(option):
    with pytest.raises(CommandError, match=option.partition("=")[2]):
        call_command("seed_demo", option, stderr=StringIO())
