"""Public reads of the inventory."""

from inventory.queries.categories import CategoryTree

__all__ = ["CategoryTree"]
