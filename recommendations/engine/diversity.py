"""Re-ranking a list so that it is not twenty times the same.

Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998), greedy, with caps per group.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommendations.engine.ranking import NOBODY

Cap = tuple[ArrayLike, int]
"""A group (category, seller; −1: none) per candidate, and how many of one group may be shown."""


def diversified(
    scores: ArrayLike,
    similarity: ArrayLike,
    k: int,
    *,
    relevance: float = 0.7,
    caps: Sequence[Cap] = (),
) -> NDArray[np.int64]:
    """Places of at most k candidates, in the order in which they should be shown.

    Each step takes the largest relevance · score − (1 − relevance) · max similarity to what was
    taken, scores scaled to 0 … 1; ties by place. `similarity` is (C, C) within 0 … 1. Caps bind
    even if the list then stays short.
    """
    worth = _unit_scaled(np.asarray(scores, np.float64))
    similar = np.asarray(similarity, np.float64)
    groups = [(np.asarray(group), limit) for group, limit in caps]
    open_places = np.isfinite(worth)
    nearest = np.zeros(worth.size)
    taken: list[int] = []
    while len(taken) < k and open_places.any():
        marginal = relevance * worth - (1 - relevance) * nearest
        best = int(np.where(open_places, marginal, NOBODY).argmax())
        taken.append(best)
        open_places[best] = False
        nearest = np.maximum(nearest, similar[best])
        for group, limit in groups:
            if group[best] >= 0 and (group[taken] == group[best]).sum() >= limit:
                open_places &= group != group[best]
    return np.array(taken, np.int64)


def _unit_scaled(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Finite scores to 0 … 1 (all equal: 1), the others NaN."""
    finite = np.isfinite(scores)
    if not finite.any():
        return np.full(scores.size, np.nan)
    low, high = scores[finite].min(), scores[finite].max()
    scaled = (scores - low) / (high - low) if high > low else np.ones(scores.size)
    return np.where(finite, scaled, np.nan)
