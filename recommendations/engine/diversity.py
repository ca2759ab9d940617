"""Re-ranking a list so that it is not twenty times the same.

Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998), greedy, with caps per group.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

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
    crowd = Crowd([(group, most) for group, most in caps if most < k])  # others cannot bind
    if similarity is None:
        by_worth = np.argsort(-worth, kind="stable")[: np.isfinite(worth).sum()].tolist()
        return np.array([*islice(filter(crowd.admits, by_worth), k)], np.int64)
    too_alike, nearest = (1 - relevance) * np.asarray(similarity), np.zeros(worth.size)
    taken: list[int] = []
    while len(taken) < min(k, worth.size):
        best = int((worth - nearest).argmax())
        if worth[best] == NOBODY:
            break
        worth[best] = NOBODY
        if crowd.admits(best):
            taken.append(best)
            np.maximum(nearest, too_alike[best], out=nearest)
            for full in crowd.filled_by(best):
                worth[full] = NOBODY
    return np.array(taken, np.int64)


class Crowd:
    """Who was admitted, by group: nobody comes in where a cap is reached."""

    def __init__(self, caps: Sequence[Cap]) -> None:
        self._groups = [
            (np.asarray(group), np.asarray(group).tolist(), limit, Counter[int]())
            for group, limit in caps
        ]

    def admits(self, place: int) -> bool:
        """Whether there is room for the candidate at `place`, who then has it."""
        for _, of, most, counts in self._groups:
            if counts[of[place]] >= most and of[place] >= 0:
                return False
        for _, of, _, counts in self._groups:
            counts[of[place]] += 1
        return True

    def filled_by(self, place: int) -> Iterator[NDArray[np.bool_]]:
        """The groups that are full since `place` was admitted: which candidates are of them."""
        for groups, of, most, counts in self._groups:
            if counts[of[place]] >= most and of[place] >= 0:
                yield groups == of[place]


def _unit_scaled(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Finite scores to 0 … 1 (all equal: 1), the others NaN."""
    finite = np.isfinite(scores)
    if not finite.any():
        return np.full(scores.size, np.nan)
    low, high = scores[finite].min(), scores[finite].max()
    scaled = (scores - low) / (high - low) if high > low else np.ones(scores.size)
    return np.where(finite, scaled, np.nan)
