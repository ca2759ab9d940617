"""Public reads of the inventory."""

from inventory.queries.bags import (
    all_bag_entries,
    bag_contents,
    bag_overlap,
    bag_shares,
    latest_bag_items,
    load_bag_matrix,
    own_bags,
)
from inventory.queries.categories import CategoryTree
from inventory.queries.exports import count_exported, exported_items
from inventory.queries.expressions import parse_expression
from inventory.queries.facets import search_facets
from inventory.queries.items import (
    all_items,
    ending_first,
    get_item,
    get_item_for_page,
    item_ends,
    item_linked_data,
    list_items_for_similarity,
    list_items_in_categories,
    list_published_items,
    live_items,
    popular_items,
    visible_item_ids,
    with_cents,
)
from inventory.queries.metadata import (
    item_statements,
    items_saying_the_same,
    items_with_metadata,
    metadata_facets,
)
from inventory.queries.narrowing import Narrowing, narrowed_to, with_those_below
from inventory.queries.watchlists import (
    all_watches,
    watches_by,
    watches_of,
    watches_of_person,
    watches_per_day,
)
from inventory.queries.worlds import get_world

__all__ = [
    "CategoryTree",
    "Narrowing",
    "all_bag_entries",
    "all_items",
    "all_watches",
    "bag_contents",
    "bag_overlap",
    "bag_shares",
    "count_exported",
    "ending_first",
    "exported_items",
    "get_item",
    "get_item_for_page",
    "get_world",
    "item_ends",
    "item_linked_data",
    "item_statements",
    "items_saying_the_same",
    "items_with_metadata",
    "latest_bag_items",
    "list_items_for_similarity",
    "list_items_in_categories",
    "list_published_items",
    "live_items",
    "load_bag_matrix",
    "metadata_facets",
    "narrowed_to",
    "own_bags",
    "parse_expression",
    "popular_items",
    "search_facets",
    "visible_item_ids",
    "watches_by",
    "watches_of",
    "watches_of_person",
    "watches_per_day",
    "with_cents",
    "with_those_below",
]
