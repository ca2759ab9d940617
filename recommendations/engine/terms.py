"""What a lot is worth to a person beyond their taste: stated terms, each from 0 to 1, weighed.

    score = w_t·taste + w_f·freshness + w_e·ending + w_p·price fit + w_d·demand

- taste: the model's score, divided by that of the person's best candidate
- freshness: ½^(age / fresh_days)
- ending: 1 − left / ending_days for a lot that ends within ending_days, else 0
- price fit: exp(−(ln price − μ)² / 2σ²), μ and σ of the ln prices of what the person touched
  (σ at least ½: one purchase is no habit); 0 where no price is known
- demand: (bids + watcher·watchers) / demand_for_one, at most 1
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.histories import Positions

DAY = 86_400
LEAST_SPREAD = 0.5
TERMS = ("taste", "freshness", "ending", "price", "demand")
LOT = np.dtype(
    [
        ("id", "i8"), ("category", "i8"), ("seller", "i8"), ("price", "f8"),
        ("left", "f8"), ("age", "f8"), ("bids", "i4"), ("watchers", "i4"),
    ]
)  # fmt: skip
"""A candidate: `left` and `age` in seconds, left and price NaN where there is none; category 0."""

Lots = NDArray[np.void]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TermWeights:
    """Weights by the names of TERMS, and what the terms are measured by."""

    taste: float
    freshness: float
    ending: float
    price: float
    demand: float
    fresh_days: float
    ending_days: float
    watcher: float
    demand_for_one: float

    def as_row(self) -> Floats:
        return np.array([getattr(self, name) for name in TERMS])


def weighed_terms(lots: Lots, taste: Floats, habits: Floats, weights: TermWeights) -> Floats:
    """(C, 5) what each of TERMS adds to each candidate's score; the row's sum is the score.

    `taste` (C,) lies within 0 … 1; `habits` (C, 2) are those of whose list
    it is, (1, 2) where all candidates are one person's.
    """
    columns = (
        taste,
        0.5 ** (np.maximum(lots["age"], 0) / DAY / weights.fresh_days),
        _ending(lots["left"], weights.ending_days),
        _price_fit(lots["price"], habits),
        np.minimum(
            (lots["bids"] + weights.watcher * lots["watchers"]) / weights.demand_for_one, 1
        ),
    )
    terms: Floats = np.stack(columns, axis=1) * weights.as_row()
    return terms


def _ending(left: Floats, days: float) -> Floats:
    is_near = (left > 0) & (left < days * DAY)
    return np.where(is_near, 1 - np.where(is_near, left, 0) / (days * DAY), 0)


def price_habits(people: int, owners: Positions, prices: Floats) -> Floats:
    """(people, 2) μ and σ of the ln prices of what each touched: NaN, ½ where none is known.

    `owners`, each 0 … people − 1, say who touched what has the price.
    """
    known = prices > 0
    owners, amounts = owners[known], np.log(prices[known])
    counts = np.maximum(np.bincount(owners, minlength=people), 1)
    means = np.bincount(owners, amounts, people) / counts
    spreads = np.sqrt(np.bincount(owners, (amounts - means[owners]) ** 2, people) / counts)
    means[np.bincount(owners, minlength=people) == 0] = np.nan
    return np.stack([means, np.maximum(spreads, LEAST_SPREAD)], axis=1)


def _price_fit(price: Floats, habits: Floats) -> Floats:
    mean, spread = habits.T
    is_known = (price > 0) & ~np.isnan(mean)
    away = (np.log(np.where(is_known, price, 1)) - mean) / spread
    return np.where(is_known, np.exp(-(away**2) / 2), 0)
