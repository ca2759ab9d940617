import logging
from datetime import UTC, datetime
from io import StringIO
from itertools import pairwise

import orjson
import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Max

from accounts.models import User, UserIdentity
from bidding.models import Bid
from bidding.rules import increment_at
from inventory.models import Category, Item, ItemAttribute, WatchlistItem
from recommendations.models import Event
from recommendations.services import imports
from recsys.lib.jsonld.statements import expand_to_statements

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)


@pytest.fixture
def run(tmp_path):
    """`run(content, format, *options)` imports a file of that content; returns the report."""

    def import_it(content, file_format, *options, attributes=None):
        path = tmp_path / "shop.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        arguments = [str(path), "--format", file_format, "--json", "--verbosity=0", *options]
        if attributes is not None:
            described = tmp_path / "attributes.json"
            described.write_bytes(attributes)
            arguments += ["--attributes", str(described)]
        stdout = StringIO()
        call_command("import_interactions", *arguments, stdout=stdout)
        return orjson.loads(stdout.getvalue())

    return import_it


def rows_there():
    models = (User, UserIdentity, Item, WatchlistItem, Bid, Event, Category, ItemAttribute)
    return {model: model.objects.count() for model in models}


def watched():
    return sorted(
        WatchlistItem.objects.values_list("user__username", "item__slug", "item__watcher_count")
    )


def test_a_line_per_person_becomes_watches_of_live_props(run):
    report = run("0 7 8\n1 8\n2\n", "lightgcn")
    assert watched() == [
        ("shop_0", "shop-7", 1),
        ("shop_0", "shop-8", 2),
        ("shop_1", "shop-8", 2),
    ]
    assert (report["rows"], report["people"], report["items"], report["watches"]) == (3, 2, 2, 3)
    assert Item.objects.live(NOW).filter(kind="prop", auction_status=None).count() == 2
    house = UserIdentity.objects.get(provider="import", uid="house").user
    assert {item.seller for item in Item.objects.all()} == {house}
    identity = UserIdentity.objects.get(provider="import:shop", uid="1")
    assert not identity.user.has_usable_password()


@pytest.mark.parametrize(
    ("content", "file_format", "options"),
    [
        ("0 7 8 8\n1 8\n", "lightgcn", []),
        ("0 7 8 8\n1 8\n", "lightgcn", ["--kind=view"]),
        ("0 7 8 8\n1 8\n", "lightgcn", ["--kind=bid"]),
        ("user,item,kind,timestamp\na,x,bid,1700000000\na,x,bid,1700000500\n", "csv", []),
        ('{"user": "a", "item": "x", "kind": "like", "value": 3}\n', "jsonl", []),
    ],
)
def test_the_same_file_twice_is_once(run, content, file_format, options):
    run(content, file_format, *options, attributes=b'{"7": ["red"], "x": ["blue"]}')
    before = rows_there()
    again = run(content, file_format, *options, attributes=b'{"7": ["red"], "x": ["blue"]}')
    assert rows_there() == before
    figures = ("people", "items", "watches", "bids", "events")
    assert [again[figure] for figure in figures] == [0, 0, 0, 0, 0]


def test_a_file_larger_than_a_transaction_is_imported_whole(run, monkeypatch):
    monkeypatch.setattr(imports, "ROWS_PER_TRANSACTION", 2)
    report = run("0 1 2 3\n1 1 2 3\n2 3\n", "lightgcn")
    assert report["watches"] == WatchlistItem.objects.count() == 7
    counts = Item.objects.order_by("slug").values_list("slug", "watcher_count")
    assert [*counts] == [("shop-1", 2), ("shop-2", 2), ("shop-3", 3)]


def test_watches_that_were_there_stay_counted(run):
    run("0 1\n", "lightgcn")
    run("0 1 2\n1 1\n", "lightgcn")
    counts = Item.objects.annotate(there=Count("watchers"))
    assert {(item.slug, item.watcher_count) for item in counts} == {("shop-1", 2), ("shop-2", 1)}
    assert all(item.watcher_count == item.there for item in counts)


def test_csv_columns_may_come_in_any_order_with_times(run):
    run(
        "\ufefftimestamp,item,user,kind\n2024-05-01T10:00:00+02:00,x,ann,watch\n"
        '1714550400,"y, z",ann,\n,x,bob,\n',
        "csv",
        "--at=2024-06-01",
    )
    times = dict(WatchlistItem.objects.values_list("user__identities__uid", "created_at").filter(
        item__slug="shop-x"
    ))  # fmt: skip
    assert times == {
        "ann": datetime(2024, 5, 1, 8, tzinfo=UTC),
        "bob": datetime(2024, 6, 1, tzinfo=UTC),
    }
    assert (
        WatchlistItem.objects.filter(created_at=datetime(2024, 5, 1, 8, tzinfo=UTC)).count() == 2
    )


