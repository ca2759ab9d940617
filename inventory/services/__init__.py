"""Public writes of inventory; one module per idea."""

from inventory.services.auctions import (
    lock_due_lots,
    lock_lot,
    open_scheduled_lots,
    raise_price,
    settle_lots,
)
from inventory.services.bag_algebra import intersect_bags, merge_bags, subtract_bags
from inventory.services.bag_files import import_bag
from inventory.services.bags import (
    add_to_bag,
    create_bag,
    delete_bag,
    remove_from_bag,
    set_bag_entry,
    update_bag,
)
from inventory.services.categories import create_category, delete_category, edit_category
from inventory.services.documents import ReadDocument, import_documents, read_document
from inventory.services.imports import (
    analyze_items,
    find_items,
    import_categories,
    import_items,
    import_keywords,
    import_watches,
    rename_items,
)
from inventory.services.items import create_item, edit_item, remove_item
from inventory.services.lots import (
    lock_lots_over,
    lock_open_lots,
    open_lots,
    record_bids,
)
from inventory.services.metadata import replace_statements, set_item_metadata
from inventory.services.publishing import archive_item, publish_item, unpublish_item
from inventory.services.seeding import seed_bags, seed_worlds
from inventory.services.sharing import share_bag, unshare_bag
from inventory.services.watchlist import unwatch_item, watch_item
from inventory.services.worlds import register_world, remove_world, report_heartbeat

__all__ = [
    "ReadDocument",
    "add_to_bag",
    "analyze_items",
    "archive_item",
    "create_bag",
    "create_category",
    "create_item",
    "delete_bag",
    "delete_category",
    "edit_category",
    "edit_item",
    "find_items",
    "import_bag",
    "import_categories",
    "import_documents",
    "import_items",
    "import_keywords",
    "import_watches",
    "intersect_bags",
    "lock_due_lots",
    "lock_lot",
    "lock_lots_over",
    "lock_open_lots",
    "merge_bags",
    "open_lots",
    "open_scheduled_lots",
    "publish_item",
    "raise_price",
    "read_document",
    "record_bids",
    "register_world",
    "remove_from_bag",
    "remove_item",
    "remove_world",
    "rename_items",
    "replace_statements",
    "report_heartbeat",
    "seed_bags",
    "seed_worlds",
    "set_bag_entry",
    "set_item_metadata",
    "settle_lots",
    "share_bag",
    "subtract_bags",
    "unpublish_item",
    "unshare_bag",
    "unwatch_item",
    "update_bag",
    "watch_item",
]
