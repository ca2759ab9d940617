"""Is one model better than another, or was it luck? The people judged are drawn again and again.

The percentile bootstrap over people (Efron & Tibshirani, "An Introduction to the Bootstrap",
1993), paired: both models are judged on the same people of one split.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 2_000
TAIL = 2.5  # per cent on either side


@dataclass(frozen=True)
class Comparison:
    """Mean difference, the interval that holds it in 95 of 100 draws, and how often it is > 0."""

    difference: float
    low: float
    high: float
    better: float


def compared(ours: NDArray[np.float64], theirs: NDArray[np.float64], seed: int = 0) -> Comparison:
    """Of two figures per person (U,), aligned; all zero where nobody was judged."""
    difference = ours - theirs
    if not difference.size:
        return Comparison(0.0, 0.0, 0.0, 0.0)
    rng = np.random.default_rng(seed)
    means = np.array([rng.choice(difference, difference.size).mean() for _ in range(RESAMPLES)])
    low, high = np.percentile(means, [TAIL, 100 - TAIL])
    return Comparison(float(difference.mean()), float(low), float(high), float((means > 0).mean()))
