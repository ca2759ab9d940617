"""The reader's path: look up → fall back → check against live state → fill → answer."""

from recommendations.serving.cards import Shape
from recommendations.serving.explored import shown_home_list
from recommendations.serving.lists import (
    ending_list,
    home_list,
    list_for_items,
    look_ahead,
    popular_list,
    similar_list,
)
from recommendations.serving.pipeline import Answer, Request
from recommendations.serving.why import Explanation, Gate, MadeOf, explain, places_made_of

__all__ = [
    "Answer",
    "Explanation",
    "Gate",
    "MadeOf",
    "Request",
    "Shape",
    "ending_list",
    "explain",
    "home_list",
    "list_for_items",
    "look_ahead",
    "places_made_of",
    "popular_list",
    "shown_home_list",
    "similar_list",
]
