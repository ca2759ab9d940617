"""Public writes of inventory; one module per idea."""

from inventory.services.watchlist import unwatch_item, watch_item

__all__ = ["unwatch_item", "watch_item"]
