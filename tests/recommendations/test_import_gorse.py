"""What Gorse's dashboard exports comes in as it is: its words here are those of its storage."""

import logging
from datetime import UTC, datetime
from io import StringIO

import orjson
import pytest
from django.core.management import CommandError, call_command

from accounts.models import UserIdentity
from inventory.models import Item, ItemAttribute, WatchlistItem
from recommendations.models import Event

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)

FEEDBACK = (
    '{"FeedbackType":"star","UserId":"ann","ItemId":"jazz:1","Value":1,'
    '"Timestamp":"2024-05-01T10:00:00.000000001Z","Updated":"2024-05-02T10:00:00Z",'
    '"Labels":null,"Comment":""}\n'
    '{"FeedbackType":"read","UserId":"ann","ItemId":"2","Value":0,'
    '"Timestamp":"0001-01-01T00:00:00Z","Updated":"0001-01-01T00:00:00Z","Comment":""}\n'
    '{"FeedbackType":"like","UserId":"bob","ItemId":"3","Value":0.5,'
    '"Timestamp":"2024-05-01T12:00:00+02:00","Comment":"very much"}\n'
)
ITEMS = (
    '{"ItemId":"jazz:1","IsHidden":false,"Categories":["records","jazz"],'
    '"Timestamp":"2023-01-01T00:00:00Z",'
    '"Labels":{"genre":["bebop","jazz"],"label":"Blue Note","embedding":[0.1,0.2]},'
    '"Comment":"Kind of  Blue"}\n'
    '{"ItemId":"2","IsHidden":true,"Categories":null,"Timestamp":"0001-01-01T00:00:00Z",'
    '"Labels":null,"Comment":""}\n'
    '{"ItemId":"unread","IsHidden":false,"Categories":[],"Timestamp":"2023-01-01T00:00:00Z",'
    '"Labels":["a","b"],"Comment":""}\n'
)
KINDS = ("--as", "star=watch", "--as", "read=view")


@pytest.fixture
def run(tmp_path):
    """`run(feedback, items, *options)` imports both files; returns the report."""

    def import_it(feedback=FEEDBACK, items=ITEMS, *options):
        path, described = tmp_path / "feedback.jsonl", tmp_path / "items.jsonl"
        path.write_text(feedback)
        described.write_text(items)
        stdout = StringIO()
        call_command(
            "import_interactions", str(path), "--format=gorse", "--attributes", str(described),
            "--dataset=shop", "--json", "--verbosity=0", *(options or KINDS), stdout=stdout,
        )  # fmt: skip
        return orjson.loads(stdout.getvalue())

    return import_it


def keywords_of(item):
    rows = ItemAttribute.objects.filter(item=item, predicate="http://schema.org/keywords")
    return sorted(rows.values_list("value", flat=True))


def test_each_feedback_type_is_the_kind_it_is_said_to_be(run):
    report = run()
    assert (report["rows"], report["bad_rows"], report["people"], report["items"]) == (3, 0, 2, 4)
    watch = WatchlistItem.objects.get()
    assert watch.created_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert watch.user == UserIdentity.objects.get(provider="import:shop", uid="ann").user
    view, like = Event.objects.order_by("kind").reverse()
    assert (view.kind, view.item.slug) == ("view", "shop-2")
    assert view.occurred_at >= NOW, "Go's zero time says nothing"
    assert (like.kind, like.value) == ("like", 0.5)
    assert like.occurred_at == datetime(2024, 5, 1, 10, tzinfo=UTC)


def test_items_keep_title_category_labels_and_age(run):
    run()
    item = Item.objects.get(title="Kind of Blue")
    assert item.category.name == "records"
    assert keywords_of(item) == ["Blue Note", "bebop", "jazz", "records"]
    assert item.created_at == datetime(2023, 1, 1, tzinfo=UTC)
    nameless = Item.objects.get(slug="shop-unread")
    assert (nameless.title, nameless.category) == ("Shop unread", None)
    assert keywords_of(nameless) == ["a", "b"]
    assert not nameless.bid_count


