"""The reader's path: look up → fall back → check against live state → fill → answer."""

from recommendations.serving.cards import Shape
from recommendations.serving.lists import (
    ending_list,
    home_list,
    list_for_items,
    popular_list,
    similar_list,
)
from recommendations.serving.pipeline import Answer, Request
from recommendations.serving.why import Explanation, Gate, explain

__all__ = [
    "Answer",
    "Explanation",
    "Gate",
    "Request",
    "Shape",
    "ending_list",
    "explain",
    "home_list",
    "list_for_items",
    "popular_list",
    "similar_list",
]
