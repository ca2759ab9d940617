"""Public reads of the inventory."""

from inventory.queries.categories import CategoryTree
from inventory.queries.items import (
    get_item,
    list_items_for_similarity,
    list_items_in_categories,
    list_published_items,
    live_items,
    popular_items,
    with_cents,
)
from inventory.queries.metadata import items_with_metadata, metadata_facets
from inventory.queries.watchlists import watches_by, watches_of

__all__ = [
    "CategoryTree",
    "get_item",
    "items_with_metadata",
    "list_items_for_similarity",
    "list_items_in_categories",
    "list_published_items",
    "live_items",
    "metadata_facets",
    "popular_items",
    "watches_by",
    "watches_of",
    "with_cents",
]
