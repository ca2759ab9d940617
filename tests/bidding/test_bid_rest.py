from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import override_settings

from bidding.models import Bid, Order, ProxyBid
from bidding.services import place_bid
from inventory.models import Item
from tests.factories import ItemFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot(owner):
    return ItemFactory(seller=owner, starting_price="10.00", current_price="10.00")


def bid(client, lot, amount=None, **body):
    body |= {} if amount is None else {"amount": amount}
    return client.post(f"/api/v1/items/{lot.pk}/bids/", body)


def refused(answer):
    return answer.status_code, answer.json()["code"]


def test_the_first_bid_is_the_starting_price_and_the_next_an_increment_more(
    api, lot, sharee, stranger
):
    answer = bid(api(sharee), lot, "10.00")
    assert answer.status_code == 201
    assert answer.json()["standing"] == "leading"
    assert answer.json()["minimum_bid"] == "11.00"
    assert bid(api(stranger), lot, "11.00").json()["current_price"] == "11.00"
    lot.refresh_from_db()
    assert (lot.current_price, lot.bid_count) == (Decimal("11.00"), 2)
    assert list(Bid.objects.values_list("bidder", "amount", "kind").order_by("id")) == [
        (sharee.pk, Decimal("10.00"), "manual"),
        (stranger.pk, Decimal("11.00"), "manual"),
    ]


@pytest.mark.parametrize(
    ("first", "amount", "minimum"), [(None, "9.99", "10.00"), ("10", "10.99", "11.00")]
)
def test_a_bid_too_low_is_told_the_minimum_and_changes_nothing(
    api, lot, sharee, stranger, first, amount, minimum
):
    if first:
        bid(api(sharee), lot, first)
    before = Item.objects.values().get()
    answer = bid(api(stranger), lot, amount)
    assert refused(answer) == (422, "bid_too_low")
    assert answer.json()["minimum"] == minimum
    assert Item.objects.values().get() == before


@override_settings(BID_INCREMENTS=[["10.01", "0.50"], [None, "2"]])
def test_increments_are_a_setting(api, lot, sharee, stranger):
    assert bid(api(sharee), lot, "10.00").json()["minimum_bid"] == "10.50"
    assert bid(api(stranger), lot, "10.50").json()["minimum_bid"] == "12.50"


def test_nobody_bids_unnamed_or_on_their_own_lot(api, lot, owner):
    assert refused(bid(api(), lot, "10.00")) == (401, "not_authenticated")
    assert refused(bid(api(owner), lot, "10.00")) == (403, "own_lot")
    assert not Bid.objects.exists()


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"auction_status": "ended"}, (409, "auction_over")),
        ({"auction_status": "sold"}, (409, "auction_over")),
        ({"auction_status": "cancelled"}, (409, "auction_over")),
        ({"end_at": timedelta(milliseconds=-1)}, (409, "auction_over")),
        ({"auction_status": "paused"}, (409, "auction_not_active")),
        ({"auction_status": "pending"}, (409, "auction_not_active")),
        ({"auction_status": None}, (409, "auction_not_active")),
        (
            {"auction_status": "scheduled", "start_at": timedelta(hours=1)},
            (409, "auction_not_active"),
        ),
        ({"is_hidden": True}, (404, "not_found")),
        ({"publication_status": "unpublished"}, (404, "not_found")),
    ],
)
def test_a_lot_that_is_not_open_takes_no_bids(api, lot, sharee, now, fields, refusal):
    moments = {k: now + v if isinstance(v, timedelta) else v for k, v in fields.items()}
    Item.objects.update(**moments)
    assert refused(bid(api(sharee), lot, "10.00")) == refusal
    assert refused(api(sharee).post(f"/api/v1/items/{lot.pk}/buy/")) == refusal
    assert not Bid.objects.exists()


def test_a_scheduled_lot_opens_on_time_even_before_anybody_set_it_active(api, lot, sharee, now):
    Item.objects.update(auction_status="scheduled", start_at=now - timedelta(seconds=1))
    assert bid(api(sharee), lot, "10.00").status_code == 201
    lot.refresh_from_db()
    assert lot.auction_status == "active"


def test_late_bids_move_the_end_twice_at_most(api, lot, sharee, stranger, now):
    def bid_a_minute_before_the_end(who, amount):
        end_at = now + timedelta(minutes=1)
        Item.objects.update(end_at=end_at)
        assert bid(api(who), lot, amount).status_code == 201
        lot.refresh_from_db()
        return lot.end_at - end_at

    assert bid_a_minute_before_the_end(sharee, "10") > timedelta(minutes=8)
    assert bid_a_minute_before_the_end(stranger, "11") > timedelta(minutes=8)
    assert bid_a_minute_before_the_end(sharee, "12") == timedelta(0)
    assert lot.extension_count == 2


