#!/usr/bin/env python3
"""What the stated terms beside taste (`recommendations/engine/terms.py`) cost or bring.

    python -m benchmarks.engine_terms [--people N] [--lots N] [--days N] [--seed S]

The simulated marketplace of `benchmarks.engine_marketplace`, in which nobody minds how new a lot
is or how soon it ends, what draws many draws everybody, and nothing has a price: so freshness and
ending can only cost there, and demand can help. Both graphs with equal weights make the taste;
the weights are the defaults, times 0, 1, 3 and 10, one term at a time. The interval is that of a
paired bootstrap over people, against taste alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.engine_marketplace import (
    JUDGED_DAYS,
    Lots,
    contestants,
    options_of,
    simulated,
    split_of,
)
from recommendations import defaults
from recommendations.engine.comparison import compared
from recommendations.engine.metrics import judge
from recommendations.engine.models import Model
from recommendations.engine.ranking import NOBODY
from recommendations.engine.splits import Holdout
from recommendations.engine.terms import DAY, LOT, TermWeights, price_habits, weighed_terms

TAUGHT = ("freshness", "ending", "demand")
TIMES = (1, 3, 10)
STATED = TermWeights(**defaults.TERMS)
TASTE_ALONE = replace(STATED, freshness=0, ending=0, price=0, demand=0)


@dataclass(frozen=True, eq=False)
class WithTerms:
    """A model's scores as a person's list has them: taste as a share of the best, and the terms.

    What the model says nothing of is no candidate.
    """

    model: Model
    lots: NDArray[np.void]
    weights: TermWeights

    def scores(self, histories: csr_array) -> NDArray[np.float32]:
        taste = self.model.scores(histories).astype(np.float64)
        live = np.isfinite(self.lots["age"])
        best = np.maximum(taste[:, live].max(axis=1, keepdims=True), 1e-9)
        habits = price_habits(1, np.empty(0, np.int64), np.empty(0))
        total = [
            weighed_terms(self.lots, row, habits, self.weights).sum(axis=1) for row in taste / best
        ]
        return np.where(taste > 0, total, NOBODY).astype(np.float32)


def as_they_were(lots: Lots, split: Holdout, until: int) -> NDArray[np.void]:
    """The lots as a list made at `until` sees them; age infinite of what was not live then."""
    seen = np.zeros(lots.opens.size, LOT)
    seen["price"] = np.nan
    seen["left"] = (lots.closes - until) * DAY
    shown = np.ones(lots.opens.size, np.bool_) if split.live is None else split.live
    seen["age"] = np.where(shown, (until - lots.opens) * DAY, np.inf)
    seen["bids"] = np.bincount(split.train.matrix.indices, minlength=lots.opens.size)
    return seen


def variants() -> Iterator[tuple[str, TermWeights]]:
    yield "taste alone", TASTE_ALONE
    for times in TIMES:
        for name in TAUGHT:
            weight = times * getattr(STATED, name)
            yield f"{name} {weight:g}", replace(TASTE_ALONE, **{name: weight})
        every: dict[str, Any] = {name: times * getattr(STATED, name) for name in TAUGHT}
        yield f"all of them × {times}", replace(TASTE_ALONE, **every)


def main() -> None:
    options = options_of(__doc__)
    rng = np.random.default_rng(options.seed)
    lots, bids = simulated(options.people, options.lots, options.days, rng)
    split = split_of(lots, bids, options.days)
    taste = contestants(split, lots, options.seed)["engine: graphs"]()
    seen = as_they_were(lots, split, options.days - JUDGED_DAYS)
    print("| terms | NDCG@20 | recall@20 | NDCG less that of taste alone |")
    print("| --- | --- | --- | --- |")
    baseline = None
    for name, weights in variants():
        model = WithTerms(taste, seen, weights)
        found = judge(model, split.train.matrix, split.test, live=split.live)
        baseline = found if baseline is None else baseline
        luck = compared(found.ndcg, baseline.ndcg)
        print(
            f"| {name} | {found.ndcg.mean():.4f} | {found.recall.mean():.4f} "
            f"| {luck.difference:+.4f} ({luck.low:+.4f} … {luck.high:+.4f}) |",
            flush=True,
        )


if __name__ == "__main__":
    main()
