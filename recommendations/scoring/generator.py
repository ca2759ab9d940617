"""A person's homepage list. Source: contract, section 3, "Homepage recommendation".

An item's score for a person is 0.6·interest in its category + a part that is the same for
everybody. So within a category everybody's order is that of the part, and the best three for
somebody are the first three of the category's shelf that they have not touched: exact lists
without scoring every item for every person.
"""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

DAY = 86_400_000_000
"""In microseconds, the unit of `left`."""
ITEM = np.dtype(
    [
        ("id", "i8"), ("category", "i8"), ("seller", "i8"), ("left", "i8"),
        ("bids", "i4"), ("watchers", "i4"), ("active", "?"),
    ]
)  # fmt: skip
"""A live item as it is ranked: 41 bytes. `left` is the time to its end in microseconds, 0 for
none; `active` says whether it takes bids now."""

DECIMALS = 9
"""Both parts of a score are rounded so that sums equal on paper tie, and are then told by id."""


@dataclass(frozen=True, slots=True)
class HomepageWeights:
    interest: float
    popularity: float
    recency: float
    watcher: float
    popularity_for_one: float
    ending: float
    ending_days: float
    active: float
    categories: int
    per_category: int
    limit: int
    favorite_interest: float
    popular_watchers: int
    trending_watchers: int


class Recommendation(NamedTuple):
    item_id: int
    score: float
    reason: str


def ending_soon(left: Array, weights: HomepageWeights) -> Array:
    """Whether 0 < time to end < 7 days: a lot that ends within the hour counts."""
    return (left > 0) & (left < weights.ending_days * DAY)


def popularity_part(items: Array, weights: HomepageWeights) -> Array:
    """0.2·min((bids + 2·watchers)/10, 1); `items` is an ITEM array."""
    wanted = items["bids"] + weights.watcher * items["watchers"]
    return weights.popularity * np.minimum(wanted / weights.popularity_for_one, 1)


def recency_part(items: Array, weights: HomepageWeights) -> Array:
    """0.2·recency: 0.5 for a lot that ends within 7 days plus 0.5 for one that is active."""
    ending = weights.ending * ending_soon(items["left"], weights)
    return weights.recency * (ending + weights.active * items["active"])


def common_part(items: Array, weights: HomepageWeights) -> Array:
    """What a score owes to the item alone, for everybody the same."""
    parts = popularity_part(items, weights) + recency_part(items, weights)
    return np.round(parts, DECIMALS)


class Shelves:
    """Live items by category, the best of each first, ties by id."""

    def __init__(self, items: Array, weights: HomepageWeights) -> None:
        common = common_part(items, weights)
        order = np.lexsort((items["id"], -common, items["category"]))
        self.items = items[order]
        self.common = common[order]

    def untouched(self, category: int, user_id: int, touched: Set[int]) -> Iterator[int]:
        """Positions of what is neither the person's own nor touched by them, best first."""
        start, end = np.searchsorted(self.items["category"], [category, category + 1])
        ids, sellers = self.items["id"], self.items["seller"]
        for position in range(start, end):
            if ids[position] not in touched and sellers[position] != user_id:
                yield position


def recommended_items(
    user_id: int,
    interests: Iterable[tuple[int, float]],
    touched: Set[int],
    shelves: Shelves,
    weights: HomepageWeights,
) -> list[Recommendation]:
    """The person's list, best first, ties by id: at most 3 of a category and 20 in all.

    `interests` are (category, score) pairs, of which the best five count (ties by category);
    `touched` are ids the person bid on or watches.
    """
    favorites = sorted(interests, key=lambda pair: (-pair[1], pair[0]))[: weights.categories]
    chosen = [
        _recommendation(shelves, position, interest, weights)
        for category, interest in favorites
        for position in islice(shelves.untouched(category, user_id, touched), weights.per_category)
    ]
    chosen.sort(key=lambda recommendation: (-recommendation.score, recommendation.item_id))
    return chosen[: weights.limit]


def _recommendation(
    shelves: Shelves, position: int, interest: float, weights: HomepageWeights
) -> Recommendation:
    # Rounding the parts, then the sum, keeps the shelf's order: the sum lies on the same grid.
    personal = round(weights.interest * interest, DECIMALS)
    score = round(personal + float(shelves.common[position]), DECIMALS)
    item = shelves.items[position]
    return Recommendation(int(item["id"]), score, _reason(item, interest, weights))


def _reason(item: np.void, interest: float, weights: HomepageWeights) -> str:
    """The first that holds."""
    watchers = item["watchers"]
    if interest > weights.favorite_interest:
        popular = watchers > weights.popular_watchers
        return "popular_in_favorite_category" if popular else "category_interest"
    if watchers > weights.trending_watchers:
        return "trending"
    if item["active"]:
        return "ending_soon" if ending_soon(item["left"], weights) else "active_auction"
    return "for_you"