def test_a_maximum_answers_other_bids_for_its_owner(api, lot, sharee, stranger):
    assert bid(api(sharee), lot, maximum="50").json()["current_price"] == "10.00"
    answer = bid(api(stranger), lot, "20")
    assert (answer.status_code, answer.json()["standing"]) == (201, "outbid")
    assert answer.json()["current_price"] == "21.00"
    assert list(Bid.objects.values_list("bidder", "amount", "kind").order_by("id")) == [
        (sharee.pk, 10, "proxy"),
        (stranger.pk, 20, "manual"),
        (sharee.pk, 21, "auto"),
    ]
    lot.refresh_from_db()
    assert (lot.current_price, lot.bid_count) == (21, 3)


def test_of_equal_maxima_the_earlier_wins(api, lot, sharee, stranger):
    bid(api(sharee), lot, maximum="50")
    answer = bid(api(stranger), lot, "50")
    assert refused(answer) == (409, "outbid")
    assert answer.json()["minimum"] == "51.00"
    leader = Bid.objects.highest_first().first()
    assert (leader.bidder, leader.amount, Bid.objects.count()) == (sharee, 50, 2)


def test_a_maximum_sent_again_keeps_its_place_and_one_changed_loses_it(api, lot, sharee, stranger):
    bid(api(sharee), lot, maximum="50")
    first = ProxyBid.objects.get()
    assert bid(api(sharee), lot, maximum="50").status_code == 200
    assert ProxyBid.objects.get().created_at == first.created_at
    assert bid(api(sharee), lot, maximum="60").json()["amount"] is None
    changed = ProxyBid.objects.get()
    assert (changed.maximum, Bid.objects.count()) == (60, 1)
    assert changed.created_at > first.created_at


def test_a_maximum_below_its_bid_or_below_the_minimum_is_refused(api, lot, sharee):
    answer = bid(api(sharee), lot, "20", maximum="19")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["maximum"])
    assert bid(api(sharee), lot, maximum="9").status_code == 400
    assert not Bid.objects.exists()
    assert not ProxyBid.objects.exists()


def test_buying_now_is_a_bid_that_closes_the_lot(api, lot, sharee, stranger):
    Item.objects.update(buy_now_price="40.00", reserve_price="99.00")
    bid(api(stranger), lot, "10")
    answer = api(sharee).post(f"/api/v1/items/{lot.pk}/buy/")
    assert answer.status_code == 201
    assert (answer.json()["buyer"], answer.json()["amount"]) == (sharee.pk, "40.00")
    lot.refresh_from_db()
    assert (lot.auction_status, lot.current_price, lot.bid_count) == ("sold", 40, 2)
    assert refused(bid(api(stranger), lot, "50")) == (409, "auction_over")
    assert refused(api(stranger).post(f"/api/v1/items/{lot.pk}/buy/")) == (409, "auction_over")
    assert Order.objects.count() == 1


def test_there_is_no_buying_without_a_price_or_once_bids_passed_it(api, lot, sharee, stranger):
    assert refused(api(sharee).post(f"/api/v1/items/{lot.pk}/buy/")) == (409, "no_buy_now")
    Item.objects.update(buy_now_price="40.00")
    bid(api(stranger), lot, "39.50")
    assert refused(api(sharee).post(f"/api/v1/items/{lot.pk}/buy/")) == (409, "buy_now_passed")
    assert not Order.objects.exists()


def test_the_history_is_public_under_an_alias(
    api, lot, sharee, stranger, django_assert_num_queries
):
    other = ItemFactory()
    for who, amount in ((sharee, 10), (stranger, 11), (sharee, 12)):
        place_bid(actor=who, item_id=lot.pk, amount=Decimal(amount))
    place_bid(actor=sharee, item_id=other.pk, amount=Decimal(10))
    with django_assert_num_queries(2):
        rows = api().get(f"/api/v1/items/{lot.pk}/bids/").json()["results"]
    assert [row["amount"] for row in rows] == ["12.00", "11.00", "10.00"]
    assert all(row.keys() == {"amount", "created_at", "bidder"} for row in rows)
    assert rows[0]["bidder"] == rows[2]["bidder"] != rows[1]["bidder"]
    elsewhere = api().get(f"/api/v1/items/{other.pk}/bids/").json()["results"][0]
    assert elsewhere["bidder"] != rows[0]["bidder"]
    with override_settings(SECRET_KEY="another"):
        rekeyed = api().get(f"/api/v1/items/{lot.pk}/bids/").json()["results"]
    assert rekeyed[0]["bidder"] != rows[0]["bidder"]


