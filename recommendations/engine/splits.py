"""Hold-outs: what is hidden from a fit in order to judge it.

A hold-out must be taken as the future will be (numbers: docs/engine.md). With times, the latest
interactions are hidden. Without, two hold-outs bracket what may come: random pairs, which reward
local models, and a coherent share of each person's items, which rewards global ones.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recommendations.engine.interactions import Interactions
from recommendations.engine.spectral import leading_right_vectors, normalised

COHERENCE_RANK = 64
"""At most; a small catalogue gets fewer, or its items would all be orthogonal."""


@dataclass(frozen=True, eq=False)
class Holdout:
    """`train` has the same people and items as the whole; `test` (P, I) is what was hidden.

    `live` (I,), where given, are the only items that may be ranked.
    """

    name: str
    train: Interactions
    test: csr_array
    live: NDArray[np.bool_] | None = None


def by_time(data: Interactions, share: float) -> Holdout:
    """Hide the latest `share` of all interactions."""
    if data.times is None:
        raise ValueError("a split by time needs times")
    return _hide("time", data, data.times > np.quantile(data.times, 1 - share))


def own_past(data: Interactions, share: float, open_until: NDArray[np.float64]) -> Holdout:
    """A marketplace's latest `share`, ranked among what was live then: train until T, judge after.

    `open_until` (I,) are seconds, infinite where an item has no end. Live is what was not over at
    T; lots that came after it are among them, and are reached through their attributes.
    """
    split = by_time(data, share)
    times = split.train.times
    since = -np.inf if times is None or not times.size else times.max()
    live = open_until > since
    return replace(split, name="own past", test=_among(split.test, live), live=live)


def random_pairs(data: Interactions, share: float, seed: int) -> Holdout:
    """Hide each pair with probability `share`."""
    return _hide("random", data, _generator(seed, "random").random(data.matrix.nnz) < share)


def coherent(data: Interactions, share: float, seed: int) -> Holdout:
    """Hide `share` of each person's items: a random one of theirs and those nearest to it."""
    rng = _generator(seed, "coherent")
    rank = min(COHERENCE_RANK, max(min(data.matrix.shape) // 8, 1))
    vectors = leading_right_vectors(normalised(data), rank, seed)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    count = np.diff(data.matrix.indptr)
    rows = np.repeat(np.arange(count.size), count)
    anchor = data.matrix.indptr[:-1] + (rng.random(count.size) * count).astype(np.int64)
    anchors = data.matrix.indices[np.minimum(anchor, max(data.matrix.nnz - 1, 0))]
    nearness = np.einsum("ij,ij->i", vectors[data.matrix.indices], vectors[anchors[rows]])
    order = np.lexsort((-nearness, rows))
    place = np.empty(order.size, np.int64)
    place[order] = np.arange(order.size) - np.repeat(data.matrix.indptr[:-1], count)
    return _hide("coherent", data, place < np.floor(share * count)[rows])


def new_items(data: Interactions, share: float, seed: int) -> Holdout:
    """Hide everything done with a random `share` of the items; rank those among themselves."""
    chosen = _generator(seed, "new items").random(data.items.size) < share
    hidden = chosen & data.touched()
    return replace(_hide("new items", data, hidden[data.matrix.indices]), live=hidden)


def _among(test: csr_array, live: NDArray[np.bool_]) -> csr_array:
    """`test` without what could not have been shown."""
    kept = test.copy()
    kept.data[~live[kept.indices]] = 0
    kept.eliminate_zeros()
    return kept


def _generator(seed: int, name: str) -> np.random.Generator:
    """A stream of its own per kind: a caller who split by the same seed must not meet it again."""
    return np.random.default_rng([seed, *name.encode()])


def _hide(name: str, data: Interactions, hidden: NDArray[np.bool_]) -> Holdout:
    return Holdout(name, data.with_matrix(~hidden), data.with_matrix(hidden).matrix)
