"""Where lists are served, how tests read an answer, and how they put a list into the cache."""

from recommendations import cache
from recommendations.cache import Entry
from recommendations.data import Ranked, Reason

HOME = "/api/v1/recommendations/"
POPULAR = "/api/v1/recommendations/popular/"
FOR_ITEMS = "/api/v1/recommendations/for-items/"


def similar_to(item):
    return f"/api/v1/items/{item.pk}/similar/"


def ids(answer):
    return [place.candidate.item_id for place in answer.places]


def keep(family, owner, items, at, score=0.9):
    ranked = tuple(Ranked(item.pk, score, Reason.CATEGORY_INTEREST) for item in items)
    cache.store(family, {owner: Entry(ranked, at)})
