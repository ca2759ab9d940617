"""A share of places for items few have seen, with the chance each had, for honest later judging.

Recorded propensities let other rules be judged on what these draws led to (Bottou et al.,
"Counterfactual Reasoning and Learning Systems", JMLR 2013). The self-normalised estimate of what
a rule that draws item i with probability π_i would have earned is

    Σ r_i · π_i / p_i  /  Σ π_i / p_i      (Swaminathan & Joachims, NeurIPS 2015)
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike


class Slot(NamedTuple):
    """One place of a list; `propensity` is the probability with which the draw gave this item.

    `among` is how many items the draw was from; 0 for a place nothing was drawn for.
    """

    item: int
    explored: bool
    propensity: float
    among: int = 0


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
        slots.append(
            Slot(
                item=pool[fresh[drawn]],
                explored=True,
                propensity=float(chance[drawn]),
                among=int(np.count_nonzero(width)),
            )
        )
        width[drawn] = 0
    return slots


def earned_by(chances: ArrayLike, propensities: ArrayLike, rewards: ArrayLike) -> float:
    """What a rule would have earned a draw, from draws by another: three columns, one place each.

    `chances` are those with which the rule draws what was drawn, `propensities` those recorded;
    0 where nothing was drawn.
    """
    weights = np.asarray(chances, np.float64) / np.asarray(propensities, np.float64)
    total = weights.sum()
    return float(weights @ np.asarray(rewards, np.float64) / total) if total else 0.0