def test_each_row_may_name_its_kind(run):
    lines = [
        {"user": 1, "item": "x"},
        {"user": 1, "item": "x", "kind": "like", "value": 0.5, "timestamp": 1_700_000_000},
        {"user": 1, "item": "y", "kind": "bid"},
    ]
    report = run(b"\n".join(map(orjson.dumps, lines)), "jsonl", "--kind=view")
    assert (report["events"], report["bids"], report["watches"]) == (2, 1, 0)
    like = Event.objects.get(kind="like")
    assert (like.value, like.occurred_at) == (0.5, datetime.fromtimestamp(1_700_000_000, UTC))


def test_bids_rise_by_the_increment_rule_in_the_order_of_the_file(run):
    lines = "".join(f"{user} 5\n" for user in (3, 1, 2, *range(10, 130)))
    run(lines, "lightgcn", "--kind=bid")
    lot = Item.objects.live(NOW).get(kind="lot", auction_status="active")
    bids = [*Bid.objects.order_by("id")]
    assert [bid.bidder.username for bid in bids[:3]] == ["shop_3", "shop_1", "shop_2"]
    assert bids[0].amount == lot.starting_price
    for earlier, later in pairwise(bids):
        assert later.amount == earlier.amount + increment_at(earlier.amount)
    highest = Bid.objects.aggregate(Max("amount"))["amount__max"]
    assert (lot.bid_count, lot.current_price) == (123, highest)


def test_attributes_become_statements_and_the_first_the_category(run):
    attributes = b'{"7": [12, "Red wine", "12"], "9": ["C++", "x"], "8": []}'
    run("0 7 8\n", "lightgcn", attributes=attributes)
    keywords = ItemAttribute.objects.filter(predicate="http://schema.org/keywords")
    assert sorted(keywords.values_list("item__slug", "value")) == [
        ("shop-7", "12"),
        ("shop-7", "Red wine"),
        ("shop-9", "C++"),
        ("shop-9", "x"),
    ]
    categories = dict(Item.objects.values_list("slug", "category__name"))
    assert categories == {"shop-7": "Shop 12", "shop-8": None, "shop-9": "C++"}
    document = Item.objects.get(slug="shop-7").metadata
    read = expand_to_statements(document).statements
    assert [(statement.value, statement.number) for statement in read] == [
        *keywords.filter(item__slug="shop-7").order_by("id").values_list("value", "number")
    ]


def test_ids_that_make_no_name_here_get_one_each(run):
    names = ["Ann Lee", "ann-lee", "ANN LEE", "a" * 128, "日本", "shop_1"]
    run("user,item\n" + "".join(f"{name},{name}\n" for name in names), "csv")
    assert {*UserIdentity.objects.exclude(uid="house").values_list("uid", flat=True)} == {*names}
    assert len({*Item.objects.values_list("slug", flat=True)}) == len(names)
    for user in User.objects.all():
        user.full_clean(exclude=["password", "email"])
    for item in Item.objects.all():
        item.full_clean()


def test_a_username_somebody_has_is_left_to_them(run):
    somebody = User.objects.create_user("shop_0")
    run("0 7\n", "lightgcn")
    assert WatchlistItem.objects.get().user != somebody


BAD_LINES = {
    "csv": [
        b"a", b"a,b,c,d", b",x,,", b"a,,,", b"a,x,dance,", b"a,x,,yesterday", b"a,x,,9e99",
        b"a,x,,2999-01-01", b"-4,x,,", b"a,-1,,", b"\xff\xfe,x,,", b"a\0b,x,,", b'"a,x,,',
        b"a" * 129 + b",x,,", b"a,\x1b[31m,,",
    ],
    "jsonl": [
        b"[]", b"{", b'"a"', b'{"user": "a"}', b'{"user": true, "item": 1}',
        b'{"user": 1.5, "item": 1}', b'{"user": [], "item": {}}', b'{"user": -1, "item": 1}',
        b'{"user": "a", "item": "\\ud800"}', b'{"user": "a", "item": "\\u0000"}',
        b'{"user": "a", "item": "b", "kind": 5}', b'{"user": "a", "item": "b", "value": "much"}',
        b'{"user": "a", "item": "b", "value": true}', b"[" * 100_000,
        b'{"user": "a", "item": "b", "timestamp": true}', b'{"user": "a", "item": NaN}',
        b'{"user": "a", "item": "b", "timestamp": []}', b"\xed\xa0\x80",
    ],
    "lightgcn": [
        b"0 x", b"0 -1", b"-1 0", b"0 1.5", b"0 1234567890123456789", b"0 \xff", b"0 1\0",
        "٣ 1".encode(),
    ],
}  # fmt: skip
GOOD_LINES = {
    "csv": b"user,item,kind,timestamp\n0,1,,",
    "jsonl": b'{"user": 0, "item": 1}',
    "lightgcn": b"0 1",
}


