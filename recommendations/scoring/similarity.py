"""Which items resemble an item. Source: contract, section 3, "Similarity".

Exact top lists without comparing all pairs. A pair shares people, or it does not:

- Pairs that share nobody score `same_category + price_range`, `same_category`, `price_range` or 0.
  Price alone does not pass the threshold (the weights are refused if it would), so only items of
  the source's category are left, in two classes of equal score: inside its price range, or not.
  Within a class the order is by id. So beyond the first `limit` of a class nothing can enter the
  list: those before it score as much or, where they share people, more. The second class is
  dominated by the whole category: an item with `limit` others of its category before it has that
  many that score no less. One more than `limit` of each, for the source may be among them.
- Pairs that share somebody are counted, all of them, from what the source's people touched.

So the pool of a source is: items it shares people with, the first `limit + 1` of its category
inside its price range, and the first `limit + 1` of its category. Its top is the source's top.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Array = NDArray[Any]

NO_CATEGORY = 0
UNKNOWN_PRICE = -1
ITEM = np.dtype([("id", "i8"), ("category", "i8"), ("cents", "i8")])
"""An item as it is compared: 24 bytes. `cents` is its price in whole cents, so that the edge of
a price range is exact; NO_CATEGORY and UNKNOWN_PRICE stand for null."""
ENGAGEMENT = np.dtype([("person", "i8"), ("item", "i8")])

DECIMALS = 9
"""Scores are rounded so that sums equal on paper tie, in whatever order they were added."""
SCAN = 1024


@dataclass(frozen=True, slots=True)
class SimilarityWeights:
    same_category: float
    price_range: float
    price_range_percent: int
    people_for_one: float
    shared_cap: float
    threshold: float
    limit: int

    def __post_init__(self) -> None:
        if not 0 <= self.price_range <= self.threshold:
            raise ValueError("A price range must not pass the threshold alone.")
        if min(self.same_category, self.shared_cap) < 0:
            raise ValueError("Weights of a similarity must not be negative.")


class Similar(NamedTuple):
    item_id: int
    score: float
    reason: str


class Catalogue:
    """Candidates by id, with those of each category at hand: 40 bytes an item.

    `items` is an ITEM array, ascending by id.
    """

    def __init__(self, items: Array) -> None:
        self.items = items
        self._by_category = np.argsort(items["category"], kind="stable")
        self._shelves = items["category"][self._by_category]

    def positions(self, ids: Array) -> tuple[Array, Array]:
        """Where `ids` stand, and which of them are here at all."""
        where = np.searchsorted(self.items["id"], ids)
        found = where < len(self.items)
        found[found] = self.items["id"][where[found]] == ids[found]
        return where, found

    def of_category(self, category: int) -> Array:
        """Positions of a category's items, ascending by id; none for NO_CATEGORY."""
        if category == NO_CATEGORY:
            return self._by_category[:0]
        start, end = np.searchsorted(self._shelves, [category, category + 1])
        return self._by_category[start:end]


def shared_people(
    sources: Array, engagements: Array, catalogue: Catalogue, engaged: dict[int, set[int]]
) -> sparse.csr_matrix:
    """How many people each source shares with each candidate: sources × candidates, sparse.

    `engaged` maps a source's id to the people who bid on it or watch it; `engagements` is an
    ENGAGEMENT array of all these people touched. Who bid and watches is one person.
    """
    where, found = catalogue.positions(engagements["item"])
    people, rows = np.unique(engagements["person"][found], return_inverse=True)
    touched = _incidence(rows, where[found], (len(people), len(catalogue.items)))
    pairs = [
        (row, person)
        for row, source in enumerate(sources["id"].tolist())
        for person in engaged.get(source, ())
    ]
    row, who = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    here = np.isin(who, people)
    columns = np.searchsorted(people, who[here])
    return _incidence(row[here], columns, (len(sources), len(people))) @ touched


