"""A share of places for items few have seen, with the chance each had, for honest later judging.

Recorded propensities let inverse-propensity estimates judge other policies on these logs (Bottou
et al., "Counterfactual Reasoning and Learning Systems", JMLR 2013).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Slot:
    """One place of a list; `propensity` is the probability with which the draw gave this item."""

    item: int
    explored: bool
    propensity: float


def with_exploration(
    ranked: Sequence[int],
    pool: Sequence[int],
    views: ArrayLike,
    *,
    share: float,
    seed: int,
) -> list[Slot]:
    """Replace a `share` of the places, drawn at random, by items of `pool` few have seen.

    `views` counts how often each pool item was shown: item i is drawn with probability
    ∝ 1 / √(1 + views_i), the width of a bandit's confidence bound, among those not yet drawn. What
    a draw pushes out leaves from the end; items of the list are not drawn.
    """
    if share <= 0:
        return [Slot(item, explored=False, propensity=1.0) for item in ranked]
    rng = np.random.default_rng(seed)
    listed = set(ranked)
    fresh = [place for place, item in enumerate(pool) if item not in listed]
    width = 1 / np.sqrt(1 + np.maximum(np.asarray(views, np.float64)[fresh], 0))
    count = min(int(share * len(ranked) + rng.random()), len(fresh), len(ranked))
    places = set(rng.choice(len(ranked), count, replace=False).tolist())
    best = iter(ranked)
    slots = []
    for place in range(len(ranked)):
        if place not in places:
            slots.append(Slot(next(best), explored=False, propensity=1.0))
            continue
        chance = width / width.sum()
        drawn = int(rng.choice(len(fresh), p=chance))
        slots.append(Slot(pool[fresh[drawn]], explored=True, propensity=float(chance[drawn])))
        width[drawn] = 0
    return slots
