"""PostgreSQL keeps what each item says in one row, whoever writes the statements."""

import re
from collections import defaultdict
from functools import partial
from hashlib import md5

import pytest
from django.db import connection

from inventory.models import Item, ItemAttribute
from inventory.queries import items_with_metadata
from inventory.services import set_item_metadata
from recsys.lib.keyset import columns_of, rows_after
from tests.factories import ItemFactory
from tests.races import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="an index of PostgreSQL's"),
]

DC = "http://purl.org/dc/elements/1.1/"


def describe(item, **words):
    document = {f"{DC}{name}": value for name, value in words.items()}
    set_item_metadata(item_id=item.pk, document=document)


def state(item, predicate, value):
    ItemAttribute.objects.create(
        item=item, predicate=predicate, value=value, created_at=item.created_at
    )


def kept():
    with connection.cursor() as cursor:
        cursor.execute("SELECT item_id, tsvector_to_array(keys) FROM inventory_itemsaid")
        return {item: set(keys) for item, keys in cursor}


def stated():
    keys = defaultdict(set)
    for item, predicate, head in ItemAttribute.objects.values_list("item", "predicate", "head"):
        said = f"{predicate} {head}".encode()
        keys[item].add(md5(said, usedforsecurity=False).hexdigest()[:16])
    return keys


def test_keys_are_those_of_the_statements_whatever_becomes_of_them():
    fox, owl = ItemFactory.create_batch(2)
    describe(fox, subject=["fox", "forest"], title="F" * 200)
    describe(owl, subject="owl")
    state(owl, f"{DC}creator", "Ann")
    assert kept() == stated()
    describe(fox, subject=["fox", "night"])
    ItemAttribute.objects.filter(value="owl").update(value="bird")
    assert kept() == stated()
    ItemAttribute.objects.filter(item=owl).delete()
    assert set(kept()) == {fox.pk}
    Item.objects.filter(pk=fox.pk).delete()
    assert kept() == {}


def test_all_that_is_said_of_an_item_at_once_is_kept():
    items = ItemFactory.create_batch(3)
    outcomes = at_once(
        [partial(state, item, f"{DC}subject", f"s{n}") for n in range(16) for item in items]
    )
    assert outcomes == [None] * 48
    assert {len(keys) for keys in stated().values()} == {16}
    assert kept() == stated()


@pytest.mark.parametrize("expressions", [("dc:type!=thing",), ("dc:type~t", "dc:subject!=fox")])
def test_no_question_to_a_row_becomes_a_join_that_reads_all_statements_first(expressions):
    rows = items_with_metadata(*expressions).newest_first()[:5]
    assert not re.search("(Anti|Semi) Join", rows.explain())


def test_last_of_those_who_describe_an_item_at_once_is_whose_keys_are_kept():
    item = ItemFactory()
    outcomes = at_once([partial(describe, item, subject=[f"s{n}", "fox"]) for n in range(24)])
    assert outcomes == [None] * 24
    assert {len(keys) for keys in stated().values()} == {3}
    assert kept() == stated()


PLANS = """
SELECT generic_plans, custom_plans FROM pg_prepared_statements
WHERE statement LIKE '%inventory_item%' ORDER BY prepare_time DESC LIMIT 1
"""


@pytest.mark.parametrize(
    "expressions",
    [
        ("dc:type=t0",), ("dc:type=nowhere",), ("dc:title~Fox",), ("dc:title~Fox@en",),
        ("schema:price>=5",), ("schema:price>=1", "schema:price<=1"), ("dc:type!=t0",),
        ("dc:type=t0", "dc:title~Fo"), ("dc:type=t0", "dc:type!=t1"), ("dc:title~x", "dc:type=t1"),
    ],
    ids=" and ".join,
)  # fmt: skip
def test_planned_once_for_a_connection_whatever_is_asked(expressions):
    for n, item in enumerate(ItemFactory.create_batch(20, publication_status="published")):
        describe(item, type=f"t{n % 3}", title=f"Fox {n}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        for page in pages(items_with_metadata(*expressions, rows=Item.objects.published())):
            for _ in range(12):
                list(page.all())
            cursor.execute(PLANS)
            generic, custom = cursor.fetchone()
            assert (generic > 0, custom) == (True, 5)


def pages(rows):
    """The first page, and one that begins in the middle."""
    middle = Item.objects.newest_first().values_list("created_at", "id")[10]
    after = rows_after(rows, columns_of(Item, ("-created_at", "-id")), middle)
    return [each.newest_first().values("id")[:20] for each in (rows, after)]