@pytest.mark.parametrize("file_format", BAD_LINES)
def test_bad_rows_are_reported_by_line_counted_and_left_out(run, caplog, file_format):
    bad = BAD_LINES[file_format]
    first = GOOD_LINES[file_format].count(b"\n") + 2
    with caplog.at_level(logging.WARNING):
        report = run(b"\n".join([GOOD_LINES[file_format], *bad]), file_format)
    assert (report["rows"], report["bad_rows"]) == (1, len(bad))
    assert watched() == [("shop_0", "shop-1", 1)]
    for line, message in enumerate(caplog.messages, start=first):
        assert f"shop.txt:{line}: " in message
    assert len(caplog.messages) == len(bad)


def test_only_the_first_bad_rows_are_logged(run, caplog):
    with caplog.at_level(logging.WARNING):
        assert run("0 1\n" + "x\n" * 50, "lightgcn")["bad_rows"] == 50
    assert len(caplog.messages) == 21


def test_a_line_that_never_ends_is_one_bad_row(run, monkeypatch):
    monkeypatch.setattr("recsys.lib.lines.LONGEST_LINE", 64)
    report = run("0 1\n" + "7 " * 500 + "\n1 1\n", "lightgcn")
    assert (report["rows"], report["bad_rows"]) == (2, 1)


@pytest.mark.parametrize(
    ("content", "file_format", "said"),
    [
        ("", "lightgcn", "nothing to import"),
        ("x\ny\n", "lightgcn", "bad rows: 2"),
        ("person,thing\n1,2\n", "csv", r"shop\.txt:1: the header"),
        ("user,item,user\n1,2,3\n", "csv", r"shop\.txt:1: the header"),
        (b"\x89PNG\r\n\x1a\n\0\0", "jsonl", "nothing to import"),
    ],
)
def test_a_file_without_a_usable_row_is_one_line_and_writes_nothing(
    run, content, file_format, said
):
    before = rows_there()
    with pytest.raises(CommandError, match=said):
        run(content, file_format, attributes=b'{"1": ["red"]}')
    assert rows_there() == before


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        (b"{", "line 1"),
        (b'{"1": ["a"],\n "2": }', "line 2"),
        (b"[]", "an object is wanted"),
        (b'{"1": "red"}', "item '1': its attributes must be a list"),
        (b'{"1": [null]}', "item '1': attribute must be"),
        (b'{"1": ["a\\u0000b"]}', "printable"),
        (b'{"1": ["\\ud800"]}', "not JSON"),
        (b'{"' + b"x" * 200 + b'": []}', "item must be 1 to 128"),
        (b"\xff", "not JSON"),
    ],
)
def test_bad_attributes_are_one_line_and_write_nothing(run, attributes, said):
    before = rows_there()
    with pytest.raises(CommandError, match=said) as error:
        run("0 1\n", "lightgcn", attributes=attributes)
    assert "attributes.json" in str(error.value)
    assert "\n" not in str(error.value)
    assert rows_there() == before


def test_a_file_that_cannot_be_read_is_one_line(tmp_path):
    for path in (tmp_path, tmp_path / "absent.csv"):
        with pytest.raises(CommandError, match=path.name):
            call_command("import_interactions", str(path), "--format=csv", verbosity=0)


@pytest.mark.parametrize("name", ["", "Über", "a-b", "x" * 33, "a b"])
def test_a_dataset_has_a_plain_name(run, name):
    if name:
        with pytest.raises(CommandError, match="dataset is named"):
            run("0 1\n", "lightgcn", f"--dataset={name}")
    else:
        run("0 1\n", "lightgcn", "--dataset=")
        assert Item.objects.get().slug == "shop-1"


def test_datasets_keep_their_people_and_items_apart(run):
    run("0 1\n", "lightgcn", "--dataset=first")
    run("0 1\n", "lightgcn", "--dataset=second")
    assert watched() == [("first_0", "first-1", 1), ("second_0", "second-1", 1)]
