"""Re-ranking a list so that it is not twenty times the same.

Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998), greedy, with caps per group.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommendations.engine.ranking import NOBODY

Cap = tuple[ArrayLike, int]
"""A group (category, seller; −1: none) per candidate, and how many of one group may be shown."""


def diversified(
    scores: ArrayLike,
    similarity: ArrayLike | None,
    k: int,
    *,
    relevance: float = 0.7,
    caps: Sequence[Cap] = (),
) -> NDArray[np.int64]:
    """Places of at most k candidates, in the order in which they should be shown.

    Each step takes the largest relevance · score − (1 − relevance) · max similarity to what was
    taken, scores scaled to 0 … 1; ties by place. `similarity` is (C, C) within 0 … 1; None: no
    two are alike. Caps bind even if the list then stays short.
    """
    worth = relevance * _unit_scaled(np.asarray(scores, np.float64))
    worth[np.isnan(worth)] = NOBODY
    too_alike = None if similarity is None else (1 - relevance) * np.asarray(similarity)
    nearest = np.zeros(worth.size)
    groups = [(np.asarray(group), limit, Counter[int]()) for group, limit in caps]
    taken: list[int] = []
    while len(taken) < min(k, worth.size):
        best = int((worth if too_alike is None else worth - nearest).argmax())
        if worth[best] == NOBODY:
            break
        taken.append(best)
        worth[best] = NOBODY
        if too_alike is not None:
            np.maximum(nearest, too_alike[best], out=nearest)
        for group, limit, counts in groups:
            of = int(group[best])
            counts[of] += 1
            if of >= 0 and counts[of] >= limit:
                worth[group == of] = NOBODY
    return np.array(taken, np.int64)


def _unit_scaled(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Finite scores to 0 … 1 (all equal: 1), the others NaN."""
    finite = np.isfinite(scores)
    if not finite.any():
        return np.full(scores.size, np.nan)
    low, high = scores[finite].min(), scores[finite].max()
    scaled = (scores - low) / (high - low) if high > low else np.ones(scores.size)
    return np.where(finite, scaled, np.nan)
