"""The best k of many scores, in one strict order: higher score first, then lower id."""

import numpy as np
from numpy.typing import NDArray

NOBODY = np.float32(-np.inf)
"""The score of what must not be shown."""


def top_k(scores: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    """Positions of the k best of `scores` (I,), best first, ties by position.

    NaN and −inf never appear, so there may be fewer than k.
    """
    shown = np.flatnonzero(scores > NOBODY)
    if shown.size > k > 0:
        kth_best = np.partition(scores[shown], shown.size - k)[shown.size - k]
        shown = shown[scores[shown] >= kth_best]
    return shown[np.lexsort((shown, -scores[shown]))][: max(k, 0)]
