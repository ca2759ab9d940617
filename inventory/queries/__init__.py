"""Public reads of the inventory."""

from inventory.queries.bags import (
    bag_contents,
    bag_overlap,
    bag_shares,
    latest_bag_items,
    load_bag_matrix,
)
from inventory.queries.categories import CategoryTree
from inventory.queries.items import (
    all_items,
    get_item,
    list_items_for_similarity,
    list_items_in_categories,
    list_published_items,
    live_items,
    popular_items,
    visible_item_ids,
    with_cents,
)
from inventory.queries.metadata import items_with_metadata, metadata_facets
from inventory.queries.watchlists import watches_by, watches_of, watches_of_person
from inventory.queries.worlds import get_world

__all__ = [
    "CategoryTree",
    "all_items",
    "bag_contents",
    "bag_overlap",
    "bag_shares",
    "get_item",
    "get_world",
    "items_with_metadata",
    "latest_bag_items",
    "list_items_for_similarity",
    "list_items_in_categories",
    "list_published_items",
    "live_items",
    "load_bag_matrix",
    "metadata_facets",
    "popular_items",
    "visible_item_ids",
    "watches_by",
    "watches_of",
    "watches_of_person",
    "with_cents",
]
