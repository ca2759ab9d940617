"""Public writes of inventory; one module per idea."""

from inventory.services.imports import (
    analyze_items,
    find_items,
    import_categories,
    import_items,
    import_keywords,
    import_watches,
)
from inventory.services.lots import (
    close_lots,
    lock_lots_over,
    lock_open_lots,
    open_lots,
    record_bids,
)
from inventory.services.seeding import seed_bags, seed_worlds
from inventory.services.watchlist import unwatch_item, watch_item

__all__ = [
    "analyze_items",
    "close_lots",
    "find_items",
    "import_categories",
    "import_items",
    "import_keywords",
    "import_watches",
    "lock_lots_over",
    "lock_open_lots",
    "open_lots",
    "record_bids",
    "seed_bags",
    "seed_worlds",
    "unwatch_item",
    "watch_item",
]
