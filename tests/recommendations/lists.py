"""How the tests of serving read an answer, and put a list into the cache."""

from recommendations import cache
from recommendations.cache import Entry
from recommendations.data import Ranked, Reason


def ids(answer):
    return [place.candidate.item_id for place in answer.places]


def keep(family, owner, items, at, score=0.9):
    ranked = tuple(Ranked(item.pk, score, Reason.CATEGORY_INTEREST) for item in items)
    cache.store(family, {owner: Entry(ranked, at)})