def test_the_history_of_a_lot_one_may_not_see_does_not_exist(api, lot):
    Item.objects.update(is_hidden=True)
    assert api().get(f"/api/v1/items/{lot.pk}/bids/").status_code == 404


def test_one_sees_ones_own_bids_and_how_they_stand(
    api, sharee, stranger, django_assert_num_queries
):
    def contested(status="active", buyer=None):
        item = ItemFactory()
        place_bid(actor=sharee, item_id=item.pk, amount=Decimal(10), maximum=Decimal(30))
        place_bid(actor=stranger, item_id=item.pk, amount=Decimal(40))
        if buyer:
            Order.objects.create(item=item, buyer=buyer, amount=40)
        Item.objects.filter(pk=item.pk).update(auction_status=status)
        return item.pk

    running, sold, ended = contested(), contested("sold", stranger), contested("ended")

    def standings(who):
        rows = api(who).get("/api/v1/bids/").json()["results"]
        return {row["item"]: row["standing"] for row in rows}

    assert standings(sharee) == {running: "outbid", sold: "lost", ended: "lost"}
    assert standings(stranger) == {running: "leading", sold: "won", ended: "lost"}
    assert standings(UserFactory()) == {}

    client = api(sharee)
    with django_assert_num_queries(2):  # who asks, and the page
        row = client.get("/api/v1/bids/?standing=outbid").json()["results"]
    assert [(r["item"], r["maximum"], r["current_price"]) for r in row] == [
        (running, "30.00", "40.00")
    ]
    assert len(client.get(f"/api/v1/bids/?item={sold}").json()["results"]) == 1
    assert api().get("/api/v1/bids/").status_code == 401


def test_an_order_is_between_its_buyer_and_its_seller(api, lot, owner, sharee, stranger):
    order = Order.objects.create(item=lot, buyer=sharee, amount=10)
    for caller, seen in ((owner, 1), (sharee, 1), (stranger, 0)):
        assert len(api(caller).get("/api/v1/orders/").json()["results"]) == seen
        status = api(caller).get(f"/api/v1/orders/{order.pk}/").status_code
        assert status == (200 if seen else 404)
    assert api().get("/api/v1/orders/").status_code == 401


def test_a_repeated_bid_under_a_key_counts_once(api, lot, sharee):
    for _ in range(2):
        answer = api(sharee).post(
            f"/api/v1/items/{lot.pk}/bids/", {"amount": "10"}, headers={"Idempotency-Key": "a"}
        )
        assert answer.status_code == 201
    assert Bid.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {}, [], "10", {"amount": None}, {"amount": "NaN"}, {"amount": "sNaN"},
        {"amount": "Infinity"}, {"amount": -1}, {"amount": 0}, {"amount": "0.001"},
        {"amount": "1e999999999"}, {"amount": "9" * 2000}, {"amount": 10**10}, {"amount": True},
        {"amount": ["10"]}, {"amount": {"a": 1}}, {"amount": "ten"}, {"amount": "1\0"},
        {"maximum": "NaN"}, {"amount": "10", "maximum": -5},
    ],
)  # fmt: skip
def test_a_malformed_bid_is_the_clients_mistake(api, lot, sharee, body):
    answer = api(sharee).post(f"/api/v1/items/{lot.pk}/bids/", body)
    assert answer.status_code == 400, answer.content
    assert {"code", "detail"} <= answer.json().keys()
    assert not Bid.objects.exists()


@pytest.mark.parametrize("pk", ["0", "9" * 40, "-1", "abc"])
@pytest.mark.parametrize("path", ["items/{}/bids/", "items/{}/buy/", "orders/{}/"])
def test_an_absurd_id_is_not_found(api, sharee, path, pk):
    address = "/api/v1/" + path.format(pk)
    answer = (api(sharee).get if "orders" in path else api(sharee).post)(address, {"amount": "10"})
    assert refused(answer) == (404, "not_found")


@pytest.mark.parametrize(
    "query", ["item=abc", "item=-1", "item=1e400", "standing=fine", "limit=0"]
)
def test_absurd_questions_about_ones_bids_are_refused(api, sharee, query):
    answer = api(sharee).get(f"/api/v1/bids/?{query}")
    assert answer.status_code == 400
    assert {"code", "detail"} <= answer.json().keys()