def _incidence(rows: Array, columns: Array, shape: tuple[int, int]) -> sparse.csr_matrix:
    matrix = sparse.csr_matrix((np.ones(len(rows), np.int32), (rows, columns)), shape=shape)
    matrix.sum_duplicates()
    matrix.data[:] = 1
    return matrix


def in_price_range(price: int, prices: Array, weights: SimilarityWeights) -> Array:
    """Whether |a − b| ≤ 0.5·max(a, b), in whole cents; never where a price is unknown.

    Both zero: yes; one zero: no.
    """
    if price == UNKNOWN_PRICE:
        return np.zeros(len(prices), dtype=bool)
    near = 100 * np.abs(prices - price) <= weights.price_range_percent * np.maximum(prices, price)
    return near & (prices != UNKNOWN_PRICE)


def similar_items(
    source: np.void,
    catalogue: Catalogue,
    positions: Array,
    shared: Array,
    weights: SimilarityWeights,
) -> list[Similar]:
    """The best `limit` of `catalogue` beside `source` (one ITEM), exactly; ties by id.

    0.5 for the same category + 0.3 inside the price range + min(shared/20, 0.2), kept strictly
    above 0.3, never the source itself. `positions` are the candidates that share people with
    the source, `shared` says how many; see the module's text for why no others need comparing.
    """
    pool, people = _pool(source, catalogue, positions, shared, weights)
    items = catalogue.items[pool]
    same = (items["category"] == source["category"]) & (source["category"] != NO_CATEGORY)
    near = in_price_range(int(source["cents"]), items["cents"], weights)
    together = np.minimum(people / weights.people_for_one, weights.shared_cap)
    scores = weights.same_category * same + weights.price_range * near + together
    scores = np.round(scores, DECIMALS)
    kept = np.flatnonzero((scores > weights.threshold) & (items["id"] != source["id"]))
    best = kept[np.lexsort((items["id"][kept], -scores[kept]))[: weights.limit]]
    chosen = (items["id"][best], scores[best], same[best], near[best])
    return [
        Similar(item_id, score, _reason(same_category, price_range))
        for item_id, score, same_category, price_range in zip(
            *(column.tolist() for column in chosen), strict=True
        )
    ]


def _reason(same_category: bool, price_range: bool) -> str:
    """The first that holds."""
    if same_category:
        return "same_category"
    return "price_range" if price_range else "collaborative"


def _pool(
    source: np.void,
    catalogue: Catalogue,
    positions: Array,
    shared: Array,
    weights: SimilarityWeights,
) -> tuple[Array, Array]:
    """Positions worth comparing, each once, and how many people each shares with the source."""
    alike = catalogue.of_category(int(source["category"]))
    first = alike[: weights.limit + 1]
    near = _first_in_price_range(source, alike, catalogue, weights)
    pool = np.concatenate([positions, first, near])
    people = np.zeros(len(pool), dtype=np.int64)
    people[: len(positions)] = shared
    pool, once = np.unique(pool, return_index=True)  # the first occurrence: the one with a count
    return pool, people[once]


def _first_in_price_range(
    source: np.void, alike: Array, catalogue: Catalogue, weights: SimilarityWeights
) -> Array:
    """The first `limit + 1` of `alike` inside the source's price range, found block by block."""
    wanted = weights.limit + 1
    found: list[Array] = []
    for start in range(0, len(alike), SCAN):
        block = alike[start : start + SCAN]
        prices = catalogue.items["cents"][block]
        found.append(block[in_price_range(int(source["cents"]), prices, weights)])
        if sum(map(len, found)) >= wanted:
            break
    return np.concatenate([alike[:0], *found])[:wanted]


def engagement_array(rows: Iterable[tuple[int, int]]) -> Array:
    """(person, item) pairs as an ENGAGEMENT array: 16 bytes each."""
    return np.fromiter(rows, dtype=ENGAGEMENT)
