"""Items as documents that can be imported again: whole, with drafts and reserve prices."""

from collections.abc import Iterator

from inventory.jsonld import Document
from inventory.models import Item
from inventory.queries.items import item_linked_data
from recsys.lib.bulk import keyset_batches

__all__ = ["count_exported", "exported_items"]

ROWS_AT_ONCE = 500


def count_exported(seller_id: int) -> int:
    return Item.objects.filter(seller=seller_id).count()


def exported_items(seller_id: int) -> Iterator[Document]:
    """Everything the person sells or made, by number; some rows are in memory at a time."""
    rows = Item.objects.filter(seller=seller_id).select_related("category")
    for batch in keyset_batches(rows, ROWS_AT_ONCE):
        yield from (item_linked_data(item, whole=True) for item in batch)
