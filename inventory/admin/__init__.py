"""Inventory in the console; one module per idea."""

from inventory.admin import collections, items  # noqa: F401 (they register themselves)
