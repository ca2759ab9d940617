"""The text that asks metadata is made once for a shape of question; no value is in it."""

import pytest

from inventory.models import Item
from inventory.queries import items_with_metadata
from recsys.lib.either_way.ways import statement

pytestmark = pytest.mark.django_db

SHAPES = [
    ("dc:subject={text}",),
    ("dc:title~{text}", "dc:subject!={text}"),
    ("schema:price>={number}", "schema:price<={number}", "dc:title~{text}@de"),
]
TEXTS = ["1", "'; DELETE --", "%s", "{}", "{names}", "Füchse"]


def asked(shape, text, number):
    words = (each.format(text=text, number=number) for each in shape)
    return items_with_metadata(*words, rows=Item.objects.published()).newest_first()[:20]


@pytest.mark.parametrize("shape", SHAPES, ids=" and ".join)
def test_text_is_made_once_whatever_is_asked(shape):
    statement.cache_clear()
    texts = {sql_of(asked(shape, text, number)) for number, text in enumerate(TEXTS)}
    assert len(texts) == 1
    assert statement.cache_info().currsize == 1


def sql_of(rows):
    list(rows)
    return rows.query.get_compiler(rows.db).as_sql()[0]
