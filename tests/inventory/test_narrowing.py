"""What lists are narrowed to: the same items, asked one by one or found however is soonest."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Item
from inventory.queries import narrowed_to, narrowing, popular_items
from recsys.lib.errors import InvalidInput
from tests.factories import CategoryFactory, CreationFactory, ItemFactory
from tests.inventory.test_metadata import described

pytestmark = pytest.mark.django_db

ASKED = [
    {},
    {"meta": ["dc:subject=fox"]},
    {"meta": ["dc:subject!=fox"]},
    {"meta": ["dc:subject~f"]},
    {"meta": ["dc:title=Fuchs@de"]},
    {"meta": ["schema:price>=4", "schema:price<=6"]},
    {"meta": ["dc:subject=fox", "schema:price>=6", "dc:title!=owl"]},
    {"kinds": ["avatar"]},
    {"kinds": ["avatar", "lot"], "meta": ["dc:subject=fox"]},
    {"category": "above"},
    {"category": "below", "kinds": ["lot"]},
    {"category": "nowhere"},
]


@pytest.fixture
def items():
    above = CategoryFactory(slug="above")
    below = CategoryFactory(slug="below", parent=above)
    made = [
        described(dc_subject="fox", schema_price=5),
        described(dc_subject=["fox", "owl"], schema_price=[3, 7]),
        described(dc_subject="owl", dc_title={"@value": "Fuchs", "@language": "de"}),
        ItemFactory(category=above),
        ItemFactory(category=below),
        CreationFactory(category=below),
    ]
    return [item.pk for item in made]


@pytest.mark.parametrize("few", [0, 500], ids=["found", "one by one"])
@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_named_items_answer_as_the_list_that_is_narrowed(items, asked, few, monkeypatch):
    monkeypatch.setattr(narrowing, "FEW_NAMED", few)
    among = narrowed_to(**asked)
    found = set(among.of(Item.objects.all()).values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as statements:
        assert among.among(items) == found
    assert len(statements) <= 1
    assert among.among(items[:2]) == found & set(items[:2])


def test_something_is_left_and_something_is_not(items):
    sizes = [len(narrowed_to(**asked).among(items)) for asked in ASKED]
    assert sizes == [6, 2, 4, 2, 1, 1, 1, 4, 2, 3, 1, 0]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kinds": ["sword"]}, "kind"),
        ({"category": "9" * 5_000}, "category"),
        ({"meta": ["fox"]}, "meta"),
        ({"meta": ["nobody:subject=fox"]}, "meta"),
        ({"meta": ["dc:subject=a"] * 9}, "meta"),
    ],
    ids=["kind", "category", "expression", "prefix", "too many"],
)
def test_a_mistake_is_told_with_the_name_of_what_is_wrong(asked, field):
    with pytest.raises(InvalidInput) as refusal:
        narrowed_to(**asked)
    assert list(refusal.value.fields) == [field]


def test_the_most_popular_of_them_come_first(now):
    quiet, wanted, other = (described(dc_subject=said) for said in ("fox", "fox", "owl"))
    for item, count in ((wanted, 5), (other, 9)):
        Item.objects.filter(pk=item.pk).update(watcher_count=count)
    among = narrowed_to(meta=["dc:subject=fox"])
    assert list(popular_items(now, 9, among=among)) == [wanted, quiet]
    assert list(popular_items(now, 9, among=narrowed_to(kinds=["lot"]))) == []
