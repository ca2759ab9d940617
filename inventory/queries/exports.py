"""Items as documents that can be imported again: whole, with drafts and reserve prices."""

from collections.abc import Iterator

from django.db.models import QuerySet

from inventory.jsonld import Document
from inventory.models import Item
from inventory.queries.items import item_linked_data
from recsys.lib.bulk import keyset_batches

__all__ = ["count_exported", "exported_items"]

ROWS_AT_ONCE = 500


def count_exported(seller_id: int | None = None) -> int:
    return _items(seller_id).count()


def exported_items(seller_id: int | None = None) -> Iterator[Document]:
    """Everything the person, or anybody, sells or made, by number; some rows are in memory at a
    time."""
    rows = _items(seller_id).select_related("category")
    for batch in keyset_batches(rows, ROWS_AT_ONCE):
        yield from (item_linked_data(item, whole=True) for item in batch)


def _items(seller_id: int | None) -> QuerySet[Item]:
    rows = Item.objects.all()
    return rows if seller_id is None else rows.filter(seller=seller_id)
