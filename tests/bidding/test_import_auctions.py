from datetime import UTC, datetime, timedelta
from decimal import Decimal
from io import StringIO

import orjson
import pytest
from django.core.management import CommandError, call_command

from accounts.models import User, UserIdentity
from bidding.models import Bid, Order
from inventory.models import Category, Item

pytestmark = pytest.mark.django_db

HEADER = "auctionid,bid,bidtime,bidder,bidderrate,openbid,price,item,auction_type"
ROWS = [
    "11,175,2.230949,schadenfreud,0,99,177.5,Cartier wristwatch,3 day auction",
    "11,100,2.600116,chuik,0,99,177.5,Cartier wristwatch,3 day auction",
    "11,177.5,2.909826,eli.flint@flightsafety.co,4,99,177.5,Cartier wristwatch,3 day auction",
    "12,1.25,6.9,chuik,1,1,1.25,Xbox game console,7 day auction",
    "12,1,0.5,honey-marie,1,1,1.25,Xbox game console,7 day auction",
]
ALL_OVER = datetime(2026, 1, 10, tzinfo=UTC)


@pytest.fixture
def run(tmp_path):
    def import_them(rows=ROWS, ends_at=ALL_OVER, header=HEADER):
        path = tmp_path / "auction.csv"
        lines = [row if isinstance(row, bytes) else row.encode() for row in (header, *rows)]
        path.write_bytes(b"\n".join(lines))
        stdout = StringIO()
        call_command(
            "import_auctions", str(path), "--ends-at", ends_at.isoformat(), "--json",
            "--verbosity=0", stdout=stdout,
        )  # fmt: skip
        return orjson.loads(stdout.getvalue())

    return import_them


def lot(number) -> Item:
    return Item.objects.get(slug=f"auction-{number}")


def test_lots_come_with_all_of_their_bids_in_the_order_of_time(run):
    report = run()
    assert report == {"rows": 5, "bad_rows": 0, "lots": 2, "bids": 5, "people": 4, "sold": 2}
    amounts = [*Bid.objects.filter(item=lot(11)).order_by("id").values_list("amount", flat=True)]
    assert amounts == [175, 100, Decimal("177.50")]
    assert [*lot(12).bids.order_by("created_at").values_list("amount", flat=True)] == [
        1, Decimal("1.25"),
    ]  # fmt: skip
    assert {*Bid.objects.values_list("kind", flat=True)} == {"proxy"}
    assert (lot(11).bid_count, lot(11).current_price) == (3, Decimal("177.50"))
    assert lot(11).starting_price == 99
    assert {*Category.objects.values_list("name", flat=True)} == {
        "Cartier wristwatch", "Xbox game console",
    }  # fmt: skip


def test_bidders_get_valid_names_and_are_found_by_their_own(run):
    run()
    assert UserIdentity.objects.get(uid="chuik").user.username == "chuik"
    flint = UserIdentity.objects.get(uid="eli.flint@flightsafety.co").user
    assert flint.username.startswith("eli_flint")
    assert flint.display_name == "eli.flint"  # no address is shown
    for user in User.objects.all():
        user.full_clean(exclude=["password", "email"])


def test_the_last_lot_ends_when_asked_and_all_began_together(run):
    run()
    assert lot(12).end_at == ALL_OVER
    assert lot(12).start_at == lot(11).start_at == ALL_OVER - timedelta(days=7)
    assert lot(11).end_at == ALL_OVER - timedelta(days=4)
    first = Bid.objects.get(amount=175)
    assert first.created_at == lot(11).start_at + timedelta(days=2.230949)


def test_lots_that_are_over_are_sold_to_the_highest_bidder(run):
    run()
    assert {lot(11).auction_status, lot(12).auction_status} == {"sold"}
    order = Order.objects.get(item=lot(11))
    assert order.buyer == UserIdentity.objects.get(uid="eli.flint@flightsafety.co").user
    assert (order.amount, order.created_at) == (Decimal("177.50"), lot(11).end_at)


def test_lots_that_are_still_ahead_are_live_and_their_bids_lie_behind(run, now):
    report = run(ends_at=now + timedelta(days=2))
    assert report["sold"] == Order.objects.count() == 1  # the 3 days of lot 11 are over
    assert [*Item.objects.live(now)] == [lot(12)]
    ahead = lot(12)
    assert ahead.end_at == now + timedelta(days=2)
    times = sorted(ahead.bids.values_list("created_at", flat=True))
    assert ahead.start_at <= times[0] < times[1] <= datetime.now(UTC)
    assert times[1] - times[0] == timedelta(days=6.9) - timedelta(days=0.5)


def test_every_lot_may_still_be_ahead(run, now):
    run(ends_at=now + timedelta(days=400))
    assert Item.objects.live(now).count() == 2
    for bid in Bid.objects.select_related("item"):
        assert bid.item.start_at <= bid.created_at <= datetime.now(UTC) < bid.item.end_at


def test_the_same_file_twice_is_once(run, now):
    run()
    before = [*Bid.objects.values_list("pk", "created_at")], [*Item.objects.values_list()]
    again = run(ends_at=now + timedelta(days=9))
    assert (again["lots"], again["bids"], again["people"], again["sold"]) == (0, 0, 0, 0)
    assert (
        [*Bid.objects.values_list("pk", "created_at")],
        [*Item.objects.values_list()],
    ) == before


@pytest.mark.parametrize(
    "row",
    [
        "13,ten,1,somebody,0,1,2,Xbox,3 day auction",
        "13,NaN,1,somebody,0,1,2,Xbox,3 day auction",
        "13,0,1,somebody,0,1,2,Xbox,3 day auction",
        "13,-5,1,somebody,0,1,2,Xbox,3 day auction",
        "13,1e30,1,somebody,0,1,2,Xbox,3 day auction",
        "13,5,3.5,somebody,0,1,2,Xbox,3 day auction",
        "13,5,-1,somebody,0,1,2,Xbox,3 day auction",
        "13,5,1,,0,1,2,Xbox,3 day auction",
        "13,5,1,somebody,0,1,2,,3 day auction",
        "13,5,1,somebody,0,1,2,Xbox,until Friday",
        "13,5,1,somebody,0,1,2,Xbox,0 day auction",
        "13,5,1,somebody",
        "13,5,1,some\0body,0,1,2,Xbox,3 day auction",
        b"13,5,1,\xff,0,1,2,Xbox,3 day auction",
        '13,5,1,"somebody,0,1,2,Xbox,3 day auction',
        f"{'1' * 65},5,1,somebody,0,1,2,Xbox,3 day auction",
    ],
)
def test_a_bad_row_is_reported_by_line_and_left_out(run, caplog, row):
    report = run(rows=[*ROWS, row])
    assert (report["rows"], report["bad_rows"], report["lots"]) == (5, 1, 2)
    assert "auction.csv:7: " in caplog.text


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        ("a,b,c", ROWS, r"auction\.csv:1: the header must name"),
        (HEADER, [], "nothing to import"),
        (HEADER, ["1,2,3"], "bad rows: 1"),
    ],
)
def test_a_file_without_auctions_is_one_line_and_writes_nothing(run, header, rows, said):
    with pytest.raises(CommandError, match=said):
        run(rows=rows, header=header)
    assert not User.objects.exists()
    assert not Category.objects.exists()
