"""The recommender in the console; one module per idea."""

from recommendations.admin import items, people, rows  # noqa: F401 (they register themselves)