def test_what_is_hidden_there_is_shown_to_nobody_here(run, client, api):
    run()
    hidden = Item.objects.get(slug="shop-2")
    assert hidden.is_hidden
    assert client.get(f"/api/v1/items/{hidden.pk}/").status_code == 404
    ann = UserIdentity.objects.get(provider="import:shop", uid="ann").user
    shown = api(ann).get("/api/v1/recommendations/").json()["results"]
    assert "shop-2" not in {place["item"]["slug"] for place in shown}
    assert "shop-3" in {place["item"]["slug"] for place in shown}


def test_a_manager_takes_back_what_was_imported_and_the_next_list_is_without_it(run, api, manager):
    run()
    shown = Item.objects.get(slug="shop-3")
    popular = "/api/v1/recommendations/popular/"
    assert shown.pk in {place["item"]["id"] for place in api().get(popular).json()["results"]}
    assert api(manager).post(f"/api/v1/items/{shown.pk}/unpublish/").status_code == 200
    assert shown.pk not in {place["item"]["id"] for place in api().get(popular).json()["results"]}


def test_a_later_export_counts_for_what_it_says_of_items_and_adds_what_is_new(run):
    run()
    first = {row.slug: row.pk for row in Item.objects.all()}
    later = ITEMS.replace("Kind of  Blue", "Kind of Blue (1959)").replace("true", "false")
    report = run(FEEDBACK + FEEDBACK.replace('"bob"', '"cy"'), later)
    assert (report["people"], report["items"], report["watches"], report["events"]) == (1, 0, 0, 1)
    assert {row.slug: row.pk for row in Item.objects.all()} == first
    assert Item.objects.get(title="Kind of Blue (1959)").pk in first.values()
    assert not Item.objects.get(slug="shop-2").is_hidden


def test_a_type_nobody_explained_is_a_bad_row_that_names_it(run, caplog):
    with caplog.at_level(logging.WARNING):
        report = run(FEEDBACK, ITEMS, "--as", "read=view")
    assert (report["rows"], report["bad_rows"]) == (2, 1)
    (said,) = caplog.messages
    assert "feedback.jsonl:1: kind 'star' is none of" in said
    assert "--as" in said


@pytest.mark.parametrize("given", ["star", "star=", "=view", "star=dance"])
def test_a_kind_is_named_as_one_of_ours(run, given):
    with pytest.raises(CommandError, match="--as"):
        run(FEEDBACK, ITEMS, "--as", given)


BAD_ITEMS = [
    "[]", "{", '{"ItemId": null}', '{"ItemId": ""}', '{"ItemId": "a", "Categories": "x"}',
    '{"ItemId": "a", "Categories": [1]}', '{"ItemId": "a", "IsHidden": "yes"}',
    '{"ItemId": "a", "Comment": 5}', '{"ItemId": "a", "Timestamp": "then"}',
    '{"ItemId": "a", "Comment": "\\u0000"}',
]  # fmt: skip


def test_bad_items_are_reported_by_line_counted_and_left_out(run, caplog):
    with caplog.at_level(logging.WARNING):
        report = run(FEEDBACK, ITEMS + "\n".join(BAD_ITEMS))
    assert (report["bad_rows"], report["items"]) == (len(BAD_ITEMS), 4)
    for line, said in enumerate(caplog.messages, start=4):
        assert f"items.jsonl:{line}: " in said
    assert len(caplog.messages) == len(BAD_ITEMS)


def test_a_file_of_items_without_a_usable_one_writes_nothing(run):
    with pytest.raises(CommandError, match=r"items\.jsonl: nothing to import"):
        run(FEEDBACK, FEEDBACK)
    assert not Item.objects.exists()
    assert not UserIdentity.objects.exists()


def test_labels_of_any_shape_are_keywords_or_nothing(run):
    labels = {
        "deep": {"er": [{"est": "in"}, 7, True, None, ""]},
        "long": "x" * 500,
        "lines": "two\nlines",
    }
    items = orjson.dumps({"ItemId": "3", "Labels": labels}).decode()
    run(FEEDBACK, items)
    item = Item.objects.get(slug="shop-3")
    assert keywords_of(item) == ["in", "two lines", "x" * 128]


def test_a_long_comment_is_title_and_description(run):
    comment = "word " * 100
    run(FEEDBACK, orjson.dumps({"ItemId": "3", "Comment": comment}).decode())
    item = Item.objects.get(slug="shop-3")
    item.full_clean()
    assert item.description == comment.strip()
    assert comment.startswith(item.title)
    assert len(item.title) <= 200
